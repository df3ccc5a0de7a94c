//! Starting commands without this process's signal mask.
//!
//! [`Server::bind`](nbnet::server::Server::bind) blocks SIGTERM and SIGINT in all threads, to read them from a descriptor. What is started inherits
//! the mask, and [`Command`](std::process::Command) leaves it so: a command would never hear of SIGTERM, and neither would its children.
//! So this thread lets them through while it starts one. Who is sent SIGTERM in this moment must not die of it: the signal is caught,
//! and sent again when all threads have it blocked again.

use std::io;
use std::os::fd::{AsFd as _, OwnedFd};

use daemon::sys;
use nix::sys::signal::{SigSet, Signal, kill};
use nix::unistd::getpid;
use rustix::event::{EventfdFlags, eventfd};

/// What is blocked in this thread, and caught while it is not.
pub(super) struct Signals {
    blocked: SigSet,
    caught: Vec<Signal>,
    /// The handler writes to it. Nobody waits for that: whoever has let the signals through looks what came.
    wake: OwnedFd,
}

impl Signals {
    /// Takes care of what is blocked in this thread, which must be so in all others too.
    ///
    /// # Errors
    /// What sigaction(2) or eventfd(2) say.
    pub(super) fn new() -> io::Result<Self> {
        let blocked = SigSet::thread_get_mask()?;
        let wake = eventfd(0, EventfdFlags::CLOEXEC | EventfdFlags::NONBLOCK)?;
        let signals = Self {
            caught: blocked.iter().collect(),
            blocked,
            wake,
        };
        if !signals.caught.is_empty() {
            sys::catch_signals(&signals.caught, signals.wake.as_fd())?;
            signals.block();
        }
        Ok(signals)
    }

    /// Runs `start` while no signal is blocked.
    pub(super) fn with_none_blocked<R>(&self, start: impl FnOnce() -> R) -> R {
        // A mask can always be set: only the word for how it is done could be wrong.
        let _ = SigSet::empty().thread_set_mask();
        let started = start();
        self.block();
        started
    }

    /// Blocks again what was blocked, and sends again what came meanwhile.
    fn block(&self) {
        let _ = self.blocked.thread_set_mask();
        if self.caught.is_empty() {
            return;
        }
        for signal in sys::signals_that_came() {
            // Everybody may send a signal to himself.
            let _ = kill(getpid(), signal);
        }
    }
}

impl Drop for Signals {
    fn drop(&mut self) {
        if !self.caught.is_empty() {
            sys::release_signals(&self.caught);
        }
    }
}
