//! What goes wrong.

use std::io;
use std::path::PathBuf;
use std::time::Duration;

use url::Url;

/// The result of what can go wrong as a whole.
pub type Result<T> = std::result::Result<T, Error>;

/// Why a command ends.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// One request, or its answer.
    #[error("{url}: {fault}")]
    Fetch {
        /// What was asked last.
        url: Url,
        /// What happened.
        fault: Fault,
    },
    /// robots.txt could not be had, so that nothing is allowed.
    #[error("{url}: {why}: nothing may be fetched")]
    Robots {
        /// Where robots.txt is.
        url: Url,
        /// A status or a fault.
        why: String,
    },
    /// The client could not be made.
    #[error("cannot prepare for HTTP")]
    Client(#[source] reqwest::Error),
    /// The system does not let the program wait for connections.
    #[error("cannot prepare for asynchronous input and output")]
    Runtime(#[source] io::Error),
    /// A folder to save into has something in it.
    #[error("{}: is not empty", .0.display())]
    NotEmpty(PathBuf),
    /// A file could not be read or written.
    #[error("cannot {operation} {}", path.display())]
    File {
        /// What was tried, as a verb.
        operation: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// A page from which `dynamic` cannot learn where its data is.
    #[error("{url}: {what}")]
    Page {
        /// The page, its script, or an answer of the data API.
        url: Url,
        /// What is missing or wrong.
        what: String,
    },
    /// `--render` without the feature.
    #[error("built without the feature render: cargo build --features render")]
    NoRender,
    /// No browser to render with.
    #[error("no browser: looked for {0} in PATH")]
    NoBrowser(String),
    /// A browser that does not do what it should.
    #[error("browser: {0}")]
    Browser(String),
    /// Standard output cannot be written.
    #[error("cannot write the output")]
    Output(#[source] io::Error),
}

impl Error {
    /// Makes the closure that wraps an error of the system, for `map_err`.
    pub fn file(operation: &'static str, path: impl Into<PathBuf>) -> impl FnOnce(io::Error) -> Self {
        let path = path.into();
        move |source| Self::File {
            operation,
            path,
            source,
        }
    }
}

// region:given/fault
/// Why a URL has no whole answer. Its text is what reports say.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// The answer was not complete in time.
    #[error("timed out after {} ms", .0.as_millis())]
    TimedOut(Duration),
    /// The body is longer than so many decoded bytes.
    #[error("body is longer than {0} bytes")]
    TooLong(u64),
    /// The connection ended before `Content-Length` was reached.
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
    /// The connection ended before the head of an answer.
    #[error("connection closed before an answer")]
    Closed,
    /// The connection was reset inside a body.
    #[error("connection reset")]
    Reset,
    /// Nobody listens there.
    #[error("connection refused")]
    Refused,
    /// The name has no address.
    #[error("cannot find host {0}")]
    NoHost(String),
    /// More redirects than are followed.
    #[error("more than {0} redirects")]
    Redirects(usize),
    /// A redirect to something else than http or https.
    #[error("redirect to {0}, which is no http(s) URL")]
    RedirectTo(String),
    /// A document that stands in too many others.
    #[error("nested more than {0} deep")]
    TooDeep(usize),
    /// Bytes that are not HTTP.
    #[error("answer is no HTTP")]
    NoHttp,
    /// A packed body that is damaged or cut.
    #[error("cannot decode {0}")]
    Decode(&'static str),
    /// A `Content-Encoding` that was not asked for.
    #[error("unknown content encoding {0}")]
    Coding(String),
    /// https without the feature.
    #[error("built without the feature tls: cargo build --features tls")]
    NoTls,
    /// The last answer came, and is no success.
    #[error("{0}")]
    Status(Status),
    /// Anything else.
    #[error("{0}")]
    Other(String),
}
// endregion:given/fault

/// A status code, written with its words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Status(pub u16);

impl Status {
    /// Whether it is 2xx.
    pub fn is_success(self) -> bool {
        self.0 / 100 == 2
    }
}

impl std::fmt::Display for Status {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let words = reqwest::StatusCode::from_u16(self.0)
            .ok()
            .and_then(|status| status.canonical_reason());
        match words {
            Some(words) => write!(f, "{} {words}", self.0),
            None => write!(f, "{}", self.0),
        }
    }
}
