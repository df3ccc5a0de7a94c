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
//~pool #[expect(dead_code, reason = "`wants_job` will use it")]
const WAITING: usize = 256;

/// One try of a job.
#[derive(Debug)]
pub struct Attempt {
    /// The job.
    pub job: Job,
    /// Which try this is, from 1 on.
    //~pool #[cfg_attr(not(test), expect(dead_code, reason = "`conclude` will use it"))]
    tries: u32,
    //~pool #[expect(dead_code, reason = "`conclude` will use it")]
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
//~pool #[expect(dead_code, reason = "its functions will use it")]
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
        // region:pool/wants-job Look at how many are fresh, and how many wait for another try.
        self.draining || self.fresh.len() <= self.settings.workers && self.later.len() < WAITING
        // endregion:pool/wants-job
    }

    /// Takes a job. Returns a report when it is over before it has begun.
    pub fn add(&mut self, job: Job) -> Option<Report> {
        // region:pool/add When draining, nothing is added any more.
        if self.draining {
            return Some(Report::not_run(job));
        }
        self.fresh.push_back(job);
        None
        // endregion:pool/add
    }

    /// Returns what to start now, if there is a worker for it. Who is to be tried again comes before who is new.
    pub fn next(&mut self, now: Instant) -> Option<Attempt> {
        // region:pool/next Is there a worker? Is it time for somebody's next try? Else the oldest of the fresh ones has its first.
        if self.draining || self.running.count() >= self.settings.workers {
            return None;
        }
        match self.later.first_entry() {
            Some(first) if first.key().0 <= now => Some(first.remove().0),
            _ => self
                .fresh
                .pop_front()
                .map(|job| Attempt::first(job, self.settings.backoff)),
        }
        // endregion:pool/next
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
    fn conclude(
        &mut self,
        mut attempt: Attempt,
        outcome: Outcome,
        took: Duration,
        out: Captured,
        now: Instant,
    ) -> Decision {
        // region:pool/conclude Crashes and failed starts may be too many. Another try needs a reason, one that is left, and a time.
        let report = Report {
            id: attempt.job.id.clone(),
            outcome,
            tries: attempt.tries,
            took,
            out,
        };
        if self.draining {
            return Decision::Report(report);
        }
        if let (Outcome::Crashed(_) | Outcome::NotStarted, Some(crashes)) = (outcome, &mut self.crashes)
            && crashes.is_too_much(now)
        {
            let crashes = crashes.most() + 1;
            return Decision::GiveUp { report, crashes };
        }
        let worth_it = matches!(
            outcome,
            Outcome::Failed(_) | Outcome::Crashed(_) | Outcome::TimedOut(_)
        );
        if !worth_it || attempt.tries > self.settings.retries {
            return Decision::Report(report);
        }
        let at = now + attempt.backoff.next_wait();
        attempt.tries += 1;
        self.number += 1;
        self.later.insert((at, self.number), (attempt, report));
        Decision::Again
        // endregion:pool/conclude
    }

    /// Returns who is to get a signal now.
    pub fn due(&mut self, now: Instant) -> Vec<(Pid, Signal)> {
        self.running.due(now)
    }

    /// Returns when there will be something to do even if nothing happens until then.
    pub fn until(&self) -> Option<Instant> {
        // region:pool/until The earliest of the next signals, and of the next tries, if there is a worker for one.
        let again = self
            .later
            .first_key_value()
            .filter(|_| self.running.count() < self.settings.workers);
        let again = again.map(|((at, _), _)| *at);
        again.into_iter().chain(self.running.until()).min()
        // endregion:pool/until
    }

    /// Returns when somebody is to get a signal: that is all there will be to do while nothing may be started.
    pub fn until_signal(&self) -> Option<Instant> {
        self.running.until()
    }

    /// From now on starts nothing, and gives to what runs its grace. Returns what has become of those that waited.
    pub fn drain(&mut self, now: Instant) -> Vec<Report> {
        // region:pool/drain Who has been tried is reported as the last try left it, who has not as `not run`.
        self.draining = true;
        self.running.kill_at(now + self.settings.grace);
        let tried = std::mem::take(&mut self.later);
        let tried = tried.into_values().map(|(_, report)| report);
        let fresh = self.fresh.drain(..).map(Report::not_run);
        tried.chain(fresh).collect()
        // endregion:pool/drain
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

#[cfg(test)]
mod tests {
    use Signal::{SIGKILL, SIGTERM};

    use super::*;

    fn ms(ms: u64) -> Duration {
        Duration::from_millis(ms)
    }

    /// A plan in play: times are milliseconds from its start, processes have the ids 1, 2, 3, …
    struct Play {
        plan: Plan,
        start: Instant,
        processes: i32,
    }

    impl Play {
        /// Begins with two workers and these jobs.
        fn new(jobs: &[&str], change: impl FnOnce(&mut Settings)) -> Self {
            let mut settings = Settings {
                command: vec!["true".into()],
                workers: 2,
                time_limit: None,
                memory: None,
                retries: 0,
                backoff: ms(100),
                max_crashes: None,
                within: ms(1000),
                grace: ms(50),
            };
            change(&mut settings);
            let mut plan = Plan::new(&settings);
            for name in jobs {
                assert_eq!(plan.add(job(name)), None);
            }
            Self {
                plan,
                start: Instant::now(),
                processes: 0,
            }
        }

        /// Starts what is to be started, and returns it as `NAME/TRY`.
        fn begin(&mut self, at: u64) -> String {
            let now = self.start + ms(at);
            let mut begun = Vec::new();
            while let Some(attempt) = self.plan.next(now) {
                begun.push(format!("{}/{}", attempt.job.id.label(), attempt.tries));
                self.processes += 1;
                self.plan.started(pid(self.processes), attempt, now);
            }
            begun.join(" ")
        }

        /// Ends a process, and returns what follows.
        fn end(&mut self, process: i32, how: How, at: u64) -> String {
            let now = self.start + ms(at);
            match self.plan.ended(pid(process), how, Captured::default(), now) {
                None => "nobody".into(),
                Some(Decision::Again) => "again".into(),
                Some(Decision::Report(report)) => told(&report),
                Some(Decision::GiveUp { report, crashes }) => {
                    format!("{}, {crashes} crashes", told(&report))
                }
            }
        }

        fn due(&mut self, at: u64) -> Vec<(i32, Signal)> {
            let due = self.plan.due(self.start + ms(at));
            let mut due: Vec<_> = due
                .into_iter()
                .map(|(pid, signal)| (pid.as_raw_nonzero().get(), signal))
                .collect();
            due.sort();
            due
        }

        fn drain(&mut self, at: u64) -> String {
            let reports = self.plan.drain(self.start + ms(at));
            reports.iter().map(told).collect::<Vec<_>>().join("; ")
        }

        /// When there will be something to do.
        fn until(&self) -> Option<u64> {
            let until = self.plan.until()?;
            Some((until - self.start).as_millis() as u64)
        }
    }

    fn pid(number: i32) -> Pid {
        Pid::from_raw(number).expect("positive")
    }

    fn job(name: &str) -> Job {
        Job::parse(format!("{{\"id\":\"{name}\"}}").as_bytes()).expect("a job")
    }

    fn told(report: &Report) -> String {
        let Report {
            id, outcome, tries, ..
        } = report;
        format!("{} {} {tries}", id.label(), outcome.name())
    }

    #[test]
    fn as_many_run_as_there_are_workers_and_one_more_than_that_wait() {
        let mut play = Play::new(&["a", "b"], |_| {});
        assert!(play.plan.wants_job());
        assert_eq!(play.plan.add(job("c")), None);
        assert!(!play.plan.wants_job());
        assert_eq!(play.begin(0), "a/1 b/1");
        assert!(play.plan.wants_job());
        for (process, how, expected, begun) in [
            (2, How::Exited(0), "b done 1", "c/1"),
            (9, How::Exited(0), "nobody", ""),
            (1, How::Exited(7), "a failed 1", ""),
            (3, How::Killed(11), "c crashed 1", ""),
        ] {
            assert_eq!(play.end(process, how, 10), expected);
            assert_eq!(play.begin(10), begun);
        }
        assert!(play.plan.is_idle());
    }

    #[test]
    fn tries_wait_longer_each_time_while_others_run() {
        let mut play = Play::new(&["a", "b", "c"], |settings| {
            settings.workers = 1;
            settings.retries = 2;
        });
        for (at, begun, ends) in [
            (0, "a/1", Some((How::Exited(1), "again"))),
            (10, "b/1", Some((How::Exited(0), "b done 1"))),
            (99, "c/1", None),
            (100, "", Some((How::Exited(0), "c done 1"))),
            (100, "a/2", Some((How::Killed(6), "again"))),
            (299, "", None),
            (300, "a/3", Some((How::Exited(2), "a failed 3"))),
        ] {
            assert_eq!(play.begin(at), begun, "at {at}");
            if let Some((how, expected)) = ends {
                assert_eq!(play.end(play.processes, how, at), expected, "at {at}");
            }
        }
        assert!(play.plan.is_idle());
    }

    #[test]
    fn it_waits_for_the_next_try_only_where_there_is_a_worker_for_it() {
        let mut play = Play::new(&["a", "b"], |settings| {
            settings.workers = 1;
            settings.retries = 1;
        });
        play.begin(0);
        play.end(1, How::Exited(1), 5);
        assert_eq!(play.until(), Some(105));
        assert_eq!(play.begin(5), "b/1");
        assert_eq!(play.until(), None);
    }

    #[test]
    fn many_crashes_within_the_time_are_too_many() {
        for (times, given_up) in [
            ([0, 10, 20], Some(2)),
            ([0, 1000, 1001], None),
            ([0, 1500, 1501], None),
        ] {
            let mut play = Play::new(&["a", "b", "c"], |settings| {
                settings.workers = 1;
                settings.max_crashes = Some(2);
            });
            for (number, at) in times.into_iter().enumerate() {
                play.begin(at);
                let told = play.end(play.processes, How::Killed(9), at);
                assert_eq!(
                    told.contains("3 crashes"),
                    given_up == Some(number),
                    "{times:?}: {told}"
                );
            }
        }
    }

    #[test]
    fn a_failed_start_counts_as_a_crash_and_is_not_tried_again() {
        let mut play = Play::new(&["a", "b"], |settings| {
            settings.retries = 5;
            settings.max_crashes = Some(1);
        });
        let now = play.start;
        for expected in [false, true] {
            let attempt = play.plan.next(now).expect("a job");
            let gives_up = match play.plan.not_started(attempt, now) {
                Decision::Again => panic!("the program will not be there next time"),
                Decision::Report(_) => false,
                Decision::GiveUp { .. } => true,
            };
            assert_eq!(gives_up, expected);
        }
    }

    #[test]
    fn when_draining_nothing_begins_and_everything_is_told() {
        let mut play = Play::new(&["a", "b", "c"], |settings| {
            settings.retries = 3;
            settings.backoff = ms(10);
            settings.time_limit = Some(ms(20));
        });
        play.begin(0);
        play.end(1, How::Exited(1), 1);
        assert_eq!(play.begin(1), "c/1");
        assert_eq!(play.plan.add(job("d")), None);
        assert_eq!(play.drain(2), "a failed 1; d not run 0");
        assert_eq!(
            play.plan.add(job("e")).as_ref().map(told),
            Some("e not run 0".into())
        );
        assert_eq!(play.begin(1000), "");
        // Time limits hold on.
        assert_eq!(play.until(), Some(20));
        assert_eq!(play.due(21), [(2, SIGTERM), (3, SIGTERM)]);
        assert_eq!(play.end(2, How::Killed(15), 22), "b timed out 1");
        assert_eq!(play.until(), Some(52));
        assert_eq!(play.due(52), [(3, SIGKILL)]);
        assert_eq!(play.end(3, How::Killed(9), 53), "c timed out 1");
        assert!(play.plan.is_idle());
        assert_eq!(play.until(), None);
    }

    #[test]
    fn who_has_no_patience_any_more_gives_no_grace() {
        let mut play = Play::new(&["a"], |settings| settings.grace = ms(60_000));
        play.begin(0);
        play.drain(10);
        assert_eq!(play.due(20), []);
        play.plan.kill(play.start + ms(20));
        assert_eq!(play.due(20), [(1, SIGKILL)]);
        assert_eq!(play.end(1, How::Killed(9), 21), "a crashed 1");
    }
}
