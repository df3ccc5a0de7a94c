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
pub fn phase(name: &Name, interval: Duration) -> Duration {
    // region:manifest/phase The jitter's limit is a millisecond less than the interval, for that is included.
    jitter::wait(
        "",
        name.as_str(),
        0,
        interval.saturating_sub(Duration::from_millis(1)),
    )
    // endregion:manifest/phase
}

// region:given/table
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
// endregion:given/table

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
    pub fn due(&mut self, now: Duration) {
        // region:schedule/due In the order of their times. The next one is a whole number of intervals behind the phase, and lies ahead.
        let is_due = |plugin: &usize| self.entries[*plugin].next <= now;
        let mut due: Vec<usize> = (0..self.entries.len()).filter(is_due).collect();
        due.sort_by_key(|&plugin| self.entries[plugin].next);
        for plugin in due {
            let entry = &mut self.entries[plugin];
            let late = (now - entry.next).as_nanos() / entry.interval.as_nanos().max(1);
            let passed = u32::try_from(late).unwrap_or(u32::MAX).saturating_add(1);
            entry.next += entry.interval * passed;
            entry.missed += u64::from(passed);
            if entry.state == State::Idle {
                entry.missed -= 1;
                entry.state = State::Waiting;
                self.waiting.push_back(plugin);
            }
        }
        // endregion:schedule/due
    }

    /// Returns who is to run now, if anybody is: they have their place from now on.
    pub fn turn(&mut self) -> Option<usize> {
        // region:schedule/turn The one who has waited longest, if a place is free.
        if self.running >= self.at_once {
            return None;
        }
        let plugin = self.waiting.pop_front()?;
        self.entries[plugin].state = State::Running;
        self.running += 1;
        Some(plugin)
        // endregion:schedule/turn
    }

    /// Takes note that a run has ended.
    pub fn ended(&mut self, plugin: usize) {
        // region:schedule/ended Its place is free, and it can be due again.
        self.entries[plugin].state = State::Idle;
        self.running -= 1;
        // endregion:schedule/ended
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

// region:schedule
#[cfg(test)]
mod tests {
    use super::*;

    const fn ms(ms: u64) -> Duration {
        Duration::from_millis(ms)
    }

    #[test]
    fn nobody_overlaps_with_itself_and_what_is_missed_is_counted() {
        let mut table = Timetable::new([(ms(10), ms(100)), (ms(5), ms(1000))], 4);
        table.due(ms(0));
        assert_eq!((table.turn(), table.next()), (None, Some(ms(5))));
        table.due(ms(10));
        assert_eq!(
            [table.turn(), table.turn(), table.turn()],
            [Some(1), Some(0), None]
        );
        table.due(ms(110));
        assert_eq!((table.turn(), table.missed(0)), (None, 1));
        table.ended(0);
        table.due(ms(555));
        assert_eq!((table.turn(), table.missed(0)), (Some(0), 4));
        assert_eq!((table.next(), table.missed(1)), (Some(ms(610)), 0));
    }

    #[test]
    fn those_without_a_place_wait_in_their_order() {
        let mut table = Timetable::new([(ms(30), ms(100)), (ms(10), ms(100)), (ms(20), ms(100))], 1);
        table.due(ms(50));
        assert_eq!([table.turn(), table.turn()], [Some(1), None]);
        table.ended(1);
        assert_eq!(table.turn(), Some(2));
        table.due(ms(130));
        assert_eq!([0, 1, 2].map(|plugin| table.missed(plugin)), [1, 0, 1]);
        table.ended(2);
        assert_eq!([table.turn(), table.turn()], [Some(0), None]);
    }
}
// endregion:schedule
