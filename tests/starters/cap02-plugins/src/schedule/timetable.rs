//! When which plug-in runs: decided without a clock and without a process.

use std::collections::VecDeque;
use std::time::Duration;

use daemon::schedule::jitter;

use crate::Name;

/// Returns how long after the schedule's beginning a plug-in runs first, less than its interval: fifty plug-ins do not
/// start in one moment, and each starts in the same part of its interval each time.
///
/// It is lab05's jitter without a host, of the plug-in's name, due at 0, in whole milliseconds.
///
/// ```
/// use plugins::{Name, schedule::timetable::phase};
/// use std::time::Duration;
///
/// let phase = phase(&Name::new("disk").unwrap(), Duration::from_secs(60));
/// assert_eq!(phase, Duration::from_millis(52_023));
/// ```
#[expect(unused_variables, reason = "goes with the todo!")]
pub fn phase(name: &Name, interval: Duration) -> Duration {
    todo!("manifest: The jitter's limit is a millisecond less than the interval, for that is included.")
}

/// Which plug-ins run, which wait, and when each is due. Times are since the schedule's beginning.
#[derive(Debug)]
pub struct Timetable {
    entries: Vec<Entry>,
    /// Those that are due and have no place yet, in the order in which they became it.
    waiting: VecDeque<usize>,
    running: usize,
    at_once: usize,
}

#[derive(Debug)]
struct Entry {
    interval: Duration,
    /// When it is due next.
    next: Duration,
    state: State,
    missed: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Idle,
    Waiting,
    Running,
}

impl Timetable {
    /// Makes one of the phase and the interval of each plug-in. So many run `at_once`, one at least.
    pub fn new(plugins: impl IntoIterator<Item = (Duration, Duration)>, at_once: usize) -> Self {
        let entry = |(phase, interval)| Entry {
            interval,
            next: phase,
            state: State::Idle,
            missed: 0,
        };
        Self {
            entries: plugins.into_iter().map(entry).collect(),
            waiting: VecDeque::new(),
            running: 0,
            at_once: at_once.max(1),
        }
    }

    /// Looks at the time. Who is due waits from now on; who still runs or waits has missed this time, and so has everybody
    /// for whom more than one has passed.
    #[expect(unused_variables, reason = "goes with the todo!")]
    pub fn due(&mut self, now: Duration) {
        todo!(
            "schedule: In the order of their times. The next one is a whole number of intervals behind the phase, and lies ahead."
        )
    }

    /// Returns who is to run now, if anybody is: they have their place from now on.
    pub fn turn(&mut self) -> Option<usize> {
        todo!("schedule: The one who has waited longest, if a place is free.")
    }

    /// Takes note that a run has ended.
    #[expect(unused_variables, reason = "goes with the todo!")]
    pub fn ended(&mut self, plugin: usize) {
        todo!("schedule: Its place is free, and it can be due again.")
    }

    /// Returns when somebody is due next.
    pub fn next(&self) -> Option<Duration> {
        self.entries.iter().map(|entry| entry.next).min()
    }

    /// Returns how many of its times a plug-in has missed.
    pub fn missed(&self, plugin: usize) -> u64 {
        self.entries[plugin].missed
    }
}
