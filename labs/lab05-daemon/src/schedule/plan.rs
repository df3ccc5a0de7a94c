//! What happens when: decisions without a clock and without a process.

use std::collections::BTreeSet;
use std::time::{Duration, SystemTime};

use crate::schedule::decision::{Counts, Decision, NotRunning, Wake};
use crate::schedule::{Job, Now, Schedule};
use crate::stamp::Stamp;

/// Who runs, who waits, and who is due when.
#[expect(dead_code, reason = "`advance` will use all of it")]
#[derive(Debug)]
pub struct Plan {
    parallel: usize,
    grace: Duration,
    host: String,
    /// What the monotonic clock showed at first: intervals are counted from there.
    began: Duration,
    /// The latest time that the clock on the wall has shown.
    latest: SystemTime,
    /// In the order of names.
    entries: Vec<Entry>,
    /// Jobs that wait until fewer run: since when, and their place in `entries`.
    waiting: BTreeSet<(Duration, usize)>,
    running: usize,
}

#[expect(dead_code, reason = "`advance` will use all of it")]
#[derive(Debug)]
struct Entry {
    job: Job,
    next: Next,
    state: State,
    counts: Counts,
}

/// When a job is due next.
#[expect(dead_code, reason = "`advance` will use all of it")]
#[derive(Debug, Clone, Copy)]
enum Next {
    Monotonic(Duration),
    Wall(Stamp),
    Never,
}

/// Where the run of a job is that was due last. Times are of the monotonic clock.
#[expect(dead_code, reason = "`advance` will use all of it")]
#[derive(Debug, Clone, Copy)]
enum State {
    Idle,
    Delayed {
        until: Duration,
    },
    Waiting,
    Running {
        stop: Option<Duration>,
        kill: Option<Duration>,
    },
}

impl Plan {
    /// Begins: intervals with a run at once, lines of cron with the first minute after `now`.
    #[expect(unused_variables, reason = "goes with the todo!")]
    pub fn new(schedule: &Schedule, now: Now) -> Self {
        todo!("schedule: Sort the jobs by name, and find out when each is due for the first time.")
    }

    /// Takes note of the time, and returns what is to be done now: in the order of time, then of name.
    ///
    /// It may be called at any time, later than [`Plan::next`] says, too. The clock on the wall may have been set in between.
    #[expect(unused_variables, reason = "goes with the todo!")]
    pub fn advance(&mut self, now: Now) -> Vec<Decision> {
        todo!(
            "schedule: Collect what has come due since the last call, sort it, then decide one after the other."
        )
    }

    /// Takes note that a run has ended, and returns who starts in its place.
    ///
    /// # Errors
    /// [`NotRunning`], if there is no such run.
    #[expect(unused_variables, reason = "goes with the todo!")]
    pub fn ended(&mut self, name: &str, now: Now) -> Result<Vec<Decision>, NotRunning> {
        todo!("schedule: Free its place, then start who has waited longest, as long as there are places.")
    }

    /// Starts nothing from now on. Limits stay.
    pub fn drain(&mut self) {
        todo!("schedule: Nothing is due any more, and nobody waits.")
    }

    /// Returns when there may be something to decide.
    pub fn next(&self) -> Wake {
        todo!(
            "schedule: For each of the two clocks, the earliest time at which a job is due, its jitter over, or its limit reached."
        )
    }

    /// Returns how many run.
    pub fn running(&self) -> usize {
        self.running
    }

    /// Returns what became of the runs of each job, in the order of names.
    pub fn counts(&self) -> impl Iterator<Item = (&str, Counts)> {
        self.entries.iter().map(|entry| (&*entry.job.name, entry.counts))
    }
}
