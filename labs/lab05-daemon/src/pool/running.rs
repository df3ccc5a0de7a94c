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
#[expect(dead_code, reason = "the functions of `Running` will use it")]
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
#[expect(dead_code, reason = "its functions will use it")]
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
    #[expect(unused_variables, reason = "goes with the todo!")]
    pub fn started(&mut self, pid: Pid, attempt: Attempt, now: Instant) {
        todo!("pool: The time limit begins now, not when the job was read.")
    }

    /// Notes that a process has ended. Returns which try it was, what has become of it, and how long it took; nothing if it was none.
    #[expect(unused_variables, reason = "goes with the todo!")]
    pub fn ended(&mut self, pid: Pid, how: How, now: Instant) -> Option<(Attempt, Outcome, Duration)> {
        todo!("pool: Who is late has timed out, however it ended.")
    }

    /// Kills all that run then.
    pub fn kill_at(&mut self, at: Instant) {
        self.kill_at = Some(at);
    }

    /// Returns who is to get a signal now.
    #[expect(unused_variables, reason = "goes with the todo!")]
    pub fn due(&mut self, now: Instant) -> Vec<(Pid, Signal)> {
        todo!(
            "pool: After the time limit comes TERM, and KILL when the grace is over. When `kill_at` has come, KILL for all."
        )
    }

    /// Returns when somebody is to get a signal.
    pub fn until(&self) -> Option<Instant> {
        todo!("pool: The earliest of all next signals and of `kill_at`.")
    }
}
