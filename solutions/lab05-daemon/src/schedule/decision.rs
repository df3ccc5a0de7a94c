//! What a plan says: what is to be done, when to ask again, what became of the runs.

use std::fmt;
use std::time::Duration;

use crate::duration;
use crate::stamp::Stamp;

// region:given/decision
/// What is to be done, and told. Its text is the line without the time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decision {
    /// The job starts now.
    Start(String),
    /// The job is due while an earlier run has not ended. There is no run for this time.
    Skip(String, Busy),
    /// The job shall start, but as many run as may, which is the number.
    Wait(String, usize),
    /// So many runs of the job were not started at their time.
    Missed(String, u64),
    /// The job has run for its limit: it is asked to end.
    Stop(String, Duration),
    /// So much later it still runs: it is killed.
    Kill(String, Duration),
}

/// What an earlier run does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Busy {
    /// It runs.
    Running,
    /// It has not started: it sits out its jitter, or waits until fewer run.
    Waiting,
}

/// The moments at which [`Plan::advance`] is to be called next, at the latest.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Wake {
    /// By the clock that only goes on.
    pub monotonic: Option<Duration>,
    /// By the clock on the wall.
    pub wall: Option<Stamp>,
}

/// What became of a job's runs.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Runs that started.
    pub started: u64,
    /// Runs that did not, because an earlier one had not ended.
    pub skipped: u64,
    /// Runs whose time was over before they could start.
    pub missed: u64,
}

/// No run of this job is known.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0} does not run")]
pub struct NotRunning(pub String);
// endregion:given/decision

impl fmt::Display for Decision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Start(job) => write!(f, "start {job}"),
            Self::Skip(job, Busy::Running) => write!(f, "skip {job}: still running"),
            Self::Skip(job, Busy::Waiting) => write!(f, "skip {job}: still waiting"),
            Self::Wait(job, most) => write!(f, "wait {job}: {most} of {most} run"),
            Self::Missed(job, 1) => write!(f, "missed {job}: 1 run"),
            Self::Missed(job, runs) => write!(f, "missed {job}: {runs} runs"),
            Self::Stop(job, limit) => write!(f, "stop {job}: longer than {}", duration::written(*limit)),
            Self::Kill(job, grace) => {
                write!(f, "kill {job}: still running {} later", duration::written(*grace))
            }
        }
    }
}

impl fmt::Display for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            started,
            skipped,
            missed,
        } = self;
        write!(f, "{started} started, {skipped} skipped, {missed} missed")
    }
}
