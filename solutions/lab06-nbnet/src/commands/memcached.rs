//! The command `memcached`.

use anyhow::bail;
use lexopt::Parser;

use super::Run;

/// Its part of `--help`.
pub(crate) const HELP: &str = "";

/// Reads its options.
///
/// # Errors
/// Says what is wrong with them.
pub(crate) fn parse(_parser: &mut Parser) -> anyhow::Result<Run> {
    bail!("memcached is not here yet")
}
