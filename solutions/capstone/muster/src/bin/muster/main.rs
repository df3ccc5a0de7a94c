//! `muster`: the command line of a fleet.

mod alarms;
mod demo;
mod fold;
mod hosts;
mod init;
mod output;
mod revoke;
mod run;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context as _, bail};
use lexopt::{Arg, Parser};
use muster::config;

const HELP: &str = "\
usage: muster [--dir DIR] COMMAND …

  init DIR           makes a new fleet: keys, certificates and configurations
  add-host NAMES     makes the files of hosts' agents, as web01 or web[01-20]
  add-hub NAME       makes the files of a hub that stands in front of the fleet's own
  add-operator NAMES makes the files of other operators
  revoke             ends somebody's certificates; see `muster revoke --help`
  hosts              lists the hosts and whether they report
  run                runs a command on hosts
  alarms             lists what is not well
  why, ack, silence, unsilence, retire
                     explain alarms and keep them quiet; see `muster why --help`
  demo               starts a hub and three agents on this machine

  --dir DIR          the folder that `muster init` has made; this one without it
  --help             of a command: behind its name
  --version
Status: 0 done, 1 failed, 2 wrong usage.
";

/// What a command does when its options are read.
type Run = Box<dyn FnOnce() -> anyhow::Result<ExitCode>>;

fn main() -> ExitCode {
    let run = match parse(Parser::from_env()) {
        Ok(run) => run,
        Err(error) => {
            eprintln!("muster: {error:#}");
            return ExitCode::from(2);
        }
    };
    match run() {
        Ok(status) => status,
        Err(error) if output::is_closed(&error) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("muster: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn parse(mut parser: Parser) -> anyhow::Result<Run> {
    let mut dir = PathBuf::from(".");
    while let Some(arg) = parser.next()? {
        match arg {
            Arg::Long("dir") => dir = parser.value()?.into(),
            Arg::Long("help") => return Ok(help(HELP)),
            Arg::Long("version") => return Ok(help(concat!("muster ", env!("CARGO_PKG_VERSION"), "\n"))),
            Arg::Value(command) => {
                return match command.to_str() {
                    Some("init") => init::parse(&mut parser),
                    Some("add-host") => init::parse_add(init::Whom::Host, &dir, &mut parser),
                    Some("add-operator") => init::parse_add(init::Whom::Operator, &dir, &mut parser),
                    Some("revoke") => revoke::parse(&dir, &mut parser),
                    Some("add-hub") => init::parse_add_hub(&dir, &mut parser),
                    Some("hosts") => hosts::parse(&dir, &mut parser),
                    Some("run") => run::parse(&dir, &mut parser),
                    Some("demo") => demo::parse(&mut parser),
                    Some(command @ ("alarms" | "why" | "ack" | "silence" | "unsilence" | "retire")) => {
                        alarms::parse(command, &dir, &mut parser)
                    }
                    _ => bail!("{}: there is no such command; see --help", command.display()),
                };
            }
            other => return Err(other.unexpected().into()),
        }
    }
    bail!("COMMAND is missing; see --help")
}

/// Returns what says `text` and nothing else.
fn help(text: &'static str) -> Run {
    Box::new(move || {
        output::print(text)?;
        Ok(ExitCode::SUCCESS)
    })
}

/// Reads the operator's configuration in a folder.
fn operator(dir: &Path) -> anyhow::Result<config::Operator> {
    config::Operator::read(&dir.join("muster.toml"))
        .context("give --dir DIR, a folder that `muster init` has made")
}
