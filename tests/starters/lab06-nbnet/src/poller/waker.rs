//! Ending another thread's wait.

use std::io;
use std::os::fd::{AsFd as _, OwnedFd};

use rustix::event::{EventfdFlags, eventfd};

use super::{Interest, Poller, Trigger};
use crate::slab::Token;

/// Ends the wait of a poller from any thread: an eventfd, which the poller watches under [`Token::WAKE`].
///
/// Source: eventfd(2).
#[derive(Debug)]
pub struct Waker {
    #[expect(dead_code, reason = "`wake` will use it")]
    eventfd: OwnedFd,
}

impl Waker {
    /// Makes one and has `poller` watch it.
    ///
    /// # Errors
    /// What the system says.
    pub fn new(poller: &mut dyn Poller, trigger: Trigger) -> io::Result<Self> {
        let eventfd = eventfd(0, EventfdFlags::CLOEXEC | EventfdFlags::NONBLOCK)?;
        poller.register(eventfd.as_fd(), Token::WAKE, Interest::READ, trigger)?;
        Ok(Self { eventfd })
    }

    /// Ends the wait, or the next one if there is none. Several of these can end the same wait.
    pub fn wake(&self) {
        todo!(
            "poller: An eventfd counts: write the number 1, eight bytes in the machine's order. That it is full is no failure, for then it can be read anyway."
        )
    }

    /// Takes note that the wait has ended: the poller's owner calls this for an event with [`Token::WAKE`].
    pub fn heard(&self) {
        todo!(
            "poller: Read the eight bytes of the count, which sets it to 0: with a level trigger it would be reported again and again."
        )
    }
}
