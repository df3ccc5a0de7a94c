//! One place to wait: for signals, for descriptors, and for a moment. Nothing is asked again and again.

use std::io;
use std::mem::MaybeUninit;
use std::os::fd::{AsFd, OwnedFd};
use std::time::Instant;

use nix::sys::signal::{SigSet, Signal};
use nix::sys::signalfd::{SfdFlags, SignalFd};
use rustix::event::{Timespec, epoll};
use rustix::io::Errno;

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
        /// Who sent it, or 0 for the kernel.
        from: u32,
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
    signals: SignalFd,
}

impl Events {
    /// Prepares to wait. From now on `signals` do nothing by themselves, in this thread and those that it starts: they come as events.
    ///
    /// Programs that are started with [`std::process::Command`] get every signal as usual.
    ///
    /// # Errors
    /// What epoll_create(2) or signalfd(2) say.
    pub fn new(signals: &[Signal]) -> io::Result<Self> {
        let set: SigSet = signals.iter().copied().collect();
        set.thread_block()?;
        let signals = SignalFd::with_flags(&set, SfdFlags::SFD_CLOEXEC | SfdFlags::SFD_NONBLOCK)?;
        let epoll = epoll::create(epoll::CreateFlags::CLOEXEC)?;
        let this = Self { epoll, signals };
        epoll::add(
            &this.epoll,
            &this.signals,
            epoll::EventData::new_u64(SIGNALS),
            epoll::EventFlags::IN,
        )?;
        Ok(this)
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
                    while let Some(info) = self.signals.read_signal()? {
                        let signal = i32::try_from(info.ssi_signo).ok();
                        if let Some(signal) = signal.and_then(|number| Signal::try_from(number).ok()) {
                            events.push(Event::Signal {
                                signal,
                                from: info.ssi_pid,
                            });
                        }
                    }
                }
                token => events.push(Event::Ready { token }),
            }
        }
        Ok(events)
    }
}
