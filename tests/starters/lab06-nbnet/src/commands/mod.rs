//! The command line. Each command has a file of its own; what they share is in [`common`].

mod chat;
mod common;
mod echo;
mod http;
mod memcached;

use std::ffi::OsString;
use std::io::{self, Write as _};

use anyhow::bail;
use lexopt::{Arg, Parser};
use nbnet::codec::Frame;
use nbnet::codec::Ten;

/// What `--help` prints first; what the commands say follows.
const HEAD: &str = "\
Servers on one event loop, or several.

";

/// What a command line says, ready to be done.
pub(crate) type Run = Box<dyn FnOnce() -> anyhow::Result<()>>;

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
                print(concat!("nbnet ", env!("CARGO_PKG_VERSION"), "\n"))
            }));
        }
        Some(other) => return Err(other.unexpected().into()),
        None => bail!("a command is missing"),
    };
    match name.as_str() {
        "echo" => echo::parse::<Frame>(&mut parser),
        "echo10" => echo::parse::<Ten>(&mut parser),
        "chat" => chat::parse(&mut parser),
        "memcached" => memcached::parse(&mut parser),
        "http" => http::parse(&mut parser),
        _ => bail!("{name}: there is no such command"),
    }
}

fn help() -> String {
    [
        HEAD,
        echo::HELP,
        chat::HELP,
        memcached::HELP,
        http::HELP,
        common::HELP,
    ]
    .concat()
}

fn print(text: &str) -> anyhow::Result<()> {
    match io::stdout().write_all(text.as_bytes()) {
        // Whoever read the output has enough of it, as `head` does.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        other => Ok(other?),
    }
}
