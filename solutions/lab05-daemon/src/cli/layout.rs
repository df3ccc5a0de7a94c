//! The command line of `layout`.

use lexopt::Parser;

/// Its part of `--help`.
pub(crate) const HELP: &str = "";

/// What it is told.
#[derive(Debug)]
pub(crate) struct Options {}

/// Reads its arguments.
///
/// # Errors
/// Says what is wrong with them.
pub(crate) fn parse(parser: &mut Parser) -> anyhow::Result<Options> {
    match parser.next()? {
        Some(arg) => Err(arg.unexpected().into()),
        None => Ok(Options {}),
    }
}
