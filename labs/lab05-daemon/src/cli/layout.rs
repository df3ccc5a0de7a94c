//! The command line of `layout`.

use std::path::PathBuf;

use anyhow::{Context as _, bail};
use lexopt::{Arg, Parser, ValueExt as _};

/// Its part of `--help`.
pub(crate) const HELP: &str = "\
usage: daemon layout PID [--find ADDR]… [--json] [--proc DIR]

Shows what the memory of a process is made of.

  --find ADDR  says where this address is, in hexadecimal digits, as in 0x7f00; may be repeated
  --json       prints lines of JSON
  --proc DIR   looks there and not in /proc

";

/// What it is told.
#[derive(Debug)]
pub(crate) struct Options {
    /// The process.
    pub(crate) pid: u32,
    /// Addresses to be found.
    pub(crate) find: Vec<u64>,
    /// Whether to print JSON.
    pub(crate) json: bool,
    /// Where processes are described.
    pub(crate) proc: PathBuf,
}

/// Reads its arguments.
///
/// # Errors
/// Says what is wrong with them.
pub(crate) fn parse(parser: &mut Parser) -> anyhow::Result<Options> {
    let mut pid = None;
    let mut find = Vec::new();
    let mut json = false;
    let mut proc = PathBuf::from("/proc");
    while let Some(arg) = parser.next()? {
        match arg {
            Arg::Long("find") => find.push(address(&parser.value()?.string()?)?),
            Arg::Long("json") => json = true,
            Arg::Long("proc") => proc = parser.value()?.into(),
            Arg::Value(value) if pid.is_none() => pid = Some(process(&value.string()?)?),
            Arg::Value(value) => bail!("`{}` is one argument too many", value.display()),
            other => return Err(other.unexpected().into()),
        }
    }
    Ok(Options {
        pid: pid.context("the PID is missing")?,
        find,
        json,
        proc,
    })
}

fn process(text: &str) -> anyhow::Result<u32> {
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    let pid = text.parse().ok().filter(|&pid| digits && pid > 0);
    pid.with_context(|| format!("`{text}` is no PID"))
}

#[expect(unused_variables, reason = "goes with the todo!")]
fn address(text: &str) -> anyhow::Result<u64> {
    todo!(
        "layout: Only with 0x: digits alone could be meant either way. `from_str_radix` would take a sign, too."
    )
}
