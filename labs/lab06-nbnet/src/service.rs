//! What a server is asked, and how it answers.

use std::fmt;
use std::io::{self, Read, Write};
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use crate::buffer::Buffer;
use crate::mailbox::Post;
use crate::slab::Token;
use crate::transport::Transport;

/// What a server does with the bytes of its peers. One value serves all loops.
///
/// Nothing here may wait: what takes time belongs into a [`Job`].
pub trait Service: Send + Sync + 'static {
    /// What the service remembers of one connection.
    type Session: Send + 'static;

    /// Begins a connection.
    fn open(&self, peer: &Peer) -> Self::Session;

    /// Looks at `input`, which is all that came and was not taken yet and is never empty, and takes at most one request off its front.
    ///
    /// It is asked again as long as it takes something and there is room for answers. After [`Step::Partial`] it is asked when more has come, from the
    /// same front on.
    ///
    /// # Errors
    /// What the peer did wrong. What is in the output is still sent, then the connection ends.
    fn request(
        &self,
        session: &mut Self::Session,
        input: &[u8],
        reply: &mut Reply<'_>,
    ) -> Result<Step, Violation>;

    /// Writes more of an answer, after [`Step::More`], whenever less than [`Reply::room`] waits.
    ///
    /// # Errors
    /// What keeps the answer from being whole: the connection ends at once, for nothing else tells the peer.
    fn more(&self, session: &mut Self::Session, reply: &mut Reply<'_>) -> io::Result<Flow> {
        let _ = (session, reply);
        Ok(Flow::Done)
    }

    /// Takes a message that was sent through a [`Post`]. If nothing else is said here, it goes to the peer as it is.
    ///
    /// # Errors
    /// What the peer did wrong, as with [`Service::request`].
    fn message(
        &self,
        session: &mut Self::Session,
        message: &[u8],
        reply: &mut Reply<'_>,
    ) -> Result<(), Violation> {
        let _ = session;
        reply.push(message);
        Ok(())
    }

    /// Learns that everything is sent that waited because the socket took no more: whoever held something back for want of room writes it now.
    ///
    /// # Errors
    /// What the peer did wrong, as with [`Service::request`].
    fn sent(&self, session: &mut Self::Session, reply: &mut Reply<'_>) -> Result<(), Violation> {
        let _ = (session, reply);
        Ok(())
    }

    /// Learns that the server begins to end, and says how this connection does. If nothing else is said here, as soon as all is answered that was
    /// asked by now.
    fn drain(&self, session: &mut Self::Session, reply: &mut Reply<'_>) -> Drain {
        let _ = (session, reply);
        Drain::End
    }

    /// Learns that the peer will send nothing more; `rest` came and is no whole request. All answers are in the output already, and the connection ends
    /// when they are sent.
    ///
    /// # Errors
    /// What the peer did wrong.
    fn ended(
        &self,
        session: &mut Self::Session,
        rest: &[u8],
        reply: &mut Reply<'_>,
    ) -> Result<(), Violation> {
        let _ = (session, rest, reply);
        Ok(())
    }

    /// Ends a connection, however it came to that.
    fn closed(&self, session: Self::Session, peer: &Peer, post: &Post) {
        let _ = (session, peer, post);
    }
}

/// What runs on a worker's thread, and returns the bytes of the answer.
pub type Job = Box<dyn FnOnce() -> Vec<u8> + Send>;

/// What became of the front of the input. `taken` is the length of the request in bytes and never 0.
pub enum Step {
    /// It is no whole request yet.
    Partial(Part),
    /// It was a request, and its answer is in the reply (or is none).
    Done {
        /// How long it was.
        taken: usize,
    },
    /// It was a request, and more of its answer comes from [`Service::more`].
    More {
        /// How long it was.
        taken: usize,
    },
    /// It was a request, and a worker answers it. The connection's next request waits for that, so that answers keep their order.
    Later {
        /// How long it was.
        taken: usize,
        /// What the worker does.
        job: Job,
    },
    /// It was the last request: the connection ends when its answer is sent.
    Last {
        /// How long it was.
        taken: usize,
    },
}

/// What of a request is missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// The rest of its header, and all behind it.
    Header,
    /// The rest of its body.
    Body,
}

/// How a connection ends with its server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Drain {
    /// When all is answered that was asked by now.
    End,
    /// It goes on, reading too, until the service ends it by [`Step::Last`] or a [`Violation`], or the grace is over.
    Later,
}

/// Whether an answer is whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flow {
    /// It is not: ask again when there is room.
    More,
    /// It is.
    Done,
    /// It is, and it was the last one.
    Last,
}

/// What a peer did wrong, and what it is told. Or nothing: a [`Violation::silent`] ends a connection in order, too.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Violation {
    pub(crate) message: Option<String>,
    pub(crate) answer: Vec<u8>,
    pub(crate) at_once: bool,
}

impl Violation {
    /// Returns one that is reported on standard error, as `NAME: PEER: MESSAGE`.
    pub fn new(message: impl Into<String>) -> Self {
        Self {
            message: Some(message.into()),
            ..Self::default()
        }
    }

    /// Returns one of which only the peer is told.
    pub fn silent() -> Self {
        Self::default()
    }

    /// Answers the peer with `bytes` before the connection ends.
    #[must_use]
    pub fn answer(mut self, bytes: impl Into<Vec<u8>>) -> Self {
        self.answer = bytes.into();
        self
    }

    /// Ends the connection at once: whatever waits in the output is not sent.
    #[must_use]
    pub fn at_once(mut self) -> Self {
        self.at_once = true;
        self
    }
}

/// Where a connection is found, from any thread.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Address {
    pub(crate) of_loop: u32,
    pub(crate) token: Token,
}

/// Who is at the other end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Peer {
    pub(crate) socket: SocketAddr,
    pub(crate) address: Address,
}

impl Peer {
    /// Returns where it comes from.
    pub fn socket(&self) -> SocketAddr {
        self.socket
    }

    /// Returns where its connection is found: for [`Post::send`].
    pub fn address(&self) -> Address {
        self.address
    }
}

impl fmt::Display for Peer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.socket.fmt(f)
    }
}

/// Where an answer is written: behind everything that waits for the peer already.
pub struct Reply<'a> {
    pub(crate) output: &'a mut Buffer,
    pub(crate) mark: usize,
    /// When the loop began, and what time it is since then.
    pub(crate) started: Instant,
    pub(crate) now: Duration,
    pub(crate) peer: &'a Peer,
    pub(crate) transport: &'a dyn Transport,
    pub(crate) post: &'a Post,
}

impl Reply<'_> {
    /// Appends `bytes`.
    pub fn push(&mut self, bytes: &[u8]) {
        self.output.extend(bytes);
    }

    /// Appends what one `read` of `source` returns, `limit` bytes at most. Returns how many; 0 is the end.
    ///
    /// # Errors
    /// What the source says.
    pub fn read_from(&mut self, source: &mut impl Read, limit: usize) -> io::Result<usize> {
        self.output.read_from(source, limit)
    }

    /// Returns how many bytes wait for the peer, those of this answer included.
    pub fn waiting(&self) -> usize {
        self.output.len()
    }

    /// Returns how many bytes may be appended until the server's mark (`--buffer`) is reached. More is allowed, and takes memory.
    pub fn room(&self) -> usize {
        self.mark.saturating_sub(self.waiting())
    }

    /// Returns the server's mark: how many bytes may wait for one peer before its requests have to wait too.
    pub fn mark(&self) -> usize {
        self.mark
    }

    /// Returns what time it is, as of the loop's last wait: without asking the clock.
    pub fn now(&self) -> Instant {
        self.started + self.now
    }

    /// Returns who is answered.
    pub fn peer(&self) -> &Peer {
        self.peer
    }

    /// Returns the certificate by which the peer has shown who it is, in DER, if the connection is one that asks for it.
    pub fn certificate(&self) -> Option<&[u8]> {
        self.transport.certificate()
    }

    /// Returns what sends messages to other connections.
    pub fn post(&self) -> &Post {
        self.post
    }
}

impl Write for Reply<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.push(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
