//! epoll(7): the kernel remembers what is watched, and says only what has happened.

use std::io;
use std::os::fd::{BorrowedFd, OwnedFd};
use std::time::Duration;

use rustix::event::epoll::{self, CreateFlags, EventData, EventFlags};

use super::{Event, Events, Interest, Poller, Trigger};
use crate::slab::Token;

/// How many events are taken from the kernel at once. What is more comes with the next call, in turn.
#[expect(dead_code, reason = "`wait` will use it")]
const AT_ONCE: usize = 256;

/// A poller by epoll(7).
#[derive(Debug)]
pub struct Epoll {
    epoll: OwnedFd,
}

impl Epoll {
    /// Opens one.
    ///
    /// # Errors
    /// What epoll_create1(2) says.
    pub fn new() -> io::Result<Self> {
        Ok(Self {
            epoll: epoll::create(CreateFlags::CLOEXEC)?,
        })
    }
}

impl Poller for Epoll {
    fn register(
        &mut self,
        source: BorrowedFd<'_>,
        token: Token,
        interest: Interest,
        trigger: Trigger,
    ) -> io::Result<()> {
        let data = EventData::new_u64(token.to_u64());
        Ok(epoll::add(&self.epoll, source, data, flags(interest, trigger))?)
    }

    fn reregister(
        &mut self,
        source: BorrowedFd<'_>,
        token: Token,
        interest: Interest,
        trigger: Trigger,
    ) -> io::Result<()> {
        let data = EventData::new_u64(token.to_u64());
        Ok(epoll::modify(
            &self.epoll,
            source,
            data,
            flags(interest, trigger),
        )?)
    }

    fn deregister(&mut self, source: BorrowedFd<'_>) -> io::Result<()> {
        Ok(epoll::delete(&self.epoll, source)?)
    }

    #[expect(unused_variables, reason = "goes with the todo!")]
    fn wait(&mut self, events: &mut Events, timeout: Option<Duration>) -> io::Result<()> {
        todo!(
            "poller: Let the kernel fill an array of AT_ONCE `MaybeUninit`, and turn each of the events that are in it then into one of ours with `event`. EINTR is nothing, and no error."
        )
    }
}

/// Returns what epoll_ctl(2) is told.
#[expect(unused_variables, reason = "goes with the todo!")]
fn flags(interest: Interest, trigger: Trigger) -> EventFlags {
    todo!(
        "poller: IN and RDHUP for reading, OUT for writing, ET for the edge. Without interest RDHUP is left out too: nobody would do anything about it."
    )
}

/// Returns what an event of the kernel means.
#[expect(dead_code, reason = "`wait` will use it")]
#[expect(unused_variables, reason = "goes with the todo!")]
fn event(happened: epoll::Event) -> Event {
    todo!(
        "poller: The token is in the event's data. RDHUP and HUP are both an end: of what comes, and of everything."
    )
}
