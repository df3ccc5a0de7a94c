//! What `pool` does.

use std::io::{self, ErrorKind};
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::process::ExitCode;

use anyhow::Context as _;
use daemon::pool::{self, Error, Source};

use crate::cli::pool::Options;

/// Runs the jobs.
///
/// # Errors
/// What went wrong with the pool itself.
pub(crate) fn run(options: Options) -> anyhow::Result<ExitCode> {
    let source = match &options.jobs {
        Some(folder) => Source::folder(folder)?,
        None => Source::lines(own(io::stdin().as_fd())?)?,
    };
    let results = own(io::stdout().as_fd())?;
    let notes = own(io::stderr().as_fd())?;
    match pool::run(&options.settings, source, results, notes) {
        Ok(true) => Ok(ExitCode::SUCCESS),
        Ok(false) => Ok(ExitCode::FAILURE),
        // Whoever read the results has enough of them.
        Err(Error::Output(error)) if error.kind() == ErrorKind::BrokenPipe => Ok(ExitCode::SUCCESS),
        Err(error) => Err(error.into()),
    }
}

fn own(stream: BorrowedFd<'_>) -> anyhow::Result<OwnedFd> {
    stream
        .try_clone_to_owned()
        .context("cannot duplicate a standard stream")
}
