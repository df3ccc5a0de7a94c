//! The service: what comes from a connection is parted into requests.

use std::io;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use super::protocol::{Words, limit};
// region:memcached
use super::protocol::{self, Command, Front};
// endregion:memcached
use super::{Clock, Shards};
use crate::mailbox::Post;
// region:memcached
use crate::service::Part;
// endregion:memcached
use crate::service::{Flow, Peer, Reply, Service, Step, Violation};

/// What it is told.
#[derive(Debug, Clone, Copy)]
pub struct Settings {
    /// How many loops will ask it.
    pub threads: usize,
    /// What all items may cost, in bytes.
    pub memory: u64,
    /// The longest value, in bytes.
    pub max_item: usize,
}

/// The service.
#[derive(Debug)]
pub struct Memcached {
    pub(super) settings: Settings,
    pub(super) shards: Shards,
    pub(super) clock: Clock,
    /// Connections that there are.
    pub(super) connections: AtomicU64,
    /// Connections that there were.
    pub(super) connected: AtomicU64,
}

/// What is remembered of one connection.
#[derive(Debug, Default)]
pub struct Session {
    /// So many bytes at the front were looked at and hold no line feed.
    //~memcached #[expect(dead_code, reason = "stage memcached needs it")]
    seen: usize,
    /// So many bytes of a value that is too long are still to come.
    //~memcached #[expect(dead_code, reason = "stage memcached needs it")]
    skip: usize,
    /// Keys whose values did not fit into the output yet.
    pub(super) left: Option<Left>,
}

/// Keys that were asked for and not answered yet.
#[derive(Debug)]
pub(super) struct Left {
    pub(super) keys: Vec<u8>,
    /// The first of them begins here.
    pub(super) at: usize,
    /// Each with its number.
    pub(super) unique: bool,
    /// When they shall expire from now on.
    pub(super) expires: Option<i64>,
}

/// How it goes on after a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Next {
    Done,
    More,
    Last,
}

impl Memcached {
    /// Begins with an empty store.
    pub fn new(settings: Settings) -> Self {
        Self {
            settings,
            shards: Shards::new(settings.threads, settings.memory, settings.max_item),
            clock: Clock::start(),
            connections: AtomicU64::new(0),
            connected: AtomicU64::new(0),
        }
    }
}

impl Service for Memcached {
    type Session = Session;

    fn open(&self, _peer: &Peer) -> Session {
        self.connections.fetch_add(1, Relaxed);
        self.connected.fetch_add(1, Relaxed);
        Session::default()
    }

    fn request(&self, session: &mut Session, input: &[u8], reply: &mut Reply<'_>) -> Result<Step, Violation> {
        // region:memcached/request A line, and for `set` its value and `\r\n`. What is longer than `max_item` is read over: it may come in many pieces. A line that is no command may be HTTP.
        if session.skip > 0 {
            let taken = session.skip.min(input.len());
            session.skip -= taken;
            return Ok(Step::Done { taken });
        }
        let (line, taken) = match protocol::line(input, session.seen) {
            Front::Whole { line, taken } => (line, taken),
            Front::Partial => {
                session.seen = input.len();
                return Ok(Step::Partial(Part::Header));
            }
            Front::TooLong => return Err(too_long(input)),
        };
        let request = protocol::parse(line);
        let mut end = taken;
        if let Ok(Command::Keep(keep)) = &request.command {
            if keep.bytes > self.settings.max_item {
                self.too_large(keep, request.noreply, reply);
                session.seen = 0;
                session.skip = keep.bytes + 2;
                return Ok(Step::Done { taken });
            }
            end += keep.bytes + 2;
            if input.len() < end {
                // The line is found again at once: its line feed is the first that comes.
                session.seen = taken - 1;
                return Ok(Step::Partial(Part::Body));
            }
        }
        session.seen = 0;
        if protocol::is_http(line) && request.command.is_err() {
            return Err(Violation::new("speaks HTTP"));
        }
        Ok(match self.answer(&request, &input[taken..end], session, reply) {
            Next::Done => Step::Done { taken: end },
            Next::More => Step::More { taken: end },
            Next::Last => Step::Last { taken: end },
        })
        // endregion:memcached/request
    }

    fn more(&self, session: &mut Session, reply: &mut Reply<'_>) -> io::Result<Flow> {
        let Some(mut left) = session.left.take() else {
            return Ok(Flow::Done);
        };
        let mut keys = Words::new(&left.keys[left.at..]);
        if self.tell(&mut keys, left.unique, left.expires, reply) {
            return Ok(Flow::Done);
        }
        left.at = left.keys.len() - keys.rest().len();
        session.left = Some(left);
        Ok(Flow::More)
    }

    fn closed(&self, _session: Session, _peer: &Peer, _post: &Post) {
        self.connections.fetch_sub(1, Relaxed);
    }
}

/// Says which limit `input` is longer than.
//~memcached #[expect(dead_code, reason = "stage memcached needs it")]
fn too_long(input: &[u8]) -> Violation {
    Violation::new(format!(
        "a command line is longer than the limit of {} bytes",
        limit(input)
    ))
}
