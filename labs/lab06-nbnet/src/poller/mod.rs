//! Waiting for many descriptors at once: four ways behind one trait.

mod eager;
mod epoll;
mod mio;
mod poll;
mod select;
mod waker;

use std::fmt;
use std::io;
use std::os::fd::BorrowedFd;
use std::str::FromStr;
use std::time::Duration;

pub use waker::Waker;

pub(crate) use self::eager::Eager;
pub use self::epoll::Epoll;
pub use self::mio::Mio;
pub use self::poll::Poll;
pub use self::select::Select;
use crate::slab::Token;

/// Waits until something can be done with one of many descriptors.
///
/// ```
/// use nbnet::poller::{self, Events, Interest, Kind, Trigger};
/// use nbnet::slab::Token;
/// use std::io::Write;
/// use std::os::fd::AsFd;
///
/// let mut poller = poller::open(Kind::Poll)?;
/// let (reader, mut writer) = std::io::pipe()?;
/// poller.register(reader.as_fd(), Token::new(7, 0), Interest::READ, Trigger::Level)?;
/// writer.write_all(b"x")?;
/// let mut events = Events::default();
/// poller.wait(&mut events, None)?;
/// assert_eq!(events.iter().next().map(|event| event.token), Some(Token::new(7, 0)));
/// # Ok::<(), std::io::Error>(())
/// ```
pub trait Poller: Send {
    /// Begins to watch a descriptor. Its events carry `token`. It must stay open until it is deregistered.
    ///
    /// # Errors
    /// [`io::ErrorKind::AlreadyExists`] when it is watched already; what the system says.
    fn register(
        &mut self,
        source: BorrowedFd<'_>,
        token: Token,
        interest: Interest,
        trigger: Trigger,
    ) -> io::Result<()>;

    /// Watches a descriptor for something else.
    ///
    /// # Errors
    /// [`io::ErrorKind::NotFound`] when it is not watched; what the system says.
    fn reregister(
        &mut self,
        source: BorrowedFd<'_>,
        token: Token,
        interest: Interest,
        trigger: Trigger,
    ) -> io::Result<()>;

    /// Watches a descriptor no more. This comes before it is closed.
    ///
    /// # Errors
    /// [`io::ErrorKind::NotFound`] when it is not watched; what the system says.
    fn deregister(&mut self, source: BorrowedFd<'_>) -> io::Result<()>;

    /// Waits until there is an event, or until `timeout` is over, and puts what has happened into `events`, from which everything else is taken
    /// out first. A signal can end it early, with nothing.
    ///
    /// # Errors
    /// What the system says.
    fn wait(&mut self, events: &mut Events, timeout: Option<Duration>) -> io::Result<()>;
}

/// Which way of waiting.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// epoll(7): the kernel remembers what is watched.
    #[default]
    Epoll,
    /// poll(2): a list is handed over each time.
    Poll,
    /// select(2): three sets of bits are, for descriptors below 1024.
    Select,
    /// The crate mio, which is epoll on this system, kqueue or IOCP on others.
    Mio,
}

impl Kind {
    /// Returns the trigger that it has if nobody asks for one.
    pub fn usual_trigger(self) -> Trigger {
        match self {
            Self::Mio => Trigger::Edge,
            Self::Epoll | Self::Poll | Self::Select => Trigger::Level,
        }
    }

    /// Says whether it knows this trigger.
    ///
    /// # Errors
    /// The sentence that says that it does not.
    pub fn check(self, trigger: Trigger) -> Result<(), &'static str> {
        match (self, trigger) {
            (Self::Poll | Self::Select, Trigger::Edge) => Err("edge triggering needs epoll"),
            (Self::Mio, Trigger::Level) => Err("mio knows edge triggering only"),
            _ => Ok(()),
        }
    }
}

impl FromStr for Kind {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "epoll" => Ok(Self::Epoll),
            "poll" => Ok(Self::Poll),
            "select" => Ok(Self::Select),
            "mio" => Ok(Self::Mio),
            _ => Err("epoll, poll, select or mio"),
        }
    }
}

/// Opens a poller.
///
/// # Errors
/// What the system says.
pub fn open(kind: Kind) -> io::Result<Box<dyn Poller>> {
    Ok(match kind {
        Kind::Epoll => Box::new(Epoll::new()?),
        Kind::Poll => Box::<Poll>::default(),
        Kind::Select => Box::<Select>::default(),
        Kind::Mio => Box::new(Mio::new()?),
    })
}

/// What a descriptor is watched for. A poller may report errors and ends even if it is watched for nothing.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Interest {
    /// Something to read, or the end of it.
    pub read: bool,
    /// Room to write.
    pub write: bool,
}

impl Interest {
    /// Nothing.
    pub const NONE: Self = Self {
        read: false,
        write: false,
    };
    /// Reading.
    pub const READ: Self = Self {
        read: true,
        write: false,
    };
    /// Writing.
    pub const WRITE: Self = Self {
        read: false,
        write: true,
    };
    /// Reading and writing.
    pub const BOTH: Self = Self {
        read: true,
        write: true,
    };
}

/// When a poller reports what can be done.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub enum Trigger {
    /// As long as it can be done.
    #[default]
    Level,
    /// When it can be done again: only reading or writing until [`io::ErrorKind::WouldBlock`] brings the next report.
    Edge,
}

impl FromStr for Trigger {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "level" => Ok(Self::Level),
            "edge" => Ok(Self::Edge),
            _ => Err("level or edge"),
        }
    }
}

/// What can be done with a descriptor, or has happened to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Event {
    /// Whose.
    pub token: Token,
    /// A read does not block.
    pub readable: bool,
    /// A write does not block.
    pub writable: bool,
    /// The other end sends nothing more, or is gone. select(2) cannot tell: there it is only readable.
    pub closed: bool,
    /// The socket has an error. select(2) cannot tell this either.
    pub error: bool,
}

impl Event {
    /// Returns whether there is anything in it.
    pub fn is_empty(&self) -> bool {
        !(self.readable || self.writable || self.closed || self.error)
    }
}

impl fmt::Display for Event {
    /// Writes what is set, as `readable closed`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let words = [
            (self.readable, "readable"),
            (self.writable, "writable"),
            (self.closed, "closed"),
            (self.error, "error"),
        ];
        let mut separator = "";
        for (_, word) in words.iter().filter(|(set, _)| *set) {
            write!(f, "{separator}{word}")?;
            separator = " ";
        }
        Ok(())
    }
}

/// What one wait has brought. It is used again for the next, so that waiting allocates nothing.
#[derive(Debug, Default)]
pub struct Events {
    list: Vec<Event>,
}

impl Events {
    /// Takes all out.
    pub fn clear(&mut self) {
        self.list.clear();
    }

    /// Adds one, unless there is nothing in it.
    pub fn push(&mut self, event: Event) {
        if !event.is_empty() {
            self.list.push(event);
        }
    }

    /// Returns them in the order in which they came.
    pub fn iter(&self) -> impl Iterator<Item = Event> + '_ {
        self.list.iter().copied()
    }

    /// Returns how many there are.
    pub fn len(&self) -> usize {
        self.list.len()
    }

    /// Returns whether there is none.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }
}
