//! The command line: what all commands share. Each has a file of its own.

pub(crate) mod control;
pub(crate) mod layout;
pub(crate) mod models;
pub(crate) mod pool;
pub(crate) mod schedule;

use std::ffi::OsString;

use anyhow::bail;
use lexopt::{Arg, Parser};

/// What `--help` prints first; the commands' own parts follow.
const HEAD: &str = "\
Turns programs into daemons, runs pools of processes and schedules, and explains what a process is made of.

";

/// What to do.
#[derive(Debug)]
pub(crate) enum Command {
    Help,
    Version,
    Control(control::Options),
    Pool(pool::Options),
    Schedule(schedule::Options),
    Layout(layout::Options),
    Models(models::Options),
}

/// Returns what `--help` prints.
pub(crate) fn help() -> String {
    [
        HEAD,
        control::HELP,
        pool::HELP,
        schedule::HELP,
        layout::HELP,
        models::HELP,
    ]
    .concat()
}

/// Reads the arguments.
///
/// # Errors
/// Says what is wrong with them.
pub(crate) fn parse(args: impl IntoIterator<Item = OsString>) -> anyhow::Result<Command> {
    let mut parser = Parser::from_args(args);
    let name = match parser.next()? {
        Some(Arg::Value(name)) => name.to_string_lossy().into_owned(),
        Some(Arg::Long("help") | Arg::Short('h')) => return Ok(Command::Help),
        Some(Arg::Long("version") | Arg::Short('V')) => return Ok(Command::Version),
        Some(other) => return Err(other.unexpected().into()),
        None => bail!("a command is missing"),
    };
    Ok(match name.as_str() {
        "pool" => Command::Pool(pool::parse(&mut parser)?),
        "schedule" => Command::Schedule(schedule::parse(&mut parser)?),
        "layout" => Command::Layout(layout::parse(&mut parser)?),
        "models" => Command::Models(models::parse(&mut parser)?),
        _ => Command::Control(control::parse(&name, &mut parser)?),
    })
}
