//! What goes wrong.

use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use ureq::http::StatusCode;

/// The result of what can go wrong as a whole.
pub type Result<T> = std::result::Result<T, Error>;

/// Why a download ends without a file.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// There is a file of that name, which was not to be replaced.
    #[error("{}: exists already", .0.display())]
    Exists(PathBuf),
    /// Somebody else holds the lock of this `.part`.
    #[error("{}: another downloader is at work", .0.display())]
    Busy(PathBuf),
    /// A file could not be read, written or renamed.
    #[error("{}: {why}{missing}", path.display())]
    Disk {
        /// The file.
        path: PathBuf,
        /// What the system says.
        why: io::Error,
        /// What has not come.
        missing: Missing,
    },
    /// The last connection has given up.
    #[error("{url}: {fault}{missing}")]
    Fetch {
        /// The URL that was given.
        url: String,
        /// What happened last.
        fault: Fault,
        /// What has not come.
        missing: Missing,
    },
    /// The file on the server changed again and again.
    #[error("{0}: changes faster than it can be fetched")]
    Restless(String),
    /// What came is not what was expected.
    #[error("{}: sha256 is {actual}, not {expected}", path.display())]
    Checksum {
        /// The `.part`.
        path: PathBuf,
        /// What the bytes have.
        actual: String,
        /// What was asked for.
        expected: String,
    },
    /// Standard output could not be written.
    #[error("cannot write to standard output")]
    Output(#[source] io::Error),
}

/// The end of a sentence: how many bytes are missing, and whether the next run goes on from there.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Missing {
    /// Missing bytes, and the length of the file, as far as it is known.
    pub bytes: Option<(u64, u64)>,
    /// Whether there is a journal.
    pub again: bool,
}

impl std::fmt::Display for Missing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if let Some((missing, length)) = self.bytes {
            write!(f, "; {missing} of {length} bytes are missing")?;
        }
        if self.again {
            f.write_str("; run again to go on")?;
        }
        Ok(())
    }
}

/// Why one request did not bring what was asked for. Its text is what notes and errors say.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// No byte came for so long.
    #[error("timed out after {} ms", .0.as_millis())]
    TimedOut(Duration),
    /// Nobody listens there.
    #[error("connection refused")]
    Refused,
    /// The connection was reset inside a body.
    #[error("connection reset")]
    Reset,
    /// The connection ended before the head of an answer.
    #[error("connection closed before an answer")]
    Closed,
    /// The name has no address.
    #[error("cannot find host {0}")]
    NoHost(String),
    /// The connection ended before the length that the answer announced.
    #[error("body ends after {got} of {of} bytes")]
    Short {
        /// Bytes that came.
        got: u64,
        /// Bytes that were announced.
        of: u64,
    },
    /// The connection ended inside a chunked body.
    #[error("body ends inside a chunk")]
    InsideChunk,
    /// Bytes that are not HTTP.
    #[error("answer is no HTTP")]
    NoHttp,
    /// The whole file was sent where a part was asked for.
    #[error("ignores Range")]
    IgnoresRange,
    /// A 206 that is not about the bytes that were asked for.
    #[error("wrong Content-Range: {0}")]
    ContentRange(String),
    /// Any other status than 200 and 206.
    #[error("{status}")]
    Status {
        /// The status.
        status: Status,
        /// `Retry-After`, as it stands there.
        retry_after: Option<String>,
    },
    /// More redirects than are followed.
    #[error("more than {0} redirects")]
    Redirects(usize),
    /// A redirect to something else than http or https.
    #[error("redirect to {0}, which is no http(s) URL")]
    RedirectTo(String),
    /// https without the feature.
    #[error("built without the feature tls: cargo build --features tls")]
    NoTls,
    /// This program closed the connection, from another thread.
    #[error("hung up")]
    HungUp,
    /// Anything else.
    #[error("{0}")]
    Other(String),
}

/// A status code, written with its words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Status(pub u16);

impl std::fmt::Display for Status {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let words = StatusCode::from_u16(self.0)
            .ok()
            .and_then(|status| status.canonical_reason());
        match words {
            Some(words) => write!(f, "{} {words}", self.0),
            None => write!(f, "{}", self.0),
        }
    }
}

impl Error {
    /// Makes the error of a file about which nothing else is known.
    pub fn disk(path: &Path, why: io::Error) -> Self {
        Self::Disk {
            path: path.to_owned(),
            why,
            missing: Missing::default(),
        }
    }

    /// Adds what has not come.
    #[must_use]
    pub fn with(mut self, now: Missing) -> Self {
        if let Self::Disk { missing, .. } | Self::Fetch { missing, .. } = &mut self {
            *missing = now;
        }
        self
    }
}
