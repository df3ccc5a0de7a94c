//! What `control` does.

use std::process::ExitCode;

use crate::cli::control::Options;

/// Does it.
///
/// # Errors
/// What went wrong.
pub(crate) fn run(_options: Options) -> anyhow::Result<ExitCode> {
    anyhow::bail!("not there yet")
}
