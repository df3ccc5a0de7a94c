//! poll(2): a list of all that is watched is handed over each time, and looked through each time.

use std::collections::BTreeMap;
use std::io;
// region:poller
use std::os::fd::AsRawFd as _;
// endregion:poller
use std::os::fd::{BorrowedFd, RawFd};
use std::time::Duration;

// region:poller
use rustix::event::{PollFd, PollFlags, poll};
use rustix::io::Errno;

// endregion:poller
use super::{Events, Interest, Poller, Trigger};
// region:poller
use super::{Event, Kind};
// endregion:poller
use crate::slab::Token;
// region:poller
use crate::sys;
// endregion:poller

/// A poller by poll(2).
#[derive(Debug, Default)]
pub struct Poll {
    /// What is watched, by its descriptor.
    //~poller #[expect(dead_code, reason = "its methods will use it")]
    watched: BTreeMap<RawFd, (Token, Interest)>,
}

impl Poller for Poll {
    fn register(
        &mut self,
        source: BorrowedFd<'_>,
        token: Token,
        interest: Interest,
        trigger: Trigger,
    ) -> io::Result<()> {
        // region:poller Only this process knows what is watched: note it, unless it is there already (EEXIST, as epoll says), or the trigger is one that poll does not know.
        check(trigger)?;
        if self.watched.contains_key(&source.as_raw_fd()) {
            return Err(Errno::EXIST.into());
        }
        self.watched.insert(source.as_raw_fd(), (token, interest));
        Ok(())
        // endregion:poller
    }

    fn reregister(
        &mut self,
        source: BorrowedFd<'_>,
        token: Token,
        interest: Interest,
        trigger: Trigger,
    ) -> io::Result<()> {
        // region:poller Replace what is noted; what is not there is ENOENT.
        check(trigger)?;
        let watched = self.watched.get_mut(&source.as_raw_fd());
        *watched.ok_or(Errno::NOENT)? = (token, interest);
        Ok(())
        // endregion:poller
    }

    fn deregister(&mut self, source: BorrowedFd<'_>) -> io::Result<()> {
        // region:poller Forget it; what is not there is ENOENT.
        self.watched
            .remove(&source.as_raw_fd())
            .map(drop)
            .ok_or_else(|| Errno::NOENT.into())
        // endregion:poller
    }

    fn wait(&mut self, events: &mut Events, timeout: Option<Duration>) -> io::Result<()> {
        // region:poller Make a list of PollFd from what is watched (`sys::lend` turns a number into a descriptor), poll, and look which have something in `revents`.
        events.clear();
        let mut list: Vec<PollFd<'_>> = self
            .watched
            .iter()
            .map(|(&number, &(_, interest))| PollFd::from_borrowed_fd(sys::lend(number), flags(interest)))
            .collect();
        match poll(&mut list, sys::timespec(timeout).as_ref()) {
            Ok(_) => {}
            Err(Errno::INTR) => return Ok(()),
            Err(error) => return Err(error.into()),
        }
        for (polled, &(token, _)) in list.iter().zip(self.watched.values()) {
            let flags = polled.revents();
            events.push(Event {
                token,
                readable: flags.contains(PollFlags::IN),
                writable: flags.contains(PollFlags::OUT),
                closed: flags.intersects(PollFlags::RDHUP | PollFlags::HUP),
                error: flags.intersects(PollFlags::ERR | PollFlags::NVAL),
            });
        }
        Ok(())
        // endregion:poller
    }
}

// region:poller
fn check(trigger: Trigger) -> io::Result<()> {
    let kind = Kind::Poll;
    kind.check(trigger)
        .map_err(|why| io::Error::new(io::ErrorKind::Unsupported, why))
}

fn flags(interest: Interest) -> PollFlags {
    let mut flags = PollFlags::empty();
    flags.set(PollFlags::IN | PollFlags::RDHUP, interest.read);
    flags.set(PollFlags::OUT, interest.write);
    flags
}
// endregion:poller
