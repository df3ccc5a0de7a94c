//! One place to wait: for signals, for descriptors, and for a moment. Nothing is asked again and again.

use std::io;
use std::mem::MaybeUninit;
use std::os::fd::{AsFd, OwnedFd};
use std::time::Instant;

use nix::sys::signal::Signal;
use rustix::event::{EventfdFlags, Timespec, epoll, eventfd};
use rustix::io::{Errno, read};

use crate::sys;

/// The token of the signals, which no descriptor may have.
const SIGNALS: u64 = u64::MAX;

/// How many events are taken from the kernel at once. What is more comes with the next call.
const AT_ONCE: usize = 64;

/// What has happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Event {
    /// A signal has come. Several of the same kind may have become one: after `SIGCHLD`, reap until there is nobody left.
    Signal {
        /// Which.
        signal: Signal,
    },
    /// Something can be read or written, or the other end is closed.
    Ready {
        /// What [`Events::watch`] was told.
        token: u64,
    },
}

/// What a descriptor is watched for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Interest {
    /// Something to read, or the end of it.
    Read,
    /// Room to write, or nobody who reads.
    Write,
}

/// Waits for signals and descriptors.
///
/// ```
/// use daemon::events::{Event, Events, Interest};
/// use std::io::Write;
///
/// let events = Events::new(&[])?;
/// let (reader, mut writer) = std::io::pipe()?;
/// events.watch(&reader, 7, Interest::Read)?;
/// writer.write_all(b"x")?;
/// assert_eq!(events.wait(None)?, [Event::Ready { token: 7 }]);
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Debug)]
pub struct Events {
    epoll: OwnedFd,
    /// Which signals come as events.
    signals: Vec<Signal>,
    /// Can be read when one has come.
    wake: OwnedFd,
}

impl Events {
    /// Prepares to wait. From now on `signals` do nothing by themselves: they come as events. A process has one of these with signals at
    /// a time.
    ///
    /// Programs that are started with [`std::process::Command`] get every signal as usual.
    ///
    /// # Errors
    /// What epoll_create(2), eventfd(2) or sigaction(2) say.
    pub fn new(signals: &[Signal]) -> io::Result<Self> {
        let wake = eventfd(0, EventfdFlags::CLOEXEC | EventfdFlags::NONBLOCK)?;
        let epoll = epoll::create(epoll::CreateFlags::CLOEXEC)?;
        let (data, flags) = (epoll::EventData::new_u64(SIGNALS), epoll::EventFlags::IN);
        epoll::add(&epoll, &wake, data, flags)?;
        if !signals.is_empty() {
            sys::catch_signals(signals, wake.as_fd())?;
        }
        Ok(Self {
            epoll,
            signals: signals.to_vec(),
            wake,
        })
    }

    /// Watches a descriptor until it is closed, or until [`Events::forget`].
    ///
    /// # Errors
    /// What epoll_ctl(2) says.
    pub fn watch(&self, descriptor: impl AsFd, token: u64, interest: Interest) -> io::Result<()> {
        let flags = match interest {
            Interest::Read => epoll::EventFlags::IN,
            Interest::Write => epoll::EventFlags::OUT,
        };
        epoll::add(&self.epoll, descriptor, epoll::EventData::new_u64(token), flags)?;
        Ok(())
    }

    /// Stops watching a descriptor.
    ///
    /// # Errors
    /// What epoll_ctl(2) says.
    pub fn forget(&self, descriptor: impl AsFd) -> io::Result<()> {
        Ok(epoll::delete(&self.epoll, descriptor)?)
    }

    /// Waits until something happens, or until a moment. Returns what has happened, which is nothing when the moment came first.
    ///
    /// # Errors
    /// What epoll_wait(2) or read(2) say.
    pub fn wait(&self, until: Option<Instant>) -> io::Result<Vec<Event>> {
        let timeout = until
            .map(|until| until.saturating_duration_since(Instant::now()))
            .map(|left| Timespec {
                tv_sec: i64::try_from(left.as_secs()).unwrap_or(i64::MAX),
                tv_nsec: left.subsec_nanos().into(),
            });
        let mut buffer = [MaybeUninit::uninit(); AT_ONCE];
        let ready = match epoll::wait(&self.epoll, &mut buffer, timeout.as_ref()) {
            Ok((ready, _)) => ready,
            Err(Errno::INTR) => return Ok(Vec::new()),
            Err(error) => return Err(error.into()),
        };
        let mut events = Vec::with_capacity(ready.len());
        for ready in ready {
            match ready.data.u64() {
                SIGNALS => {
                    // Emptied first: a signal that comes after that is in the list, or wakes again, or both.
                    let _ = read(&self.wake, &mut [0_u8; 8]);
                    let came = sys::signals_that_came().into_iter();
                    events.extend(came.map(|signal| Event::Signal { signal }));
                }
                token => events.push(Event::Ready { token }),
            }
        }
        Ok(events)
    }
}

impl Drop for Events {
    fn drop(&mut self) {
        if !self.signals.is_empty() {
            sys::release_signals(&self.signals);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    use std::process::Command;

    use nix::sys::signal::raise;

    #[test]
    fn a_signal_is_an_event_here_and_a_signal_in_what_is_started() {
        let events = Events::new(&[Signal::SIGUSR1, Signal::SIGUSR2]).unwrap();
        for signal in [Signal::SIGUSR2, Signal::SIGUSR1, Signal::SIGUSR1] {
            raise(signal).unwrap();
        }
        let expected = [Signal::SIGUSR1, Signal::SIGUSR2].map(|signal| Event::Signal { signal });
        // The wait may end early, since a signal interrupts it.
        let mut found = Vec::new();
        while found.is_empty() {
            found = events.wait(None).unwrap();
        }
        assert_eq!(found, expected);
        assert_eq!(events.wait(Some(Instant::now())).unwrap(), []);

        let grep = Command::new("grep")
            .args(["^SigBlk", "/proc/self/status"])
            .output()
            .unwrap();
        assert_eq!(
            String::from_utf8_lossy(&grep.stdout),
            "SigBlk:\t0000000000000000\n"
        );
    }
}
