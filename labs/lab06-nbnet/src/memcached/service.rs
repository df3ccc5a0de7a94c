//! The service: what comes from a connection is parted into requests.

use std::io;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use super::protocol::{Words, limit};
use super::{Clock, Shards};
use crate::mailbox::Post;
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
    #[expect(dead_code, reason = "stage memcached needs it")]
    seen: usize,
    /// So many bytes of a value that is too long are still to come.
    #[expect(dead_code, reason = "stage memcached needs it")]
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

    #[expect(unused_variables, reason = "goes with the todo!")]
    fn request(&self, session: &mut Session, input: &[u8], reply: &mut Reply<'_>) -> Result<Step, Violation> {
        todo!(
            "memcached: A line, and for `set` its value and `\\r\\n`. What is longer than `max_item` is read over: it may come in many pieces. A line that is no command may be HTTP."
        )
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
#[expect(dead_code, reason = "stage memcached needs it")]
fn too_long(input: &[u8]) -> Violation {
    Violation::new(format!(
        "a command line is longer than the limit of {} bytes",
        limit(input)
    ))
}
