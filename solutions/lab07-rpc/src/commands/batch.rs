//! The command `batch`.

use anyhow::bail;
use lexopt::Parser;

use super::Run;

/// Its part of `--help`.
pub(crate) const HELP: &str = "\
usage: rpc batch

";

/// Reads its options.
///
/// # Errors
/// Says what is wrong with them.
pub(crate) fn parse(parser: &mut Parser) -> anyhow::Result<Run> {
    let _ = parser;
    bail!("batch: not there yet");
}
