//! Asks for a URL, or for a part of what is there, over one connection.
//!
//! The library is ureq: it blocks, so that a connection is a thread. What it does not do is done in [`line`](self::Line): to wait
//! for bytes only so long, and to be hung up by another thread.

mod head;
mod line;

use std::fmt;
use std::io::{self, Read};
use std::sync::Arc;
use std::time::Duration;

use ureq::config::Config;
use ureq::http::Uri;
use ureq::unversioned::resolver::{DefaultResolver, ResolvedSocketAddrs, Resolver};
#[cfg(feature = "tls")]
use ureq::unversioned::transport::RustlsConnector;
use ureq::unversioned::transport::{Connector as _, NextTimeout};
use ureq::{Agent, BodyReader};
use url::Url;

pub use self::head::Head;
pub use self::line::Line;
use crate::error::Fault;
use crate::spans::Span;

/// What the program calls itself to servers.
pub const USER_AGENT: &str = "downloader/0.1";

/// What is asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Ask {
    /// `Range`: these bytes alone.
    pub range: Option<Span>,
    /// `If-Range`: only if the file still has this validator, or else all of it.
    pub if_range: Option<String>,
}

/// Asks, one request at a time. A connection that is still good is used again.
#[derive(Debug)]
pub struct Client {
    agent: Agent,
    line: Arc<Line>,
}

impl Client {
    /// Makes a client that waits for `timeout` at most: to connect, to the head of an answer, and between two bytes. It asks the system
    /// for up to `piece` bytes at once; the head of an answer must fit into that.
    pub fn new(timeout: Duration, piece: usize) -> Self {
        let line = Arc::new(Line::default());
        let config = Config::builder()
            .user_agent(USER_AGENT)
            .accept_encoding("identity")
            .proxy(None)
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .max_idle_connections(1)
            // What has been idle for longer may be closed by the server in the moment in which it is asked again.
            .max_idle_age(Duration::from_secs(1))
            .build();
        let dialer = line::Dialer {
            line: Arc::clone(&line),
            timeout,
            piece,
        };
        #[cfg(feature = "tls")]
        let dialer = dialer.chain(RustlsConnector::default());
        #[cfg(not(feature = "tls"))]
        let dialer = ().chain(dialer);
        Self {
            agent: Agent::with_parts(config, dialer, Names::default()),
            line,
        }
    }

    /// Returns what hangs up this client's connection.
    pub fn line(&self) -> Arc<Line> {
        Arc::clone(&self.line)
    }

    /// Asks for one URL once and waits for the head of the answer. Redirects are answers like others.
    ///
    /// # Errors
    /// Why there is none.
    pub fn ask(&self, url: &Url, ask: &Ask) -> Result<Reply, Fault> {
        if url.scheme() == "https" && !cfg!(feature = "tls") {
            return Err(Fault::NoTls);
        }
        let mut request = self.agent.get(url.as_str());
        if let Some(range) = ask.range {
            request = request.header(
                "Range",
                format!("bytes={}-{}", range.start, range.end.saturating_sub(1)),
            );
        }
        if let Some(validator) = &ask.if_range {
            request = request.header("If-Range", validator);
        }
        let (parts, body) = request
            .call()
            .map_err(|error| before_answer(error, url))?
            .into_parts();
        let head = Head::new(parts.status.as_u16(), &parts.headers);
        Ok(Reply {
            announced: head.length,
            head,
            url: url.clone(),
            body: body.into_reader(),
            got: 0,
        })
    }
}

/// An answer whose body has not been read.
pub struct Reply {
    /// Its head.
    pub head: Head,
    /// What was asked.
    pub url: Url,
    body: BodyReader<'static>,
    announced: Option<u64>,
    got: u64,
}

impl fmt::Debug for Reply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reply")
            .field("url", &self.url.as_str())
            .field("head", &self.head)
            .field("got", &self.got)
            .finish_non_exhaustive()
    }
}

impl Reply {
    /// Reads what there is of the body, at least a byte, into `buffer`. Returns how many bytes: 0 at the end of the body.
    ///
    /// # Errors
    /// Why the body does not come to its end.
    pub fn read(&mut self, buffer: &mut [u8]) -> Result<usize, Fault> {
        let got = self
            .body
            .read(buffer)
            .map_err(|error| inside_body(error, self.got, self.announced))?;
        self.got += got as u64;
        Ok(got)
    }

    /// Returns how many bytes of the body have been read.
    pub fn got(&self) -> u64 {
        self.got
    }

    /// Ends with this answer. If its body was read to its end, the connection can be used again.
    pub fn finish(mut self) {
        if self.announced == Some(self.got) {
            // To learn that there is no more costs no call of the system, and hands the connection back.
            let _ = self.body.read(&mut [0]);
        }
    }
}

/// Looks names up, and tells when there is none.
#[derive(Debug, Default)]
struct Names(DefaultResolver);

impl Resolver for Names {
    fn resolve(
        &self,
        uri: &Uri,
        config: &Config,
        timeout: NextTimeout,
    ) -> Result<ResolvedSocketAddrs, ureq::Error> {
        self.0
            .resolve(uri, config, timeout)
            .map_err(|_| ureq::Error::HostNotFound)
    }
}

/// Explains why a request got no head of an answer.
fn before_answer(error: ureq::Error, url: &Url) -> Fault {
    match error {
        ureq::Error::Other(error) => match error.downcast::<Fault>() {
            Ok(fault) if *fault == Fault::Reset => Fault::Closed,
            Ok(fault) => *fault,
            Err(error) => Fault::Other(error.to_string()),
        },
        ureq::Error::HostNotFound => Fault::NoHost(url.host_str().unwrap_or_default().to_owned()),
        ureq::Error::Protocol(_) | ureq::Error::LargeResponseHeader(..) => Fault::NoHttp,
        ureq::Error::Io(error) if error.kind() == io::ErrorKind::UnexpectedEof => Fault::Closed,
        other => Fault::Other(other.to_string()),
    }
}

/// Explains why a body did not come to its end, after `got` bytes of perhaps `announced`.
fn inside_body(error: io::Error, got: u64, announced: Option<u64>) -> Fault {
    let cut = match announced {
        Some(of) => Fault::Short { got, of },
        None => Fault::InsideChunk,
    };
    match ureq::Error::from(error) {
        ureq::Error::Other(error) => match error.downcast::<Fault>() {
            Ok(fault) => *fault,
            Err(error) => Fault::Other(error.to_string()),
        },
        ureq::Error::Io(error) if error.kind() == io::ErrorKind::UnexpectedEof => cut,
        ureq::Error::BodyStalled => cut,
        ureq::Error::Protocol(_) => Fault::NoHttp,
        other => Fault::Other(other.to_string()),
    }
}
