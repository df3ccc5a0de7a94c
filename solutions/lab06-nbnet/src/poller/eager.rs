//! Looking before sleeping.

use std::io;
use std::os::fd::BorrowedFd;
use std::thread;
use std::time::{Duration, Instant};

use super::{Events, Interest, Poller, Trigger};
use crate::slab::Token;

/// A poller that looks again and again for a while before it waits.
///
/// A thread that sleeps is woken by an interrupt to a processor that may itself be asleep: between two processes that answer each other at once,
/// that is most of the time. Looking costs the processor instead, and gives it away to whoever else wants it.
pub(crate) struct Eager {
    inner: Box<dyn Poller>,
    /// How long it looks.
    spin: Duration,
}

impl Eager {
    /// Lets `inner` wait only after `spin`.
    pub(crate) fn new(inner: Box<dyn Poller>, spin: Duration) -> Self {
        Self { inner, spin }
    }
}

impl Poller for Eager {
    fn register(
        &mut self,
        source: BorrowedFd<'_>,
        token: Token,
        interest: Interest,
        trigger: Trigger,
    ) -> io::Result<()> {
        self.inner.register(source, token, interest, trigger)
    }

    fn reregister(
        &mut self,
        source: BorrowedFd<'_>,
        token: Token,
        interest: Interest,
        trigger: Trigger,
    ) -> io::Result<()> {
        self.inner.reregister(source, token, interest, trigger)
    }

    fn deregister(&mut self, source: BorrowedFd<'_>) -> io::Result<()> {
        self.inner.deregister(source)
    }

    fn wait(&mut self, events: &mut Events, timeout: Option<Duration>) -> io::Result<()> {
        let spin = timeout.map_or(self.spin, |timeout| timeout.min(self.spin));
        let started = Instant::now();
        while started.elapsed() < spin {
            self.inner.wait(events, Some(Duration::ZERO))?;
            if !events.is_empty() {
                return Ok(());
            }
            thread::yield_now();
        }
        let left = timeout.map(|timeout| timeout.saturating_sub(started.elapsed()));
        self.inner.wait(events, left)
    }
}
