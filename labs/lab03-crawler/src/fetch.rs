//! One request and its answer, and a chain of them.

use std::time::Duration;

use reqwest::Response;
use reqwest::redirect::Policy;
use tokio::time::Instant;
use url::Url;

pub use crate::answer::{Answer, Head};
use crate::error::{Error, Fault, Result, Status};
use crate::traps::Large;

/// What the program calls itself to servers.
pub const USER_AGENT: &str = concat!("crawler/", "0.1");

/// What bounds one request.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// From the request to the last byte of its answer.
    pub timeout: Duration,
    /// The most decoded bytes of one body.
    pub max_bytes: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            timeout: Duration::from_secs(10),
            max_bytes: 16 << 20,
        }
    }
}

/// Sends requests. Its clones share connections.
#[expect(dead_code, reason = "`ask` will use the rest")]
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
    #[expect(unused_variables, reason = "goes with the todo!")]
    pub async fn ask(&self, url: &Url, headers: &[(&str, &str)]) -> std::result::Result<Asked, Fault> {
        todo!(
            "fetch: Send the request before the deadline (`timeout_at`); `fault::before_answer` explains what goes wrong."
        )
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
#[expect(dead_code, reason = "`read` will use the rest")]
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
    #[expect(unused_variables, reason = "goes with the todo!")]
    pub async fn read(self, want: Want) -> std::result::Result<Answer, Fault> {
        todo!(
            "fetch: Push each `chunk()` of the response through a `Decoder`; count what came over the wire, for `fault::inside_body`. An empty body was never packed."
        )
    }
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
#[expect(unused_variables, reason = "goes with the todo!")]
pub async fn fetch(client: &Client, url: &Url, max_redirects: usize, want: Want) -> Fetched {
    todo!(
        "fetch: Ask, and ask again for where the answer leads, until it leads nowhere or has led there too often."
    )
}
