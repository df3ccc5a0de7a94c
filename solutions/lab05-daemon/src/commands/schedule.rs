//! What `schedule` does.

use std::fs::File;
use std::io::{self, BufRead, BufReader, BufWriter};
use std::path::Path;
use std::process::ExitCode;

use anyhow::Context as _;
use daemon::schedule::simulate::{Error, simulate};
use daemon::schedule::{End, Schedule, run as run_jobs};

use crate::cli::schedule::Options;

/// Runs the jobs of a schedule, or simulates it.
///
/// # Errors
/// What went wrong.
pub(crate) fn run(options: Options) -> anyhow::Result<ExitCode> {
    let schedule = Schedule::read(&options.file)?;
    let Some(events) = options.simulate else {
        return Ok(match run_jobs(&schedule, &mut io::stdout().lock())? {
            End::Drained => ExitCode::SUCCESS,
            End::Killed => ExitCode::FAILURE,
        });
    };
    if events == Path::new("-") {
        return play(&schedule, io::stdin().lock(), "stdin");
    }
    let file = File::open(&events).with_context(|| format!("cannot read {}", events.display()))?;
    play(&schedule, BufReader::new(file), &events.display().to_string())
}

fn play(schedule: &Schedule, events: impl BufRead, name: &str) -> anyhow::Result<ExitCode> {
    let mut out = BufWriter::new(io::stdout().lock());
    match simulate(schedule, events, name, &mut out) {
        Ok(()) => Ok(ExitCode::SUCCESS),
        // As it is, so that a closed pipe is told from a failure.
        Err(Error::Write(error)) => Err(error.into()),
        Err(error) => Err(error.into()),
    }
}
