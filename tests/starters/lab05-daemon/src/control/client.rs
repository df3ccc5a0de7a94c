//! What those do who are outside: stop, reload, ask.

use std::os::fd::OwnedFd;
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

#[expect(unused_imports, reason = "`wait` will use them")]
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;
use rustix::process::{Pid, Signal, pidfd_send_signal};
#[expect(unused_imports, reason = "`hold` will use them")]
use rustix::process::{PidfdFlags, pidfd_open};

use super::config::Config;
use super::error::{Error, Result};
use super::pidfile::{PATIENCE, State, look};

/// A daemon that is running, held by a descriptor: nobody else can get its id for as long as it is open.
#[derive(Debug)]
pub struct Found {
    /// Its supervisor.
    pub pid: Pid,
    descriptor: OwnedFd,
}

/// Finds a daemon by its lock.
///
/// # Errors
/// As [`look`]; or when a lock is held by somebody who does not say who it is.
pub fn find(path: &Path) -> Result<Option<Found>> {
    let started = Instant::now();
    loop {
        match look(path)? {
            State::Dead | State::Stopped => return Ok(None),
            // It has the lock and will write the number in a moment; or it has just ended.
            State::Running(pid) => {
                if let Some(pid) = pid
                    && let Some(found) = hold(path, pid)?
                {
                    return Ok(Some(found));
                }
            }
        }
        if started.elapsed() > PATIENCE {
            return Err(Error::File {
                operation: "tell who holds the lock of",
                path: path.to_owned(),
                why: Errno::SRCH.into(),
            });
        }
        thread::sleep(Duration::from_millis(5));
    }
}

/// Gets hold of the process with this id, if it is the daemon.
#[expect(unused_variables, reason = "goes with the todo!")]
fn hold(path: &Path, pid: Pid) -> Result<Option<Found>> {
    todo!("daemonize: Open a pidfd first, and look at the lock once more then. Why in this order?")
}

impl Found {
    /// Sends a signal.
    ///
    /// # Errors
    /// When this user may not do that. That the daemon has ended is no error.
    pub fn send(&self, signal: Signal) -> Result<()> {
        match pidfd_send_signal(&self.descriptor, signal) {
            Ok(()) | Err(Errno::SRCH) => Ok(()),
            Err(error) => Err(Error::Signal {
                pid: self.pid.as_raw_nonzero().get(),
                why: error.into(),
            }),
        }
    }

    /// Waits until it has ended, at most so long. Returns whether it has.
    ///
    /// # Errors
    /// What poll(2) says.
    #[expect(unused_variables, reason = "goes with the todo!")]
    pub fn wait(&self, at_most: Duration) -> Result<bool> {
        todo!(
            "daemonize: A pidfd can be read when its process has ended: poll(2) with a timeout, again after a signal."
        )
    }
}

/// Stops a daemon and waits until it has ended. Returns whether there was one.
///
/// # Errors
/// [`Error::StillRunning`] when it takes longer than `timeout`; or as [`find`] and [`Found::send`].
pub fn stop(config: &Config, timeout: Duration) -> Result<bool> {
    let Some(daemon) = find(&config.pid_file)? else {
        return Ok(false);
    };
    daemon.send(Signal::TERM)?;
    match daemon.wait(timeout)? {
        true => Ok(true),
        false => Err(Error::StillRunning {
            name: config.name.clone(),
            after: timeout,
        }),
    }
}

/// Lets a daemon read its configuration again, and open its log anew. Returns whether there is one.
///
/// # Errors
/// As [`find`] and [`Found::send`].
pub fn reload(config: &Config) -> Result<bool> {
    match find(&config.pid_file)? {
        Some(daemon) => daemon.send(Signal::HUP).map(|()| true),
        None => Ok(false),
    }
}
