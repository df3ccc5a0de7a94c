//! What happens when: decisions without a clock and without a process.

use std::collections::BTreeSet;
use std::time::{Duration, SystemTime};

use crate::schedule::decision::{Counts, Decision, NotRunning, Wake};
use crate::schedule::{Job, Now, Schedule};
// region:schedule
use crate::schedule::decision::Busy;
use crate::schedule::jitter;
use crate::schedule::{Missed, When};
// endregion:schedule
use crate::stamp::Stamp;

// region:schedule
/// Cron belongs to minutes: once its minute is over, a run has been missed.
const MINUTE: Duration = Duration::from_secs(60);
/// A clock that is set back by more than this was wrong before, so what it said does not count any more.
///
/// Source: cron(8).
const CORRECTION: Duration = Duration::from_secs(3 * 3600);
// endregion:schedule

// region:given/plan
/// Who runs, who waits, and who is due when.
//~schedule #[expect(dead_code, reason = "`advance` will use all of it")]
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

//~schedule #[expect(dead_code, reason = "`advance` will use all of it")]
#[derive(Debug)]
struct Entry {
    job: Job,
    next: Next,
    state: State,
    counts: Counts,
}

/// When a job is due next.
//~schedule #[expect(dead_code, reason = "`advance` will use all of it")]
#[derive(Debug, Clone, Copy)]
enum Next {
    Monotonic(Duration),
    Wall(Stamp),
    Never,
}

/// Where the run of a job is that was due last. Times are of the monotonic clock.
//~schedule #[expect(dead_code, reason = "`advance` will use all of it")]
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
// endregion:given/plan

// region:schedule
/// Something whose time has come, in the order in which one moment's are looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Happening {
    Stop,
    Kill,
    Ready,
    Due(Run),
}

/// A run that is due, and those before it that were missed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Run {
    missed: u64,
    /// The due time from which the jitter is drawn. None: all were missed, and that is that.
    due_ms: Option<i64>,
}
// endregion:schedule

impl Plan {
    /// Begins: intervals with a run at once, lines of cron with the first minute after `now`.
    pub fn new(schedule: &Schedule, now: Now) -> Self {
        // region:schedule/new Sort the jobs by name, and find out when each is due for the first time.
        let mut jobs = schedule.jobs.clone();
        jobs.sort_by(|one, other| one.name.cmp(&other.name));
        let entry = |job: Job| Entry {
            next: match &job.when {
                When::Every(_) => Next::Monotonic(now.monotonic),
                When::Cron(cron, _) => Next::wall(cron.next_after(now.wall.into())),
            },
            job,
            state: State::Idle,
            counts: Counts::default(),
        };
        Self {
            parallel: schedule.parallel,
            grace: schedule.grace,
            host: schedule.host.clone(),
            began: now.monotonic,
            latest: now.wall,
            entries: jobs.into_iter().map(entry).collect(),
            waiting: BTreeSet::new(),
            running: 0,
        }
        // endregion:schedule/new
    }

    /// Takes note of the time, and returns what is to be done now: in the order of time, then of name.
    ///
    /// It may be called at any time, later than [`Plan::next`] says, too. The clock on the wall may have been set in between.
    pub fn advance(&mut self, now: Now) -> Vec<Decision> {
        // region:schedule/advance Collect what has come due since the last call, sort it, then decide one after the other.
        self.look_at_the_wall(now.wall);
        let mut happenings = BTreeSet::new();
        for (index, entry) in self.entries.iter_mut().enumerate() {
            if let Some((at, run)) = entry.come_due(self.began, now) {
                happenings.insert((at, index, Happening::Due(run)));
            }
            let timer = match entry.state {
                State::Delayed { until } => Some((until, Happening::Ready)),
                State::Running { stop: Some(at), .. } => Some((at, Happening::Stop)),
                State::Running { kill: Some(at), .. } => Some((at, Happening::Kill)),
                State::Idle | State::Waiting | State::Running { .. } => None,
            };
            if let Some((at, what)) = timer.filter(|(at, _)| *at <= now.monotonic) {
                happenings.insert((at, index, what));
            }
        }
        let mut decisions = Vec::new();
        while let Some((at, index, what)) = happenings.pop_first() {
            let more = match what {
                Happening::Stop => self.stop(index, now, &mut decisions),
                Happening::Kill => self.kill(index, &mut decisions),
                Happening::Ready => self.ready(index, at, now, &mut decisions),
                Happening::Due(run) => self.due(index, at, run, &mut decisions),
            };
            // With a jitter or a grace of nothing, or when this call comes late, its time may have come already.
            happenings.extend(more.filter(|(at, ..)| *at <= now.monotonic));
        }
        decisions
        // endregion:schedule/advance
    }

    /// Takes note that a run has ended, and returns who starts in its place.
    ///
    /// # Errors
    /// [`NotRunning`], if there is no such run.
    pub fn ended(&mut self, name: &str, now: Now) -> Result<Vec<Decision>, NotRunning> {
        // region:schedule/ended Free its place, then start who has waited longest, as long as there are places.
        let of_that_name =
            |entry: &&mut Entry| entry.job.name == name && matches!(entry.state, State::Running { .. });
        let Some(entry) = self.entries.iter_mut().find(of_that_name) else {
            return Err(NotRunning(name.to_owned()));
        };
        entry.state = State::Idle;
        self.running -= 1;
        let mut decisions = Vec::new();
        while self.running < self.parallel
            && let Some((_, index)) = self.waiting.pop_first()
        {
            self.start(index, now, &mut decisions);
        }
        Ok(decisions)
        // endregion:schedule/ended
    }

    /// Starts nothing from now on. Limits stay.
    pub fn drain(&mut self) {
        // region:schedule/drain Nothing is due any more, and nobody waits.
        self.waiting.clear();
        for entry in &mut self.entries {
            entry.next = Next::Never;
            if !matches!(entry.state, State::Running { .. }) {
                entry.state = State::Idle;
            }
        }
        // endregion:schedule/drain
    }

    /// Returns when there may be something to decide.
    pub fn next(&self) -> Wake {
        // region:schedule/wake For each of the two clocks, the earliest time at which a job is due, its jitter over, or its limit reached.
        let mut wake = Wake::default();
        for entry in &self.entries {
            let due = match entry.next {
                Next::Monotonic(at) => Some(at),
                Next::Wall(at) => {
                    wake.wall = Some(wake.wall.map_or(at, |earliest| earliest.min(at)));
                    None
                }
                Next::Never => None,
            };
            let timer = match entry.state {
                State::Delayed { until } => Some(until),
                State::Running { stop, kill } => stop.or(kill),
                State::Idle | State::Waiting => None,
            };
            wake.monotonic = [wake.monotonic, due, timer].into_iter().flatten().min();
        }
        wake
        // endregion:schedule/wake
    }

    /// Returns how many run.
    pub fn running(&self) -> usize {
        self.running
    }

    /// Returns what became of the runs of each job, in the order of names.
    pub fn counts(&self) -> impl Iterator<Item = (&str, Counts)> {
        self.entries.iter().map(|entry| (&*entry.job.name, entry.counts))
    }
    // region:schedule

    /// A step forward is no matter here: what it jumped over is found by [`Entry::come_due`]. After a step back nothing is due until the
    /// clock shows what it has shown already; unless it was wrong by hours.
    fn look_at_the_wall(&mut self, wall: SystemTime) {
        let back = self.latest.duration_since(wall).unwrap_or_default();
        if back > CORRECTION {
            for entry in &mut self.entries {
                if let (When::Cron(cron, _), Next::Wall(_)) = (&entry.job.when, entry.next) {
                    entry.next = Next::wall(cron.next_after(wall.into()));
                }
            }
        }
        if back.is_zero() || back > CORRECTION {
            self.latest = wall;
        }
    }

    /// Decides about a run that is due at `at`.
    fn due(&mut self, index: usize, at: Duration, run: Run, decisions: &mut Vec<Decision>) -> Option<Timer> {
        let entry = &mut self.entries[index];
        let name = &entry.job.name;
        if run.missed > 0 {
            entry.counts.missed += run.missed;
            decisions.push(Decision::Missed(name.clone(), run.missed));
        }
        let busy = match entry.state {
            State::Idle => {
                let until = at + jitter::wait(&self.host, name, run.due_ms?, entry.job.jitter);
                entry.state = State::Delayed { until };
                return Some((until, index, Happening::Ready));
            }
            State::Running { .. } => Busy::Running,
            State::Delayed { .. } | State::Waiting => Busy::Waiting,
        };
        if run.due_ms.is_some() {
            entry.counts.skipped += 1;
            decisions.push(Decision::Skip(name.clone(), busy));
        }
        None
    }

    /// Starts a run whose jitter is over, or lets it wait for a place.
    fn ready(
        &mut self,
        index: usize,
        at: Duration,
        now: Now,
        decisions: &mut Vec<Decision>,
    ) -> Option<Timer> {
        if self.running < self.parallel {
            self.start(index, now, decisions);
            return None;
        }
        let entry = &mut self.entries[index];
        entry.state = State::Waiting;
        self.waiting.insert((at, index));
        decisions.push(Decision::Wait(entry.job.name.clone(), self.parallel));
        None
    }

    fn start(&mut self, index: usize, now: Now, decisions: &mut Vec<Decision>) {
        self.running += 1;
        let entry = &mut self.entries[index];
        entry.counts.started += 1;
        entry.state = State::Running {
            stop: entry.job.limit.map(|limit| now.monotonic + limit),
            kill: None,
        };
        decisions.push(Decision::Start(entry.job.name.clone()));
    }

    fn stop(&mut self, index: usize, now: Now, decisions: &mut Vec<Decision>) -> Option<Timer> {
        let kill = now.monotonic + self.grace;
        let entry = &mut self.entries[index];
        entry.state = State::Running {
            stop: None,
            kill: Some(kill),
        };
        let limit = entry.job.limit.unwrap_or_default();
        decisions.push(Decision::Stop(entry.job.name.clone(), limit));
        Some((kill, index, Happening::Kill))
    }

    fn kill(&mut self, index: usize, decisions: &mut Vec<Decision>) -> Option<Timer> {
        let entry = &mut self.entries[index];
        entry.state = State::Running {
            stop: None,
            kill: None,
        };
        decisions.push(Decision::Kill(entry.job.name.clone(), self.grace));
        None
    }
    // endregion:schedule
}

// region:schedule

/// When something happens, to which job, and what.
type Timer = (Duration, usize, Happening);

impl Next {
    fn wall(due: Option<Stamp>) -> Self {
        due.map_or(Self::Never, Self::Wall)
    }
}

impl Entry {
    /// Moves `next` beyond `now`. Returns what has come due on the way, and since when, by the monotonic clock.
    fn come_due(&mut self, began: Duration, now: Now) -> Option<(Duration, Run)> {
        match (self.next, &self.job.when) {
            (Next::Monotonic(first), When::Every(interval)) if first <= now.monotonic => {
                let (mut at, mut missed) = (first, 0);
                while at + *interval <= now.monotonic {
                    at += *interval;
                    missed += 1;
                }
                self.next = Next::Monotonic(at + *interval);
                let due_ms = i64::try_from((at - began).as_millis()).ok();
                Some((at, Run { missed, due_ms }))
            }
            (Next::Wall(first), When::Cron(cron, missed)) if SystemTime::from(first) <= now.wall => {
                let (mut last, mut runs) = (first, 1);
                let mut next = cron.next_after(last);
                while let Some(due) = next.filter(|due| SystemTime::from(*due) <= now.wall) {
                    (last, runs) = (due, runs + 1);
                    next = cron.next_after(due);
                }
                self.next = Next::wall(next);
                let late = now.wall.duration_since(last.into()).unwrap_or_default();
                let due_ms = Some(last.unix() * 1000);
                Some(if late < MINUTE {
                    let missed = runs - 1;
                    (now.monotonic.saturating_sub(late), Run { missed, due_ms })
                } else {
                    let due_ms = due_ms.filter(|_| *missed == Missed::Once);
                    (now.monotonic, Run { missed: runs, due_ms })
                })
            }
            _ => None,
        }
    }
}
// endregion:schedule

// region:schedule
#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: u64) -> Now {
        Now {
            monotonic: Duration::from_secs(seconds),
            wall: SystemTime::UNIX_EPOCH + Duration::from_secs(1_795_687_200 + seconds),
        }
    }

    fn plan(parallel: usize, intervals: &[(&str, u64)]) -> Plan {
        let job = |(name, seconds): &(&str, u64)| Job {
            name: (*name).to_owned(),
            command: vec!["true".to_owned()],
            when: When::Every(Duration::from_secs(*seconds)),
            jitter: Duration::ZERO,
            limit: Some(Duration::from_secs(15)),
        };
        let schedule = Schedule {
            parallel,
            host: "web1".to_owned(),
            grace: Duration::from_secs(5),
            jobs: intervals.iter().map(job).collect(),
        };
        Plan::new(&schedule, at(0))
    }

    fn told(decisions: Vec<Decision>) -> Vec<String> {
        decisions.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_late_call_decides_in_the_order_of_time() {
        let mut plan = plan(1, &[("b", 10), ("a", 7)]);
        assert_eq!(told(plan.advance(at(0))), ["start a", "wait b: 1 of 1 run"]);
        assert_eq!(plan.next().monotonic, Some(Duration::from_secs(7)));
        // Due in the meantime: a at 7, 14 and 21, b at 10 and 20; the limit at 15.
        assert_eq!(
            told(plan.advance(at(22))),
            [
                "stop a: longer than 15s",
                "missed b: 1 run",
                "skip b: still waiting",
                "missed a: 2 runs",
                "skip a: still running",
            ]
        );
        // The grace begins when the job is asked.
        assert_eq!(told(plan.advance(at(27))), ["kill a: still running 5s later"]);
        assert_eq!(told(plan.ended("a", at(27)).unwrap()), ["start b"]);
        assert_eq!(plan.ended("a", at(27)), Err(NotRunning("a".to_owned())));
    }

    #[test]
    fn what_is_drained_starts_nothing_and_keeps_its_limits() {
        let mut plan = plan(1, &[("a", 10), ("b", 10)]);
        plan.advance(at(0));
        plan.drain();
        assert_eq!(plan.next().monotonic, Some(Duration::from_secs(15)));
        assert_eq!(told(plan.advance(at(15))), ["stop a: longer than 15s"]);
        assert_eq!(plan.ended("a", at(16)), Ok(Vec::new()));
        assert_eq!((plan.running(), plan.next()), (0, Wake::default()));
    }
}
// endregion:schedule
