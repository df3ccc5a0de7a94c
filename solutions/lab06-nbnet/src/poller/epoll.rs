//! epoll(7): the kernel remembers what is watched, and says only what has happened.

use std::io;
// region:poller
use std::mem::MaybeUninit;
// endregion:poller
use std::os::fd::{BorrowedFd, OwnedFd};
use std::time::Duration;

use rustix::event::epoll::{self, CreateFlags, EventData, EventFlags};
// region:poller
use rustix::io::Errno;
// endregion:poller

use super::{Event, Events, Interest, Poller, Trigger};
use crate::slab::Token;
// region:poller
use crate::sys;
// endregion:poller

/// How many events are taken from the kernel at once. What is more comes with the next call, in turn.
//~poller #[expect(dead_code, reason = "`wait` will use it")]
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

    fn wait(&mut self, events: &mut Events, timeout: Option<Duration>) -> io::Result<()> {
        // region:poller Let the kernel fill an array of AT_ONCE `MaybeUninit`, and turn each of the events that are in it then into one of ours with `event`. EINTR is nothing, and no error.
        events.clear();
        let mut room = [const { MaybeUninit::uninit() }; AT_ONCE];
        match epoll::wait(&self.epoll, &mut room, sys::timespec(timeout).as_ref()) {
            Ok((list, _)) => list.iter().for_each(|&happened| events.push(event(happened))),
            Err(Errno::INTR) => {}
            Err(error) => return Err(error.into()),
        }
        Ok(())
        // endregion:poller
    }
}

/// Returns what epoll_ctl(2) is told.
fn flags(interest: Interest, trigger: Trigger) -> EventFlags {
    // region:poller IN and RDHUP for reading, OUT for writing, ET for the edge. Without interest RDHUP is left out too: nobody would do anything about it.
    let mut flags = EventFlags::empty();
    flags.set(EventFlags::IN | EventFlags::RDHUP, interest.read);
    flags.set(EventFlags::OUT, interest.write);
    flags.set(EventFlags::ET, trigger == Trigger::Edge);
    flags
    // endregion:poller
}

/// Returns what an event of the kernel means.
//~poller #[expect(dead_code, reason = "`wait` will use it")]
fn event(happened: epoll::Event) -> Event {
    // region:poller The token is in the event's data. RDHUP and HUP are both an end: of what comes, and of everything.
    let (flags, data) = (happened.flags, happened.data);
    Event {
        token: Token::from_u64(data.u64()),
        readable: flags.contains(EventFlags::IN),
        writable: flags.contains(EventFlags::OUT),
        closed: flags.intersects(EventFlags::RDHUP | EventFlags::HUP),
        error: flags.contains(EventFlags::ERR),
    }
    // endregion:poller
}
