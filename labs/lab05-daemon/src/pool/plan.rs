//! What to start, whom to stop, what to try again, and when to give up.
//!
//! Decided here, done in [`run`](super::run). The plan asks no clock and knows no process but by its id: whoever calls says what time it
//! is and what has happened. So whole afternoons of a pool are tested in a microsecond.

use std::collections::{BTreeMap, VecDeque};
use std::time::{Duration, Instant};

use nix::sys::signal::Signal;
use rustix::process::Pid;

use crate::backoff::Backoff;
use crate::intensity::Intensity;
use crate::pool::capture::Captured;
use crate::pool::job::Job;
use crate::pool::report::{Outcome, Report};
use crate::pool::running::Running;
use crate::pool::settings::Settings;
use crate::process::How;

/// With so many jobs that wait for their next try, no new ones are read: each holds what it printed.
#[expect(dead_code, reason = "`wants_job` will use it")]
const WAITING: usize = 256;

/// One try of a job.
#[derive(Debug)]
pub struct Attempt {
    /// The job.
    pub job: Job,
    /// Which try this is, from 1 on.
    #[expect(dead_code, reason = "`conclude` will use it")]
    tries: u32,
    #[expect(dead_code, reason = "`conclude` will use it")]
    backoff: Backoff,
}

impl Attempt {
    /// Makes the first try of a job, the next of which waits for `backoff`.
    pub fn first(job: Job, backoff: Duration) -> Self {
        Self {
            job,
            tries: 1,
            backoff: Backoff::new(backoff),
        }
    }
}

/// What follows from the end of a try.
#[derive(Debug, PartialEq)]
pub enum Decision {
    /// The job is over.
    Report(Report),
    /// It will be tried again.
    Again,
    /// It is over, and so is the pool: that was one crash too many.
    GiveUp {
        /// What has become of the job.
        report: Report,
        /// How many crashes that were.
        crashes: usize,
    },
}

/// What is to be done.
#[derive(Debug)]
#[expect(dead_code, reason = "its functions will use it")]
pub struct Plan {
    settings: Settings,
    crashes: Option<Intensity>,
    /// Jobs that were read, and whose first try has not begun.
    fresh: VecDeque<Job>,
    /// Jobs to be tried again, by the time for that and a number that tells two of the same time apart; and what has become of them so far.
    later: BTreeMap<(Instant, u64), (Attempt, Report)>,
    number: u64,
    running: Running,
    /// Whether nothing is started any more.
    draining: bool,
}

impl Plan {
    /// Begins without jobs.
    pub fn new(settings: &Settings) -> Self {
        Self {
            settings: settings.clone(),
            crashes: settings
                .max_crashes
                .map(|most| Intensity::new(most, settings.within)),
            fresh: VecDeque::new(),
            later: BTreeMap::new(),
            number: 0,
            running: Running::new(settings.time_limit, settings.grace),
            draining: false,
        }
    }

    /// Whether a job should be read: one more than there are workers may wait, so that none of these ever does.
    ///
    /// When draining, every job is welcome: its turn will never come, and that is to be told.
    pub fn wants_job(&self) -> bool {
        todo!("pool: Look at how many are fresh, and how many wait for another try.")
    }

    /// Takes a job. Returns a report when it is over before it has begun.
    #[expect(unused_variables, reason = "goes with the todo!")]
    pub fn add(&mut self, job: Job) -> Option<Report> {
        todo!("pool: When draining, nothing is added any more.")
    }

    /// Returns what to start now, if there is a worker for it. Who is to be tried again comes before who is new.
    #[expect(unused_variables, reason = "goes with the todo!")]
    pub fn next(&mut self, now: Instant) -> Option<Attempt> {
        todo!(
            "pool: Is there a worker? Is it time for somebody's next try? Else the oldest of the fresh ones has its first."
        )
    }

    /// Notes that a try has begun, as this process.
    pub fn started(&mut self, pid: Pid, attempt: Attempt, now: Instant) {
        self.running.started(pid, attempt, now);
    }

    /// Notes that a try could not begin, and decides.
    pub fn not_started(&mut self, attempt: Attempt, now: Instant) -> Decision {
        self.conclude(
            attempt,
            Outcome::NotStarted,
            Duration::ZERO,
            Captured::default(),
            now,
        )
    }

    /// Notes how a process has ended and what it has printed, and decides. Who is no job decides nothing.
    pub fn ended(&mut self, pid: Pid, how: How, out: Captured, now: Instant) -> Option<Decision> {
        let (attempt, outcome, took) = self.running.ended(pid, how, now)?;
        Some(self.conclude(attempt, outcome, took, out, now))
    }

    /// Decides what follows from the end of a try.
    #[expect(unused_variables, unused_mut, reason = "goes with the todo!")]
    fn conclude(
        &mut self,
        mut attempt: Attempt,
        outcome: Outcome,
        took: Duration,
        out: Captured,
        now: Instant,
    ) -> Decision {
        todo!(
            "pool: Crashes and failed starts may be too many. Another try needs a reason, one that is left, and a time."
        )
    }

    /// Returns who is to get a signal now.
    pub fn due(&mut self, now: Instant) -> Vec<(Pid, Signal)> {
        self.running.due(now)
    }

    /// Returns when there will be something to do even if nothing happens until then.
    pub fn until(&self) -> Option<Instant> {
        todo!("pool: The earliest of the next signals, and of the next tries, if there is a worker for one.")
    }

    /// From now on starts nothing, and gives to what runs its grace. Returns what has become of those that waited.
    #[expect(unused_variables, reason = "goes with the todo!")]
    pub fn drain(&mut self, now: Instant) -> Vec<Report> {
        todo!("pool: Who has been tried is reported as the last try left it, who has not as `not run`.")
    }

    /// Gives no more grace.
    pub fn kill(&mut self, now: Instant) {
        self.running.kill_at(now);
    }

    /// Whether nothing is started any more.
    pub fn is_draining(&self) -> bool {
        self.draining
    }

    /// Whether nothing runs and nothing waits.
    pub fn is_idle(&self) -> bool {
        self.running.count() == 0 && self.fresh.is_empty() && self.later.is_empty()
    }
}
