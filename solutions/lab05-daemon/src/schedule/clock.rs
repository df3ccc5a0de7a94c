//! The two clocks: one that only goes on, and one that shows the date and may be set.

use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::time::{Duration, Instant, SystemTime};

use rustix::io::Errno;
use rustix::time::{
    Itimerspec, TimerfdClockId, TimerfdFlags, TimerfdTimerFlags, Timespec, timerfd_create, timerfd_settime,
};

use crate::stamp::Stamp;

// region:given/now
/// A moment, as both clocks show it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Now {
    /// The clock that only goes on. Where it begins means nothing.
    pub monotonic: Duration,
    /// The clock on the wall, which may be set forward and back.
    pub wall: SystemTime,
}
// endregion:given/now

/// The clocks of this machine.
#[derive(Debug)]
pub(super) struct Clock {
    began: Instant,
}

impl Clock {
    /// Makes the monotonic clock begin with zero.
    pub(super) fn start() -> Self {
        Self {
            began: Instant::now(),
        }
    }

    /// Reads both.
    pub(super) fn now(&self) -> Now {
        Now {
            monotonic: self.began.elapsed(),
            wall: SystemTime::now(),
        }
    }

    /// Returns the instant at which the monotonic clock will show so much. One that is never reached is nothing.
    pub(super) fn instant(&self, monotonic: Duration) -> Option<Instant> {
        self.began.checked_add(monotonic)
    }
}

/// A descriptor that can be read when the clock on the wall shows a time, and also when somebody has set that clock.
#[derive(Debug)]
pub(super) struct Alarm {
    timer: OwnedFd,
}

impl Alarm {
    /// Makes one that is not set.
    ///
    /// # Errors
    /// What timerfd_create(2) says.
    pub(super) fn new() -> io::Result<Self> {
        let flags = TimerfdFlags::CLOEXEC | TimerfdFlags::NONBLOCK;
        Ok(Self {
            timer: timerfd_create(TimerfdClockId::Realtime, flags)?,
        })
    }

    /// Sets it. What it has told so far is forgotten.
    ///
    /// # Errors
    /// What timerfd_settime(2) says.
    pub(super) fn set(&self, due: Option<Stamp>) -> io::Result<()> {
        let zero = Timespec::default();
        let it_value = Timespec {
            tv_sec: due.map_or(0, Stamp::unix),
            ..zero
        };
        let spec = Itimerspec {
            it_interval: zero,
            it_value,
        };
        // The clock may be set just before this call: the kernel then says so once, and has set the alarm all the same.
        let flags = TimerfdTimerFlags::ABSTIME | TimerfdTimerFlags::CANCEL_ON_SET;
        match timerfd_settime(&self.timer, flags, &spec) {
            Ok(_) | Err(Errno::CANCELED) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }
}

impl AsFd for Alarm {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.timer.as_fd()
    }
}
