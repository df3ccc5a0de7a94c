//! poll(2): a list of all that is watched is handed over each time, and looked through each time.

use std::collections::BTreeMap;
use std::io;
use std::os::fd::{BorrowedFd, RawFd};
use std::time::Duration;

use super::{Events, Interest, Poller, Trigger};
use crate::slab::Token;

/// A poller by poll(2).
#[derive(Debug, Default)]
pub struct Poll {
    /// What is watched, by its descriptor.
    #[expect(dead_code, reason = "its methods will use it")]
    watched: BTreeMap<RawFd, (Token, Interest)>,
}

impl Poller for Poll {
    #[expect(unused_variables, reason = "goes with the todo!")]
    fn register(
        &mut self,
        source: BorrowedFd<'_>,
        token: Token,
        interest: Interest,
        trigger: Trigger,
    ) -> io::Result<()> {
        todo!(
            "poller: Only this process knows what is watched: note it, unless it is there already (EEXIST, as epoll says), or the trigger is one that poll does not know."
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
            "poller: Make a list of PollFd from what is watched (`sys::lend` turns a number into a descriptor), poll, and look which have something in `revents`."
        )
    }
}
