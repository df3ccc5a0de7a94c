//! select(2): sets of bits are handed over and come back changed. It is the oldest of the three, and knows only descriptors below 1024.

use std::collections::BTreeMap;
use std::io;
// region:poller
use std::os::fd::AsRawFd as _;
// endregion:poller
use std::os::fd::{BorrowedFd, RawFd};
use std::time::Duration;

// region:poller
use rustix::io::Errno;

// endregion:poller
use super::{Events, Interest, Poller, Trigger};
// region:poller
use super::{Event, Kind};
// endregion:poller
use crate::slab::Token;
use crate::sys::FdSet;
// region:poller
use crate::sys::{self, FD_SETSIZE};
// endregion:poller

/// A poller by select(2).
//~poller #[expect(dead_code, reason = "its methods will use what is in it")]
#[derive(Default)]
pub struct Select {
    /// What is watched, by its descriptor.
    watched: BTreeMap<RawFd, (Token, Interest)>,
    /// What the kernel is handed, and hands back.
    read: FdSet,
    write: FdSet,
}

impl Poller for Select {
    fn register(
        &mut self,
        source: BorrowedFd<'_>,
        token: Token,
        interest: Interest,
        trigger: Trigger,
    ) -> io::Result<()> {
        // region:poller As with poll; besides, a descriptor of FD_SETSIZE or above has no bit, so it is an error before anything is noted.
        check(trigger)?;
        let number = source.as_raw_fd();
        if number >= FD_SETSIZE {
            let why = format!("descriptor {number} is beyond what select can watch: below {FD_SETSIZE}");
            return Err(io::Error::new(io::ErrorKind::InvalidInput, why));
        }
        if self.watched.contains_key(&number) {
            return Err(Errno::EXIST.into());
        }
        self.watched.insert(number, (token, interest));
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
        // region:poller Fill both sets from what is watched, every time, for the kernel has changed them. One descriptor that is in both afterwards is one event.
        events.clear();
        self.read.clear();
        self.write.clear();
        for (&number, &(_, interest)) in &self.watched {
            if interest.read {
                self.read.insert(number);
            }
            if interest.write {
                self.write.insert(number);
            }
        }
        match sys::select(&mut self.read, &mut self.write, sys::timespec(timeout).as_ref()) {
            Ok(_) => {}
            Err(error) if error.kind() == io::ErrorKind::Interrupted => return Ok(()),
            Err(error) => return Err(error),
        }
        for (&number, &(token, _)) in &self.watched {
            events.push(Event {
                token,
                readable: self.read.contains(number),
                writable: self.write.contains(number),
                closed: false,
                error: false,
            });
        }
        Ok(())
        // endregion:poller
    }
}

// region:poller
fn check(trigger: Trigger) -> io::Result<()> {
    let kind = Kind::Select;
    kind.check(trigger)
        .map_err(|why| io::Error::new(io::ErrorKind::Unsupported, why))
}
// endregion:poller
