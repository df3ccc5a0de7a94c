//! The crate mio: the same idea for every system, and edges only.

use std::io;
use std::os::fd::BorrowedFd;
use std::time::Duration;

use super::{Events, Interest, Poller, Trigger};
use crate::slab::Token;

/// How many events are taken from the kernel at once.
const AT_ONCE: usize = 1024;

/// A poller by mio.
#[expect(dead_code, reason = "its methods will use what is in it")]
#[derive(Debug)]
pub struct Mio {
    poll: mio::Poll,
    list: mio::Events,
}

impl Mio {
    /// Opens one.
    ///
    /// # Errors
    /// What the system says.
    pub fn new() -> io::Result<Self> {
        Ok(Self {
            poll: mio::Poll::new()?,
            list: mio::Events::with_capacity(AT_ONCE),
        })
    }
}

impl Poller for Mio {
    #[expect(unused_variables, reason = "goes with the todo!")]
    fn register(
        &mut self,
        source: BorrowedFd<'_>,
        token: Token,
        interest: Interest,
        trigger: Trigger,
    ) -> io::Result<()> {
        todo!(
            "mio: The registry takes a `SourceFd`, a token that is a usize, and interests. Level is what it does not know."
        )
    }

    #[expect(unused_variables, reason = "goes with the todo!")]
    fn reregister(
        &mut self,
        source: BorrowedFd<'_>,
        token: Token,
        interest: Interest,
        trigger: Trigger,
    ) -> io::Result<()> {
        todo!(
            "mio: As registering. With epoll beneath, it also brings a new report of what can be done already."
        )
    }

    #[expect(unused_variables, reason = "goes with the todo!")]
    fn deregister(&mut self, source: BorrowedFd<'_>) -> io::Result<()> {
        todo!("mio: The registry knows how.")
    }

    #[expect(unused_variables, reason = "goes with the todo!")]
    fn wait(&mut self, events: &mut Events, timeout: Option<Duration>) -> io::Result<()> {
        todo!(
            "mio: Poll, and translate: mio's events say by methods what ours say by fields. An interrupted wait is nothing."
        )
    }
}
