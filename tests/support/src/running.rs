//! A program that is running, and what a case may do with it.

use std::io::{self, Write};
use std::os::unix::process::ExitStatusExt;
use std::process::ChildStdin;
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;

use crate::ended::Ended;
use crate::report::{Failure, Outcome};
use crate::text;
use crate::watch::{Broken, Seen, Shared, Watched, kill_tree};

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

    /// Waits until `enough` says so of standard error, and returns it; as [`Running::wait_for_stdout`].
    pub fn wait_for_stderr(&mut self, what: &str, mut enough: impl FnMut(&[u8]) -> bool) -> Vec<u8> {
        self.wait_for(what, |seen| enough(&seen.stderr).then(|| seen.stderr.clone()))
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

    /// Waits until `ready` holds of something outside of the program's output, a file or /proc, say; as [`Running::wait_for_stdout`].
    ///
    /// Mind that the program may end while `ready` looks: what must not be there any more has to be told from a program that is gone.
    pub fn wait_until(&mut self, what: &str, mut ready: impl FnMut() -> bool) {
        self.wait_for(what, |_| ready().then_some(()));
    }

    fn wait_for<T>(&mut self, what: &str, mut ready: impl FnMut(&Seen) -> Option<T>) -> T {
        const LOOK: Duration = Duration::from_millis(3);
        let since = Instant::now();
        let shared = Arc::clone(&self.shared);
        let mut seen = shared.lock();
        loop {
            // Looked at before `ready`: what it printed last must still count.
            let ended = self.watcher.as_ref().is_none_or(JoinHandle::is_finished);
            if let Some(value) = ready(&seen) {
                return value;
            }
            if ended || self.started.elapsed() > self.wall {
                break;
            }
            seen = match shared.changed.wait_timeout(seen, LOOK) {
                Ok((seen, _)) => seen,
                Err(poisoned) => poisoned.into_inner().0,
            };
        }
        drop(seen);
        let waited = text::seconds(since.elapsed());
        kill_tree(self.pid);
        let (mut ended, broken) = self.collect();
        // Only a signal of ours says that it was still there.
        let late = matches!(broken, Some(Broken::Wall))
            || broken.is_none() && ended.status.signal() == Some(Signal::KILL.as_raw());
        if let Some(broken) = broken.filter(|_| !late) {
            ended.broke(broken).raise();
        }
        ended.killed |= late;
        let mut failure = match late {
            true => ended.failure(
                Outcome::TimedOut,
                format!("it never {what}: waited for {waited} in vain"),
            ),
            false => ended.failure(Outcome::Wrong, format!("it ended and never {what}")),
        };
        failure.actual = Some(match late {
            true if ended.stdout.is_empty() => "stdout so far: nothing\n".to_owned(),
            true => format!("stdout so far:\n{}", text::block(&ended.stdout)),
            false => ended.transcript(),
        });
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
        let mut ended = self.finish();
        ended.killed = ended.status.signal() == Some(Signal::KILL.as_raw());
        ended
    }

    fn finish(&mut self) -> Ended {
        let (ended, broken) = self.collect();
        if let Some(broken) = broken {
            ended.broke(broken).raise();
        }
        ended
    }

    /// Waits for the watcher, and returns what it saw with the limit that was broken.
    fn collect(&mut self) -> (Ended, Option<Broken>) {
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
            killed: watched.broken.is_some(),
            wall_limit: self.wall,
            step: self.step.clone(),
        };
        (ended, watched.broken)
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
