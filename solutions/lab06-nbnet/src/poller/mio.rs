//! The crate mio: the same idea for every system, and edges only.

use std::io;
// region:mio
use std::os::fd::AsRawFd as _;
// endregion:mio
use std::os::fd::BorrowedFd;
use std::time::Duration;

// region:mio
use mio::unix::SourceFd;

use super::Event;
// endregion:mio
use super::{Events, Interest, Poller, Trigger};
use crate::slab::Token;

/// How many events are taken from the kernel at once.
const AT_ONCE: usize = 1024;

/// A poller by mio.
//~mio #[expect(dead_code, reason = "its methods will use what is in it")]
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
    fn register(
        &mut self,
        source: BorrowedFd<'_>,
        token: Token,
        interest: Interest,
        trigger: Trigger,
    ) -> io::Result<()> {
        // region:mio The registry takes a `SourceFd`, a token that is a usize, and interests. Level is what it does not know.
        check(trigger)?;
        let interest = interests(interest)?;
        self.poll
            .registry()
            .register(&mut SourceFd(&source.as_raw_fd()), name(token), interest)
        // endregion:mio
    }

    fn reregister(
        &mut self,
        source: BorrowedFd<'_>,
        token: Token,
        interest: Interest,
        trigger: Trigger,
    ) -> io::Result<()> {
        // region:mio As registering. With epoll beneath, it also brings a new report of what can be done already.
        check(trigger)?;
        let interest = interests(interest)?;
        self.poll
            .registry()
            .reregister(&mut SourceFd(&source.as_raw_fd()), name(token), interest)
        // endregion:mio
    }

    fn deregister(&mut self, source: BorrowedFd<'_>) -> io::Result<()> {
        // region:mio The registry knows how.
        self.poll
            .registry()
            .deregister(&mut SourceFd(&source.as_raw_fd()))
        // endregion:mio
    }

    fn wait(&mut self, events: &mut Events, timeout: Option<Duration>) -> io::Result<()> {
        // region:mio Poll, and translate: mio's events say by methods what ours say by fields. An interrupted wait is nothing.
        events.clear();
        match self.poll.poll(&mut self.list, timeout) {
            Ok(()) => {}
            Err(error) if error.kind() == io::ErrorKind::Interrupted => return Ok(()),
            Err(error) => return Err(error),
        }
        for happened in &self.list {
            events.push(Event {
                token: Token::from_u64(happened.token().0 as u64),
                readable: happened.is_readable(),
                writable: happened.is_writable(),
                closed: happened.is_read_closed() || happened.is_write_closed(),
                error: happened.is_error(),
            });
        }
        Ok(())
        // endregion:mio
    }
}

// region:mio
fn check(trigger: Trigger) -> io::Result<()> {
    let kind = super::Kind::Mio;
    kind.check(trigger)
        .map_err(|why| io::Error::new(io::ErrorKind::Unsupported, why))
}

/// Returns a token as mio has it: a usize, which on the systems of this lab has room for both halves.
fn name(token: Token) -> mio::Token {
    mio::Token(usize::try_from(token.to_u64()).unwrap_or(usize::MAX))
}

/// Returns interests as mio has them, which knows no interest in nothing.
fn interests(interest: Interest) -> io::Result<mio::Interest> {
    match (interest.read, interest.write) {
        (true, true) => Ok(mio::Interest::READABLE | mio::Interest::WRITABLE),
        (true, false) => Ok(mio::Interest::READABLE),
        (false, true) => Ok(mio::Interest::WRITABLE),
        (false, false) => Err(io::Error::new(
            io::ErrorKind::InvalidInput,
            "mio watches nothing for nothing",
        )),
    }
}
// endregion:mio
