//! What has become of a job, and the line that tells it.

use std::io::{self, Write};
use std::time::Duration;

use crate::pool::capture::Captured;
use crate::pool::job::{Id, Job};
use crate::process::How;

// region:given/report
/// What has become of a job.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// It ended with status 0.
    Done,
    /// It ended with another status.
    Failed(u8),
    /// It was killed by the signal with this number.
    Crashed(i32),
    /// It took too long and was told to end, which it then did in some way.
    TimedOut(How),
    /// There is no such program, say.
    NotStarted,
    /// Its turn never came.
    NotRun,
}

/// A result.
#[derive(Debug, Clone, PartialEq)]
pub struct Report {
    /// Whose.
    pub id: Id,
    /// What has become of it in its last try.
    pub outcome: Outcome,
    /// How often it was tried.
    pub tries: u32,
    /// How long the last try took.
    pub took: Duration,
    /// What the last try wrote to its standard output.
    pub out: Captured,
}
// endregion:given/report

impl Outcome {
    /// Returns its name in results.
    pub fn name(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Failed(_) => "failed",
            Self::Crashed(_) => "crashed",
            Self::TimedOut(_) => "timed out",
            Self::NotStarted => "not started",
            Self::NotRun => "not run",
        }
    }

    fn status(self) -> Option<u8> {
        match self {
            Self::Done => Some(0),
            Self::Failed(status) | Self::TimedOut(How::Exited(status)) => Some(status),
            _ => None,
        }
    }

    fn signal(self) -> Option<i32> {
        match self {
            Self::Crashed(signal) | Self::TimedOut(How::Killed(signal)) => Some(signal),
            _ => None,
        }
    }
}

impl Report {
    /// Reports a job whose turn will never come.
    pub fn not_run(job: Job) -> Self {
        Self {
            id: job.id,
            outcome: Outcome::NotRun,
            tries: 0,
            took: Duration::ZERO,
            out: Captured::default(),
        }
    }

    /// Writes the line.
    ///
    /// # Errors
    /// What `out` says.
    pub fn write(&self, out: &mut impl Write) -> io::Result<()> {
        let Self {
            id, outcome, tries, ..
        } = self;
        write!(out, "{{\"id\":{id},\"result\":\"{}\",\"status\":", outcome.name())?;
        write_or_null(out, outcome.status())?;
        write!(out, ",\"signal\":")?;
        write_or_null(out, outcome.signal())?;
        write!(
            out,
            ",\"tries\":{tries},\"ms\":{},\"out\":",
            self.took.as_millis()
        )?;
        serde_json::to_writer(&mut *out, &*self.out.text())?;
        out.write_all(match self.out.is_truncated() {
            true => b",\"truncated\":true}\n",
            false => b"}\n",
        })
    }
}

/// Writes the line that stands for a line that is no job.
///
/// # Errors
/// What `out` says.
pub fn write_malformed(out: &mut impl Write, line: u64) -> io::Result<()> {
    writeln!(out, "{{\"id\":null,\"line\":{line},\"result\":\"malformed\"}}")
}

fn write_or_null(out: &mut impl Write, number: Option<impl Into<i64>>) -> io::Result<()> {
    match number {
        Some(number) => write!(out, "{}", number.into()),
        None => write!(out, "null"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_result_is_a_line_with_its_keys_in_order() {
        for (outcome, expected) in [
            (Outcome::Done, "\"done\",\"status\":0,\"signal\":null"),
            (Outcome::Failed(3), "\"failed\",\"status\":3,\"signal\":null"),
            (Outcome::Crashed(9), "\"crashed\",\"status\":null,\"signal\":9"),
            (
                Outcome::TimedOut(How::Killed(15)),
                "\"timed out\",\"status\":null,\"signal\":15",
            ),
            (
                Outcome::TimedOut(How::Exited(0)),
                "\"timed out\",\"status\":0,\"signal\":null",
            ),
            (
                Outcome::NotStarted,
                "\"not started\",\"status\":null,\"signal\":null",
            ),
            (Outcome::NotRun, "\"not run\",\"status\":null,\"signal\":null"),
        ] {
            let mut out = Captured::default();
            out.push(b"a\"\xff\n");
            let report = Report {
                id: Id::new("x"),
                outcome,
                tries: 2,
                took: Duration::from_micros(1999),
                out,
            };
            let mut line = Vec::new();
            report.write(&mut line).expect("memory takes everything");
            assert_eq!(
                String::from_utf8_lossy(&line),
                format!(
                    "{{\"id\":\"x\",\"result\":{expected},\"tries\":2,\"ms\":1,\"out\":\"a\\\"\u{fffd}\\n\"}}\n"
                )
            );
        }
    }
}
