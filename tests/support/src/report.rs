//! The lines that the runner reads: what was run, and how the case ended.

use std::fs::{File, OpenOptions};
use std::io::Write;
use std::path::Path;

use serde_json::{Value, json};

/// A report being written. Every line is flushed to the file at once, so that a case which is killed still shows its steps.
#[derive(Debug)]
pub(crate) struct Report {
    file: Option<File>,
}

impl Report {
    /// Opens the report at `path`; without one, lines go nowhere (a suite run by hand).
    pub(crate) fn open(path: Option<&Path>) -> std::io::Result<Self> {
        let file = path
            .map(|path| OpenOptions::new().append(true).create(true).open(path))
            .transpose()?;
        Ok(Self { file })
    }

    /// Adds one line, `{KEY: VALUE}`.
    pub(crate) fn line(&mut self, key: &str, value: Value) {
        if let Some(file) = &mut self.file {
            let mut line = json!({ key: value }).to_string();
            line.push('\n');
            // A report that cannot be written lacks its verdict, and the runner calls that a fault.
            let _ = file.write_all(line.as_bytes());
        }
    }
}

/// How a case ended, in the runner's words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    Pass,
    Wrong,
    NotWritten,
    Crashed,
    TimedOut,
    OverMemory,
    OverOutput,
    OverProcesses,
    NotRun,
    Fault,
}

impl Outcome {
    /// The word that stands in the report.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Outcome::Pass => "pass",
            Outcome::Wrong => "wrong",
            Outcome::NotWritten => "not written",
            Outcome::Crashed => "crashed",
            Outcome::TimedOut => "timed out",
            Outcome::OverMemory => "over memory",
            Outcome::OverOutput => "over output",
            Outcome::OverProcesses => "over processes",
            Outcome::NotRun => "not run",
            Outcome::Fault => "fault",
        }
    }
}

/// Why a case did not pass. It travels as a panic's payload, so that a case reads as a list of expectations.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) outcome: Outcome,
    /// One sentence: what was expected and did not hold.
    pub(crate) what: String,
    pub(crate) expected: Option<String>,
    pub(crate) actual: Option<String>,
    /// How the program ended that this speaks of.
    pub(crate) ended: Option<Value>,
    /// The exchange, for a replay file.
    pub(crate) replay: Option<Value>,
}

impl Failure {
    pub(crate) fn new(outcome: Outcome, what: impl Into<String>) -> Self {
        Self {
            outcome,
            what: what.into(),
            expected: None,
            actual: None,
            ended: None,
            replay: None,
        }
    }

    /// Ends the case.
    pub(crate) fn raise(self) -> ! {
        std::panic::panic_any(Box::new(self))
    }

    pub(crate) fn json(&self) -> Value {
        json!({
            "outcome": self.outcome.word(),
            "what": self.what,
            "expected": self.expected,
            "actual": self.actual,
            "ended": self.ended,
            "replay": self.replay,
        })
    }
}
