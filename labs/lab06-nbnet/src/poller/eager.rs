//! Looking before sleeping.

use std::io;
use std::os::fd::BorrowedFd;
use std::thread;
use std::time::{Duration, Instant};

use super::{Events, Interest, Poller, Trigger};
use crate::slab::Token;

/// The most waits in a row without a look: looks that are always in vain cost one part in so many.
const LONGEST_REST: u32 = 64;

/// A poller that looks again and again for a while before it waits, as long as that pays.
///
/// A thread that sleeps is woken by an interrupt to a processor that may itself be asleep: between two processes that answer each other at once,
/// that is most of the time. Looking costs the processor instead, and gives it away to whoever else wants it. After a look in vain the next
/// wait begins without one, after two in a row the next two, then four, so that whoever never finds anything soon sleeps like any other.
pub(crate) struct Eager {
    inner: Box<dyn Poller>,
    /// How long it looks.
    spin: Duration,
    /// How many waits begin without a look.
    rest: u32,
    /// How many did after the last look in vain; 0 after one that was not.
    rested: u32,
}

impl Eager {
    /// Lets `inner` wait only after `spin`.
    pub(crate) fn new(inner: Box<dyn Poller>, spin: Duration) -> Self {
        Self {
            inner,
            spin,
            rest: 0,
            rested: 0,
        }
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
        if self.rest > 0 {
            self.rest -= 1;
            return self.inner.wait(events, timeout);
        }
        let spin = timeout.map_or(self.spin, |timeout| timeout.min(self.spin));
        let started = Instant::now();
        while started.elapsed() < spin {
            self.inner.wait(events, Some(Duration::ZERO))?;
            if !events.is_empty() {
                self.rested = 0;
                return Ok(());
            }
            thread::yield_now();
        }
        self.rested = (2 * self.rested).clamp(1, LONGEST_REST);
        self.rest = self.rested;
        let left = timeout.map(|timeout| timeout.saturating_sub(started.elapsed()));
        self.inner.wait(events, left)
    }
}
