//! What those do who are outside: stop, reload, ask.

use std::os::fd::OwnedFd;
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

//~daemonize #[expect(unused_imports, reason = "`wait` will use them")]
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;
use rustix::process::{Pid, Signal, pidfd_send_signal};
//~daemonize #[expect(unused_imports, reason = "`hold` will use them")]
use rustix::process::{PidfdFlags, pidfd_open};

use super::config::Config;
use super::error::{Error, Result};
use super::pidfile::{PATIENCE, State, look};

// region:given/found
/// A daemon that is running, held by a descriptor: nobody else can get its id for as long as it is open.
#[derive(Debug)]
pub struct Found {
    /// Its supervisor.
    pub pid: Pid,
    descriptor: OwnedFd,
}
// endregion:given/found

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
fn hold(path: &Path, pid: Pid) -> Result<Option<Found>> {
    // region:daemonize/hold Open a pidfd first, and look at the lock once more then. Why in this order?
    let descriptor = match pidfd_open(pid, PidfdFlags::empty()) {
        Ok(descriptor) => descriptor,
        Err(Errno::SRCH) => return Ok(None),
        Err(error) => return Err(Error::system("hold a process")(error)),
    };
    // The number was read before. Had its process ended meanwhile, the descriptor could be another's; but then the lock is free by now.
    let is_the_daemon = look(path)? == State::Running(Some(pid));
    Ok(is_the_daemon.then_some(Found { pid, descriptor }))
    // endregion:daemonize/hold
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
    pub fn wait(&self, at_most: Duration) -> Result<bool> {
        // region:daemonize/ended A pidfd can be read when its process has ended: poll(2) with a timeout, again after a signal.
        let until = Instant::now() + at_most;
        loop {
            let left = until.saturating_duration_since(Instant::now());
            let timeout = Timespec {
                tv_sec: i64::try_from(left.as_secs()).unwrap_or(i64::MAX),
                tv_nsec: left.subsec_nanos().into(),
            };
            let mut descriptors = [PollFd::new(&self.descriptor, PollFlags::IN)];
            match poll(&mut descriptors, Some(&timeout)) {
                Ok(0) if !left.is_zero() => {}
                Ok(ready) => return Ok(ready > 0),
                Err(Errno::INTR) => {}
                Err(error) => return Err(Error::system("wait for a process")(error)),
            }
        }
        // endregion:daemonize/ended
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
