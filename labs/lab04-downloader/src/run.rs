//! What is to be done, and what all threads share while they do it.

use std::path::PathBuf;
use std::time::Duration;

use url::Url;

use crate::counts::Counts;
use crate::http::Client;
use crate::limit::Limit;
use crate::progress::Progress;
use crate::retry::Retry;
use crate::sources::Sources;

/// The most that is read and written at once: with more, nothing gets faster.
const PIECE: usize = 256 << 10;
/// The least.
const LEAST_PIECE: usize = 64 << 10;
/// What the pieces of all connections together should not exceed. Each is in memory twice: ureq has a buffer of its own.
const PIECES: usize = 4 << 20;

/// What to download, and how.
#[derive(Debug, Clone)]
pub struct Job {
    /// Where from.
    pub url: Url,
    /// Where else from.
    pub mirrors: Vec<Url>,
    /// Where to; by default as the server says.
    pub output: Option<PathBuf>,
    /// Whether an existing file is replaced.
    pub force: bool,
    /// Connections at a time.
    pub connections: usize,
    /// Bytes a second over all of them.
    pub limit: Option<u64>,
    /// The SHA-256 that the file must have, in hex, in lower case.
    pub sha256: Option<String>,
    /// The longest time without a byte.
    pub timeout: Duration,
    /// How many failures in a row of a connection are forgiven.
    pub retries: u32,
    /// The first wait after one.
    pub backoff: Duration,
}

/// What threads share.
#[derive(Debug)]
pub struct Run<'a> {
    /// What is to be done.
    pub job: &'a Job,
    /// Where the file is.
    pub sources: Sources,
    /// What has been done.
    pub counts: Counts,
    /// How fast it may be done.
    pub limit: Limit,
    /// Who is told.
    pub progress: &'a Progress,
}

impl<'a> Run<'a> {
    /// Prepares.
    pub fn new(job: &'a Job, progress: &'a Progress) -> Self {
        Self {
            job,
            sources: Sources::new(&job.url, &job.mirrors),
            counts: Counts::default(),
            limit: Limit::new(job.limit),
            progress,
        }
    }

    /// Returns the patience with one connection.
    pub fn retry(&self) -> Retry {
        Retry::new(self.job.retries, self.job.backoff)
    }

    /// Returns how many bytes a connection reads and writes at once.
    pub fn piece(&self) -> usize {
        (PIECES / self.job.connections.max(1)).clamp(LEAST_PIECE, PIECE)
    }

    /// Returns a new connection.
    pub fn client(&self) -> Client {
        Client::new(self.job.timeout, self.piece())
    }

    /// How long a part may be silent before another connection takes it over.
    pub fn patience(&self) -> Duration {
        Duration::from_secs(1).min(self.job.timeout / 4)
    }
}
