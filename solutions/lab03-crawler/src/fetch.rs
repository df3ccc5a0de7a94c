//! One request and its answer, and a chain of them.

use std::time::Duration;

use reqwest::Response;
// region:fetch
use reqwest::header::{ACCEPT_ENCODING, CONTENT_ENCODING, CONTENT_LENGTH};
// endregion:fetch
use reqwest::redirect::Policy;
use tokio::time::Instant;
// region:fetch
use tokio::time::timeout_at;
// endregion:fetch
use url::Url;

// region:fetch
use crate::body::{Bounded, Decoder, PIECE};
use crate::fault;
// endregion:fetch
pub use crate::answer::{Answer, Head};
use crate::error::{Error, Fault, Result, Status};
use crate::traps::Large;
// region:fetch
use crate::media::Media;
// endregion:fetch

/// What the program calls itself to servers.
pub const USER_AGENT: &str = concat!("crawler/", "0.1");

// region:given/limits
/// What bounds one request.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// From the request to the last byte of its answer.
    pub timeout: Duration,
    /// The most decoded bytes of one body.
    pub max_bytes: u64,
}
// endregion:given/limits

impl Default for Limits {
    fn default() -> Self {
        Self {
            timeout: Duration::from_secs(10),
            max_bytes: 16 << 20,
        }
    }
}

/// Sends requests. Its clones share connections.
//~fetch #[expect(dead_code, reason = "`ask` will use the rest")]
#[derive(Debug, Clone)]
pub struct Client {
    http: reqwest::Client,
    limits: Limits,
    large: Large,
}

/// What of a body is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Want {
    /// All of it.
    Body,
    /// Bodies in which links can stand, and of those the large ones in turn (see [`Large`]); of others the length.
    Documents,
    /// So many bytes from its beginning; more is no error and is not read.
    First(u64),
}

impl Client {
    /// Makes a client that keeps up to `connections` idle connections for the next requests.
    ///
    /// # Errors
    /// [`Error::Client`].
    pub fn new(limits: Limits, connections: usize) -> Result<Self> {
        let http = reqwest::Client::builder()
            .user_agent(USER_AGENT)
            .redirect(Policy::none())
            .referer(false)
            .no_proxy()
            .pool_max_idle_per_host(connections)
            // What has been idle for longer may be closed by the server in the moment in which it is asked again.
            .pool_idle_timeout(Duration::from_secs(1))
            .build()
            .map_err(Error::Client)?;
        Ok(Self {
            http,
            limits,
            large: Large::default(),
        })
    }

    /// Makes a client for one page of a crawl, which waits for its turn if its body is large.
    pub fn for_page(&self, page: usize) -> Self {
        Self {
            large: self.large.of_page(page),
            ..self.clone()
        }
    }

    /// Says that all pages before `page` have been taken in.
    pub fn begin(&self, page: usize) {
        self.large.begin(page);
    }

    /// Returns what bounds each request.
    pub fn limits(&self) -> Limits {
        self.limits
    }

    /// Asks for one URL once, with further headers, and waits for the head of the answer.
    ///
    /// # Errors
    /// Why there is none.
    pub async fn ask(&self, url: &Url, headers: &[(&str, &str)]) -> std::result::Result<Asked, Fault> {
        // region:fetch/ask Send the request before the deadline (`timeout_at`); `fault::before_answer` explains what goes wrong.
        let deadline = Instant::now() + self.limits.timeout;
        if url.scheme() == "https" && !cfg!(feature = "tls") {
            return Err(Fault::NoTls);
        }
        let mut request = self
            .http
            .get(url.clone())
            .header(ACCEPT_ENCODING, "gzip, deflate");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        match timeout_at(deadline, request.send()).await {
            Ok(Ok(response)) => Ok(Asked {
                head: Head::new(response.status().as_u16(), response.headers()),
                url: url.clone(),
                response,
                deadline,
                limits: self.limits,
                large: self.large.clone(),
            }),
            Ok(Err(error)) => Err(fault::before_answer(&error, url)),
            Err(_) => Err(Fault::TimedOut(self.limits.timeout)),
        }
        // endregion:fetch/ask
    }

    /// Asks for one URL once and reads the answer to its end. Redirects are answers like others.
    ///
    /// # Errors
    /// Why there is no whole answer.
    pub async fn get(
        &self,
        url: &Url,
        headers: &[(&str, &str)],
        want: Want,
    ) -> std::result::Result<Answer, Fault> {
        self.ask(url, headers).await?.read(want).await
    }
}

/// An answer whose body has not been read.
//~fetch #[expect(dead_code, reason = "`read` will use the rest")]
#[derive(Debug)]
pub struct Asked {
    /// Its head.
    pub head: Head,
    url: Url,
    response: Response,
    deadline: Instant,
    limits: Limits,
    large: Large,
}

impl Asked {
    /// Reads the body before the deadline, piece by piece, and drops the connection as soon as it is too long.
    ///
    /// # Errors
    /// Why it did not come whole.
    pub async fn read(self, want: Want) -> std::result::Result<Answer, Fault> {
        // region:fetch/read Push each `chunk()` of the response through a `Decoder`; count what came over the wire, for `fault::inside_body`. An empty body was never packed.
        let mut asked = self;
        let text = |name| asked.response.headers().get(name)?.to_str().ok();
        let announced: Option<u64> = text(CONTENT_LENGTH).and_then(|value| value.trim().parse().ok());
        let coding = text(CONTENT_ENCODING).map(str::to_owned);
        let (limit, keep) = asked.bound(want);
        let is_cut = matches!(want, Want::First(_));
        if coding.is_none() && !is_cut && announced.is_some_and(|bytes| bytes > limit) {
            return Err(Fault::TooLong(limit));
        }
        let mut decoder = Decoder::new(coding.as_deref(), Bounded::new(limit, keep))?;
        let mut got = 0;
        loop {
            let chunk = match timeout_at(asked.deadline, asked.response.chunk()).await {
                Ok(Ok(Some(chunk))) => chunk,
                Ok(Ok(None)) => break,
                Ok(Err(error)) => return Err(fault::inside_body(&error, got, announced)),
                Err(_) => return Err(Fault::TimedOut(asked.limits.timeout)),
            };
            got += chunk.len() as u64;
            for piece in chunk.chunks(PIECE) {
                match decoder.push(piece) {
                    Err(Fault::TooLong(_)) if is_cut => return Ok(asked.answer(decoder.cut())),
                    pushed => pushed?,
                }
                if want == Want::Documents && keep {
                    // To wait for others is not the server's fault.
                    asked.deadline += asked.large.enter(decoder.decoded()).await;
                }
            }
        }
        // What has no bytes was never packed.
        let body = match got {
            0 => decoder.cut(),
            _ => decoder.finish()?,
        };
        Ok(asked.answer(body))
        // endregion:fetch/read
    }

    // region:fetch

    /// Returns how many bytes of the body are read, and whether they are kept.
    fn bound(&self, want: Want) -> (u64, bool) {
        match want {
            Want::Body => (self.limits.max_bytes, true),
            Want::First(bytes) => (bytes, true),
            Want::Documents => {
                let holds_links = |media: &Media| media.is_html() || media.is_css();
                let keep = self.head.status.is_success() && self.head.media.as_ref().is_some_and(holds_links);
                (self.limits.max_bytes, keep)
            }
        }
    }

    fn answer(self, (body, bytes): (Vec<u8>, u64)) -> Answer {
        Answer {
            url: self.url,
            head: self.head,
            body,
            bytes,
        }
    }
    // endregion:fetch
}

/// A redirect that was followed.
#[derive(Debug, Clone)]
pub struct Hop {
    /// The status of the answer that redirects.
    pub status: Status,
    /// Where it leads.
    pub to: Url,
}

/// What came of a URL and its redirects.
#[derive(Debug)]
pub struct Fetched {
    /// The redirects that were followed.
    pub redirects: Vec<Hop>,
    /// What was asked last.
    pub last: Url,
    /// Its answer, or why there is none.
    pub answer: std::result::Result<Answer, Fault>,
}

impl Fetched {
    /// Returns the answer if it is a success.
    ///
    /// # Errors
    /// [`Error::Fetch`] for no answer, and for one that is not 2xx.
    pub fn success(self) -> Result<Answer> {
        let url = self.last;
        match self.answer {
            Ok(answer) if answer.head.status.is_success() => Ok(answer),
            Ok(answer) => Err(Error::Fetch {
                url,
                fault: Fault::Status(answer.head.status),
            }),
            Err(fault) => Err(Error::Fetch { url, fault }),
        }
    }
}

/// Asks for a URL, and follows up to `max_redirects` redirects.
pub async fn fetch(client: &Client, url: &Url, max_redirects: usize, want: Want) -> Fetched {
    // region:fetch/fetch Ask, and ask again for where the answer leads, until it leads nowhere or has led there too often.
    let mut redirects = Vec::new();
    let mut last = url.clone();
    last.set_fragment(None);
    let answer = loop {
        let answer = match client.get(&last, &[], want).await {
            Ok(answer) => answer,
            Err(fault) => break Err(fault),
        };
        match answer.head.redirect(&last) {
            Ok(None) => break Ok(answer),
            Ok(Some(_)) if redirects.len() == max_redirects => break Err(Fault::Redirects(max_redirects)),
            Ok(Some(to)) => {
                last = to.clone();
                let status = answer.head.status;
                redirects.push(Hop { status, to });
            }
            Err(fault) => break Err(fault),
        }
    };
    Fetched {
        redirects,
        last,
        answer,
    }
    // endregion:fetch/fetch
}
