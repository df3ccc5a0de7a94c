//! What connections find in their loop.

use std::fmt::Arguments;
use std::io::{self, Write as _};
use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::buffer::Buffer;
use crate::mailbox::{Message, Post};
use crate::server::{Settings, Shared};
use crate::service::{Address, Job, Service};
use crate::transport::Wrap;
use crate::workers::Workers;

/// How much is read at once, in bytes, into memory that all connections of a loop share.
const AT_ONCE: usize = 64 << 10;

/// What connections find in their loop.
pub(crate) struct Context<S> {
    pub(super) of_loop: u32,
    pub(crate) settings: Settings,
    pub(crate) service: Arc<S>,
    pub(super) wrap: Arc<dyn Wrap>,
    pub(super) shared: Arc<Shared>,
    pub(crate) post: Post,
    workers: Option<Workers>,
    /// When the loop began.
    pub(crate) started: Instant,
    /// What time it is, since the loop began.
    pub(crate) now: Duration,
    /// What is read goes here first.
    pub(crate) input: Box<[u8]>,
    /// What is written goes here first.
    pub(crate) output: Buffer,
}

impl<S: Service> Context<S> {
    /// Makes one for a loop.
    pub(crate) fn new(
        of_loop: u32,
        settings: Settings,
        service: Arc<S>,
        wrap: Arc<dyn Wrap>,
        shared: Arc<Shared>,
        post: Post,
        workers: Option<Workers>,
    ) -> Self {
        Self {
            of_loop,
            settings: Settings {
                // With nothing allowed to wait, no answer could ever begin.
                buffer: settings.buffer.max(1),
                ..settings
            },
            service,
            wrap,
            shared,
            post,
            workers,
            started: Instant::now(),
            now: Duration::ZERO,
            input: vec![0; AT_ONCE].into(),
            output: Buffer::default(),
        }
    }

    /// Has a worker answer a connection.
    pub(crate) fn give(&self, to: Address, job: Job) {
        match &self.workers {
            Some(workers) => workers.give(to, job),
            // Whoever has no workers does it here: late is better than never.
            None => self.post.tell(to.of_loop, Message::Answer(to.token, job())),
        }
    }
}

/// Says something on standard error, in the name of a server; that nobody may be there to hear it is no failure.
pub(crate) fn say(name: &str, message: Arguments<'_>) {
    let _ = writeln!(io::stderr(), "{name}: {message}");
}
