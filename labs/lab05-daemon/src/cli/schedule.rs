//! The command line of `schedule`.

use std::path::PathBuf;

use anyhow::{Context as _, bail};
use lexopt::{Arg, Parser};

/// Its part of `--help`.
pub(crate) const HELP: &str = "\
usage: daemon schedule FILE [--simulate EVENTS]

Runs jobs at their times, by intervals and by lines of cron, until SIGTERM.

  --simulate EVENTS  starts nothing, and plays the events in this file; - is standard input

";

/// What it is told.
#[derive(Debug)]
pub(crate) struct Options {
    /// The schedule.
    pub(crate) file: PathBuf,
    /// The events; `-` is standard input.
    pub(crate) simulate: Option<PathBuf>,
}

/// Reads its arguments.
///
/// # Errors
/// Says what is wrong with them.
pub(crate) fn parse(parser: &mut Parser) -> anyhow::Result<Options> {
    let mut file = None;
    let mut simulate = None;
    while let Some(arg) = parser.next()? {
        match arg {
            Arg::Long("simulate") => simulate = Some(parser.value()?.into()),
            Arg::Value(value) if file.is_none() => file = Some(value.into()),
            Arg::Value(value) => bail!("`{}` is one argument too many", value.display()),
            other => return Err(other.unexpected().into()),
        }
    }
    Ok(Options {
        file: file.context("the schedule's FILE is missing")?,
        simulate,
    })
}
