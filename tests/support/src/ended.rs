//! A program that has ended, and what can be said of it.

use std::os::unix::process::ExitStatusExt;
use std::process::ExitStatus;
use std::time::Duration;

use serde_json::{Value, json};

use crate::report::{Failure, Outcome};
use crate::text;
use crate::watch::Broken;

/// A program that has ended.
#[derive(Debug, Clone)]
pub struct Ended {
    /// What it printed.
    pub stdout: Vec<u8>,
    /// What it said on standard error.
    pub stderr: Vec<u8>,
    /// Its exit status, or the signal that ended it.
    pub status: ExitStatus,
    /// From start to end.
    pub wall: Duration,
    /// User and system time, to a hundredth of a second.
    pub cpu: Duration,
    /// The most anonymous resident memory (RssAnon) that was seen, in KiB. A program that runs for less than some
    /// milliseconds may show 0.
    pub peak_anonymous_kib: u64,
    /// Bytes that its read calls returned, as far as could be seen.
    pub bytes_read: Option<u64>,
    /// Time on a processor of each thread that was seen, if asked for by
    /// [`Program::observe_threads`](crate::Program::observe_threads).
    pub threads: Vec<Duration>,
    /// Whether the case ended it, with [`Running::kill`](crate::Running::kill): then the signal tells nothing of the program.
    pub(crate) killed: bool,
    /// How long it was allowed to run.
    pub(crate) wall_limit: Duration,
    pub(crate) step: Value,
}

impl Ended {
    /// Returns the exit status, or 128 plus the signal as a shell does.
    pub fn code(&self) -> i32 {
        self.status
            .code()
            .unwrap_or_else(|| 128 + self.status.signal().unwrap_or(0))
    }

    /// Returns standard output as text, made visible where it is none.
    pub fn stdout_text(&self) -> String {
        String::from_utf8(self.stdout.clone()).unwrap_or_else(|error| text::visible(error.as_bytes()))
    }

    /// Returns standard error as text, made visible where it is none.
    pub fn stderr_text(&self) -> String {
        String::from_utf8(self.stderr.clone()).unwrap_or_else(|error| text::visible(error.as_bytes()))
    }

    /// Writes what can be compared: standard output and the status.
    pub(crate) fn transcript(&self) -> String {
        let mut out = String::from("stdout:\n");
        out.push_str(&text::block(&self.stdout));
        out.push_str(&match self.status.signal() {
            Some(signal) => format!("ended by signal {signal}\n"),
            None => format!("exit status {}\n", self.code()),
        });
        out
    }

    pub(crate) fn json(&self) -> Value {
        json!({
            "step": self.step,
            "status": self.status.code(),
            "signal": self.status.signal(),
            "killed": self.killed,
            "wall_ms": self.wall.as_millis() as u64,
            "wall_limit_ms": self.wall_limit.as_millis() as u64,
            "cpu_ms": self.cpu.as_millis() as u64,
            "peak_kib": self.peak_anonymous_kib,
            "stderr": text::visible(&self.stderr[..self.stderr.len().min(4 << 10)]),
        })
    }

    /// Makes the failure of an expectation that is a sentence: there is nothing to lay beside each other.
    pub(crate) fn unlike(&self, expected: &str, found: &str) -> Failure {
        let mut failure = self.failure(Outcome::Wrong, format!("expected: {}", expected.trim_end()));
        let found = found.trim_end();
        failure.actual = Some(match found.contains('\n') {
            true => format!("found:\n  {}\n", found.replace('\n', "\n  ")),
            false => format!("found: {found}\n"),
        });
        failure
    }

    /// Makes the failure that this end explains best: an unwritten stage or a crash before what `outcome` says.
    pub(crate) fn failure(&self, outcome: Outcome, what: impl Into<String>) -> Failure {
        let outcome = match (outcome, self.status.signal()) {
            (Outcome::Wrong, _) if is_unwritten(&self.stderr) => Outcome::NotWritten,
            (Outcome::Wrong, Some(_)) if !self.killed => Outcome::Crashed,
            (Outcome::Wrong, None) if self.status.code() == Some(101) => Outcome::Crashed,
            _ => outcome,
        };
        let mut failure = Failure::new(outcome, what);
        failure.ended = Some(self.json());
        failure
    }

    pub(crate) fn broke(&self, broken: Broken) -> Failure {
        let (outcome, what) = match broken {
            Broken::Wall => (
                Outcome::TimedOut,
                format!(
                    "it ran longer than its time limit of {}",
                    text::seconds(self.wall_limit)
                ),
            ),
            Broken::Cpu => (
                Outcome::TimedOut,
                "it used more processor time than its limit".to_owned(),
            ),
            Broken::Memory => (
                Outcome::OverMemory,
                "it held more memory than its limit".to_owned(),
            ),
            Broken::Output => (Outcome::OverOutput, "it printed more than its limit".to_owned()),
            Broken::Processes => (
                Outcome::OverProcesses,
                "it started more processes than its limit".to_owned(),
            ),
        };
        let mut failure = self.failure(outcome, what);
        if !self.stdout.is_empty() {
            let start = &self.stdout[..self.stdout.len().min(1 << 10)];
            failure.actual = Some(format!("stdout, its beginning:\n{}", text::block(start)));
        }
        failure
    }
}

/// Whether the program met a `todo!` of the starter.
fn is_unwritten(stderr: &[u8]) -> bool {
    const MESSAGE: &[u8] = b"not yet implemented: ";
    stderr.windows(MESSAGE.len()).any(|window| window == MESSAGE)
}
