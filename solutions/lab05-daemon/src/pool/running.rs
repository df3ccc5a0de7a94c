//! The jobs that run, and when each gets its next signal.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use nix::sys::signal::Signal;
use rustix::process::Pid;

use crate::pool::plan::Attempt;
use crate::pool::report::Outcome;
use crate::process::How;

/// A try that runs.
#[derive(Debug)]
//~pool #[expect(dead_code, reason = "the functions of `Running` will use it")]
struct Run {
    attempt: Attempt,
    since: Instant,
    /// The next signal for it, and when.
    next: Option<(Instant, Signal)>,
    /// Whether its time limit has passed.
    late: bool,
}

/// The tries that run.
#[derive(Debug)]
//~pool #[expect(dead_code, reason = "its functions will use it")]
pub struct Running {
    time_limit: Option<Duration>,
    grace: Duration,
    /// By the id of its process, which is that of its group, too.
    runs: HashMap<Pid, Run>,
    /// When all of them are killed.
    kill_at: Option<Instant>,
}

impl Running {
    /// Begins with none. Who runs longer than the limit is told to end, and killed when the grace is over, too.
    pub fn new(time_limit: Option<Duration>, grace: Duration) -> Self {
        Self {
            time_limit,
            grace,
            runs: HashMap::new(),
            kill_at: None,
        }
    }

    /// How many they are.
    pub fn count(&self) -> usize {
        self.runs.len()
    }

    /// Notes that a try has begun, as this process.
    pub fn started(&mut self, pid: Pid, attempt: Attempt, now: Instant) {
        // region:pool/started The time limit begins now, not when the job was read.
        let run = Run {
            attempt,
            since: now,
            next: self.time_limit.map(|limit| (now + limit, Signal::SIGTERM)),
            late: false,
        };
        self.runs.insert(pid, run);
        // endregion:pool/started
    }

    /// Notes that a process has ended. Returns which try it was, what has become of it, and how long it took; nothing if it was none.
    pub fn ended(&mut self, pid: Pid, how: How, now: Instant) -> Option<(Attempt, Outcome, Duration)> {
        // region:pool/ended Who is late has timed out, however it ended.
        let run = self.runs.remove(&pid)?;
        let outcome = match how {
            _ if run.late => Outcome::TimedOut(how),
            How::Exited(0) => Outcome::Done,
            How::Exited(status) => Outcome::Failed(status),
            How::Killed(signal) => Outcome::Crashed(signal),
        };
        Some((run.attempt, outcome, now.saturating_duration_since(run.since)))
        // endregion:pool/ended
    }

    /// Kills all that run then.
    pub fn kill_at(&mut self, at: Instant) {
        self.kill_at = Some(at);
    }

    /// Returns who is to get a signal now.
    pub fn due(&mut self, now: Instant) -> Vec<(Pid, Signal)> {
        // region:pool/due After the time limit comes TERM, and KILL when the grace is over. When `kill_at` has come, KILL for all.
        let kill_all = self.kill_at.take_if(|at| *at <= now).is_some();
        let mut signals = Vec::new();
        for (&pid, run) in &mut self.runs {
            if kill_all {
                run.next = None;
                signals.push((pid, Signal::SIGKILL));
            } else if let Some((_, signal)) = run.next.take_if(|(at, _)| *at <= now) {
                run.late = true;
                run.next = match signal {
                    Signal::SIGTERM => Some((now + self.grace, Signal::SIGKILL)),
                    _ => None,
                };
                signals.push((pid, signal));
            }
        }
        signals
        // endregion:pool/due
    }

    /// Returns when somebody is to get a signal.
    pub fn until(&self) -> Option<Instant> {
        // region:pool/running-until The earliest of all next signals and of `kill_at`.
        let next = self.runs.values().filter_map(|run| run.next);
        next.map(|(at, _)| at).chain(self.kill_at).min()
        // endregion:pool/running-until
    }
}

#[cfg(test)]
mod tests {
    use Signal::{SIGKILL, SIGTERM};

    use super::*;
    use crate::pool::job::Job;

    fn ms(ms: u64) -> Duration {
        Duration::from_millis(ms)
    }

    fn pid(number: i32) -> Pid {
        Pid::from_raw(number).expect("positive")
    }

    /// Runs two processes with a limit of 200 ms and a grace of 50 ms: 1 from the start on, 2 from 100 ms on.
    fn two(start: Instant) -> Running {
        let mut running = Running::new(Some(ms(200)), ms(50));
        for (number, at) in [(1, 0), (2, 100)] {
            let job = Job::parse(b"{\"id\":1}").expect("a job");
            running.started(pid(number), Attempt::first(job, ms(1)), start + ms(at));
        }
        running
    }

    #[test]
    fn who_is_late_is_told_to_end_and_killed_when_the_grace_is_over() {
        let start = Instant::now();
        let mut running = two(start);
        for (at, until, expected) in [
            (199, 200, &[][..]),
            (200, 250, &[(1, SIGTERM)]),
            (201, 250, &[]),
            // The second one's limit began when it did.
            (260, 300, &[(1, SIGKILL)]),
            (305, 355, &[(2, SIGTERM)]),
        ] {
            let due = running.due(start + ms(at));
            let expected: Vec<_> = expected
                .iter()
                .map(|&(number, signal)| (pid(number), signal))
                .collect();
            assert_eq!(due, expected, "at {at}");
            assert_eq!(running.until(), Some(start + ms(until)), "at {at}");
        }
    }

    #[test]
    fn an_end_has_an_outcome_which_is_another_one_after_the_limit() {
        for (how, in_time) in [
            (How::Exited(0), Outcome::Done),
            (How::Exited(7), Outcome::Failed(7)),
            (How::Killed(9), Outcome::Crashed(9)),
        ] {
            for (at, expected) in [(199, in_time), (200, Outcome::TimedOut(how))] {
                let start = Instant::now();
                let mut running = two(start);
                running.due(start + ms(at));
                let ended = running.ended(pid(1), how, start + ms(210));
                let ended = ended.map(|(_, outcome, took)| (outcome, took));
                assert_eq!(ended, Some((expected, ms(210))));
                assert!(running.ended(pid(1), how, start + ms(210)).is_none());
                assert_eq!(running.count(), 1);
            }
        }
    }

    #[test]
    fn when_all_are_killed_nobody_is_told_anything_more() {
        let start = Instant::now();
        let mut running = two(start);
        running.kill_at(start + ms(150));
        assert_eq!(running.until(), Some(start + ms(150)));
        let mut due = running.due(start + ms(150));
        due.sort_by_key(|(pid, _)| pid.as_raw_nonzero());
        assert_eq!(due, [(pid(1), SIGKILL), (pid(2), SIGKILL)]);
        assert_eq!(running.due(start + ms(1000)), []);
        assert_eq!(running.until(), None);
        // That was not the limit.
        let ended = running.ended(pid(1), How::Killed(9), start + ms(151));
        assert_eq!(ended.map(|(_, outcome, _)| outcome), Some(Outcome::Crashed(9)));
    }
}
