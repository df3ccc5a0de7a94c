//! select(2): sets of bits are handed over and come back changed. It is the oldest of the three, and knows only descriptors below 1024.

use std::collections::BTreeMap;
use std::io;
use std::os::fd::{BorrowedFd, RawFd};
use std::time::Duration;

use super::{Events, Interest, Poller, Trigger};
use crate::slab::Token;
use crate::sys::FdSet;

/// A poller by select(2).
#[expect(dead_code, reason = "its methods will use what is in it")]
#[derive(Default)]
pub struct Select {
    /// What is watched, by its descriptor.
    watched: BTreeMap<RawFd, (Token, Interest)>,
    /// What the kernel is handed, and hands back.
    read: FdSet,
    write: FdSet,
}

impl Poller for Select {
    #[expect(unused_variables, reason = "goes with the todo!")]
    fn register(
        &mut self,
        source: BorrowedFd<'_>,
        token: Token,
        interest: Interest,
        trigger: Trigger,
    ) -> io::Result<()> {
        todo!(
            "poller: As with poll; besides, a descriptor of FD_SETSIZE or above has no bit, so it is an error before anything is noted."
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
        todo!("poller: Replace what is noted; what is not there is ENOENT.")
    }

    #[expect(unused_variables, reason = "goes with the todo!")]
    fn deregister(&mut self, source: BorrowedFd<'_>) -> io::Result<()> {
        todo!("poller: Forget it; what is not there is ENOENT.")
    }

    #[expect(unused_variables, reason = "goes with the todo!")]
    fn wait(&mut self, events: &mut Events, timeout: Option<Duration>) -> io::Result<()> {
        todo!(
            "poller: Fill both sets from what is watched, every time, for the kernel has changed them. One descriptor that is in both afterwards is one event."
        )
    }
}
