//! The command line. Each command has a file of its own; what they share is in [`common`].

mod batch;
mod call;
pub(crate) mod common;
mod exec;
mod jsonrpc;
mod load;
mod output;
mod ring;
mod serve;
mod subscribe;

use std::ffi::OsString;
use std::io::{self, Write as _};
use std::process::ExitCode;

use anyhow::bail;
use lexopt::{Arg, Parser};

/// What `--help` prints first; what the commands say follows.
const HEAD: &str = "\
Calls methods of servers over long connections.

";

/// What a command line says, ready to be done.
pub(crate) type Run = Box<dyn FnOnce() -> anyhow::Result<ExitCode>>;

/// Reads the arguments.
///
/// # Errors
/// Says what is wrong with them.
pub(crate) fn parse(args: impl IntoIterator<Item = OsString>) -> anyhow::Result<Run> {
    let mut parser = Parser::from_args(args);
    let name = match parser.next()? {
        Some(Arg::Value(name)) => name.to_string_lossy().into_owned(),
        Some(Arg::Long("help") | Arg::Short('h')) => return Ok(Box::new(|| print(&help()))),
        Some(Arg::Long("version") | Arg::Short('V')) => {
            return Ok(Box::new(|| {
                print(concat!("rpc ", env!("CARGO_PKG_VERSION"), "\n"))
            }));
        }
        Some(other) => return Err(other.unexpected().into()),
        None => bail!("a command is missing"),
    };
    match name.as_str() {
        "serve" => serve::parse(&mut parser),
        "call" => call::parse(&mut parser),
        "batch" => batch::parse(&mut parser),
        "load" => load::parse(&mut parser),
        "subscribe" => subscribe::parse(&mut parser),
        "exec" => exec::parse(&mut parser),
        "jsonrpc" => jsonrpc::parse(&mut parser),
        "ring" => ring::parse(&mut parser),
        _ => bail!("{name}: there is no such command"),
    }
}

fn help() -> String {
    [
        HEAD,
        serve::HELP,
        call::HELP,
        batch::HELP,
        load::HELP,
        subscribe::HELP,
        exec::HELP,
        jsonrpc::HELP,
        ring::HELP,
        common::HELP,
    ]
    .concat()
}

fn print(text: &str) -> anyhow::Result<ExitCode> {
    io::stdout().write_all(text.as_bytes())?;
    Ok(ExitCode::SUCCESS)
}
