use std::fmt;
use std::time::Duration;

use daemon::process::How;

use super::life::Life;
use crate::Name;
use crate::form::{Form, Report};
use crate::script::Refused;

/// Why a run has failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Reason {
    /// It could not be started.
    Start,
    /// Its script is another one than the manifest says.
    Changed,
    /// It ran out of time.
    Timeout,
    /// It wrote too much.
    Flood,
    /// A signal ended it that was none of ours.
    Signal,
    /// Its exit status says so.
    Status,
    /// What it wrote is not of its form.
    Output,
}

impl Reason {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::Start,
        Self::Changed,
        Self::Timeout,
        Self::Flood,
        Self::Signal,
        Self::Status,
        Self::Output,
    ];

    /// Returns the word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Start => "start",
            Self::Changed => "changed",
            Self::Timeout => "timeout",
            Self::Flood => "flood",
            Self::Signal => "signal",
            Self::Status => "status",
            Self::Output => "output",
        }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// That a run has failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failed {
    /// Why, in a word.
    pub reason: Reason,
    /// Why, for people.
    pub why: String,
}

impl Failed {
    pub(super) fn new(reason: Reason, why: impl Into<String>) -> Self {
        let why = why.into();
        Self { reason, why }
    }
}

impl From<Refused> for Failed {
    fn from(refused: Refused) -> Self {
        let reason = match refused {
            Refused::Changed(_) => Reason::Changed,
            Refused::Unreadable(_) => Reason::Start,
        };
        let why = match refused {
            Refused::Changed(_) => format!("the script is another one: {refused}"),
            Refused::Unreadable(why) => format!("cannot start it: {why}"),
        };
        Self::new(reason, why)
    }
}

/// What became of a run.
#[derive(Debug, Clone, PartialEq)]
pub struct Outcome {
    /// How its process ended; nothing if there was none.
    pub how: Option<How>,
    /// From its start to its end.
    pub took: Duration,
    /// How many processes had left its group, and were found and killed.
    pub escaped: u32,
    /// The first line that it wrote to standard error.
    pub complaint: String,
    /// What it said, or why that does not count.
    pub result: Result<Report, Failed>,
}

impl Outcome {
    pub(super) fn not_started(failed: Failed) -> Self {
        Self {
            how: None,
            took: Duration::ZERO,
            escaped: 0,
            complaint: String::new(),
            result: Err(failed),
        }
    }
}

/// Judges a run by how it ended and what it wrote.
#[expect(unused_variables, reason = "goes with the todo!")]
pub(super) fn judge(
    form: Form,
    plugin: &Name,
    life: &Life,
    how: How,
    output: &[u8],
) -> Result<Report, Failed> {
    todo!(
        "contain: In the order of Reason: time, flood, a signal, a status that the form does not allow, an output that is refused."
    )
}
