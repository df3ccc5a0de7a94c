//! A program that is running, and what a case may do with it.

use std::io::{self, Write};
use std::process::ChildStdin;
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;

use crate::ended::Ended;
use crate::report::{Failure, Outcome};
use crate::watch::{Seen, Shared, Watched, kill_tree};

/// A program that is running. Dropping it kills it.
pub struct Running {
    pub(crate) pid: u32,
    pub(crate) started: Instant,
    pub(crate) step: Value,
    pub(crate) stdin: Option<ChildStdin>,
    pub(crate) shared: Arc<Shared>,
    pub(crate) watcher: Option<JoinHandle<io::Result<Watched>>>,
    pub(crate) wall: Duration,
}

impl Running {
    /// The program's process id.
    pub fn pid(&self) -> u32 {
        self.pid
    }

    /// Writes to the program's standard input. A program that stopped reading is no error.
    pub fn write(&mut self, bytes: &[u8]) {
        if let Some(stdin) = &mut self.stdin {
            let _ = stdin.write_all(bytes);
        }
    }

    /// Closes the program's standard input.
    pub fn close_stdin(&mut self) {
        self.stdin = None;
    }

    /// Sends a signal.
    pub fn signal(&self, signal: Signal) {
        if let Some(pid) = Pid::from_raw(self.pid.cast_signed()) {
            let _ = kill_process(pid, signal);
        }
    }

    /// Returns what standard output holds so far.
    pub fn stdout(&self) -> Vec<u8> {
        self.shared.lock().stdout.clone()
    }

    /// Returns what standard error holds so far.
    pub fn stderr(&self) -> Vec<u8> {
        self.shared.lock().stderr.clone()
    }

    /// Waits until `enough` says so of standard output, and returns it. `what` completes the sentence "it never …".
    ///
    /// A program that ends before, or does not get there within its wall limit, fails the case.
    pub fn wait_for_stdout(&mut self, what: &str, mut enough: impl FnMut(&[u8]) -> bool) -> Vec<u8> {
        self.wait_for(what, |seen| enough(&seen.stdout).then(|| seen.stdout.clone()))
    }

    /// Waits until `count` lines stand on standard output, and returns them without their line feeds.
    pub fn wait_for_lines(&mut self, count: usize) -> Vec<String> {
        let lines = |bytes: &[u8]| bytes.iter().filter(|&&byte| byte == b'\n').count();
        let stdout = self.wait_for_stdout(&format!("printed {count} lines"), |bytes| lines(bytes) >= count);
        String::from_utf8_lossy(&stdout)
            .lines()
            .map(str::to_owned)
            .collect()
    }

    fn wait_for<T>(&mut self, what: &str, mut ready: impl FnMut(&Seen) -> Option<T>) -> T {
        let shared = Arc::clone(&self.shared);
        let mut seen = shared.lock();
        loop {
            if let Some(value) = ready(&seen) {
                return value;
            }
            let ended = self.watcher.as_ref().is_none_or(JoinHandle::is_finished);
            if ended || self.started.elapsed() > self.wall + Duration::from_secs(1) {
                break;
            }
            seen = match shared.changed.wait_timeout(seen, Duration::from_millis(20)) {
                Ok((seen, _)) => seen,
                Err(poisoned) => poisoned.into_inner().0,
            };
        }
        drop(seen);
        let ended = self.finish();
        let mut failure = ended.failure(Outcome::Wrong, format!("it never {what}"));
        failure.actual = Some(ended.transcript());
        failure.raise()
    }

    /// Waits for the program's end. One that broke a limit ends the case.
    pub fn wait(mut self) -> Ended {
        self.stdin = None;
        self.finish()
    }

    /// Kills the program with its children and says how it stood.
    pub fn kill(mut self) -> Ended {
        kill_tree(self.pid);
        self.finish()
    }

    fn finish(&mut self) -> Ended {
        let watched = match self.watcher.take().map(JoinHandle::join) {
            Some(Ok(Ok(watched))) => watched,
            Some(Ok(Err(error))) => {
                Failure::new(Outcome::Fault, format!("cannot watch the program: {error}")).raise()
            }
            _ => Failure::new(Outcome::Fault, "the program was waited for twice").raise(),
        };
        let mut seen = self.shared.lock();
        let ended = Ended {
            stdout: std::mem::take(&mut seen.stdout),
            stderr: std::mem::take(&mut seen.stderr),
            status: watched.status,
            wall: watched.wall,
            cpu: watched.cpu,
            peak_anonymous_kib: watched.peak_kib,
            bytes_read: watched.bytes_read,
            threads: watched.threads,
            step: self.step.clone(),
        };
        drop(seen);
        if let Some(broken) = watched.broken {
            ended.broke(broken).raise();
        }
        ended
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if let Some(watcher) = self.watcher.take() {
            kill_tree(self.pid);
            let _ = watcher.join();
        }
    }
}
