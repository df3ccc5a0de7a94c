//! A response, and what goes wrong while it is sent.

use std::time::Duration;

use crate::http::body::Body;
use crate::http::gate::Gate;
use crate::http::request::find;

/// What a path answers: status, headers, body, and [`Act`]s at [`Point`]s.
///
/// The server adds what a right response needs: `Date`, `Content-Length` or `Transfer-Encoding`, `Content-Range`. A header that
/// the case sets stands as it was set, even if it is a lie.
#[derive(Debug, Clone)]
#[must_use = "a response is part of a site"]
pub struct Response {
    pub(super) status: u16,
    pub(super) headers: Vec<(String, String)>,
    pub(super) without: Vec<String>,
    pub(super) body: Body,
    pub(super) form: Form,
    pub(super) ranges: bool,
    pub(super) pace: Option<Pace>,
    pub(super) acts: Vec<(Point, Act)>,
    pub(super) times: Option<u64>,
}

/// How a response is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    Plain,
    Chunked,
    /// The body is all there is: no status line, no headers.
    Raw,
}

/// Where in a response something happens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Point {
    /// Before the first byte.
    Head,
    /// Behind the head and this many bytes of the body that is sent; of a part that a client asked for, its own bytes count.
    Body(u64),
}

/// What happens at a point of a response.
#[derive(Debug, Clone)]
pub enum Act {
    /// Nothing is sent for this long.
    Wait(Duration),
    /// Nothing is sent until the case opens the gate.
    Hold(Gate),
    /// Nothing is sent any more. The connection stays open until the client leaves.
    Stall,
    /// The connection is closed in good order (FIN).
    Close,
    /// The connection is torn down (RST).
    Reset,
    /// These bytes are sent as they are, beside the body: a broken chunk, an early hint, garbage.
    Send(Vec<u8>),
}

/// So many bytes each time.
#[derive(Debug, Clone, Copy)]
pub(super) struct Pace {
    pub(super) bytes: u64,
    pub(super) every: Duration,
}

impl Response {
    /// Makes a response of any status.
    pub fn new(status: u16, body: impl Into<Body>) -> Self {
        Self {
            status,
            headers: Vec::new(),
            without: Vec::new(),
            body: body.into(),
            form: Form::Plain,
            ranges: false,
            pace: None,
            acts: Vec::new(),
            times: None,
        }
    }

    /// Makes a 200 without a Content-Type.
    pub fn ok(body: impl Into<Body>) -> Self {
        Self::new(200, body)
    }

    /// Makes a 200 with a page in UTF-8.
    pub fn html(page: impl Into<Body>) -> Self {
        Self::ok(page).header("Content-Type", "text/html; charset=utf-8")
    }

    /// Makes a response whose body is no more than the status in words.
    pub fn status(status: u16) -> Self {
        Self::new(status, format!("{status} {}\n", reason(status)))
    }

    /// Makes a redirect to `location`, a path or a whole URL.
    pub fn redirect(status: u16, location: &str) -> Self {
        Self::status(status).header("Location", location)
    }

    /// Makes something that is no response of HTTP, or that the case writes itself: `bytes`, and then the connection closes.
    pub fn raw(bytes: impl Into<Body>) -> Self {
        Self {
            form: Form::Raw,
            ..Self::new(0, bytes)
        }
    }

    /// Makes a response whose headers never end.
    pub fn endless_headers() -> Self {
        Self::raw(Body::endless("HTTP/1.1 200 OK\r\n", "X-More: and more\r\n"))
    }

    /// Sets a header, in place of the server's own. The same name twice is sent twice.
    pub fn header(mut self, name: &str, value: impl Into<String>) -> Self {
        self.headers.push((name.to_owned(), value.into()));
        self
    }

    /// Leaves out a header that the server would send. Without `Content-Length` a body ends when the connection does.
    pub fn without(mut self, name: &str) -> Self {
        self.without.push(name.to_owned());
        self
    }

    /// Sends the body in chunks.
    pub fn chunked(mut self) -> Self {
        self.form = Form::Chunked;
        self
    }

    /// Answers a request for a range with 206 or 416, and heeds If-Range by this response's `ETag` and `Last-Modified`. Without it
    /// a range is ignored.
    pub fn ranges(mut self) -> Self {
        self.ranges = true;
        self
    }

    /// Sends `bytes` of the body every so often: a drip.
    ///
    /// # Panics
    /// When `bytes` is 0: that is [`Act::Stall`].
    pub fn drip(mut self, bytes: u64, every: Duration) -> Self {
        assert!(bytes > 0, "nothing at a time is a stall");
        self.pace = Some(Pace { bytes, every });
        self
    }

    /// Sends the body at a steady rate, in bytes a second; each connection has a rate of its own.
    pub fn rate(self, bytes_per_second: u64) -> Self {
        let bytes = (bytes_per_second / 100).max(1);
        let every = Duration::from_secs_f64(bytes as f64 / bytes_per_second.max(1) as f64);
        self.drip(bytes, every)
    }

    /// Lets `act` happen at `point`; several at one point happen in the order of these calls.
    pub fn at(mut self, point: Point, act: Act) -> Self {
        self.acts.push((point, act));
        self
    }

    /// Answers no more than `requests` requests; then the next response that was set for the same path has its turn.
    pub fn times(mut self, requests: u64) -> Self {
        self.times = Some(requests);
        self
    }

    /// Returns the first header of that name that the case set.
    pub(super) fn header_value(&self, name: &str) -> Option<&str> {
        find(&self.headers, name)
    }

    /// Whether the server is to write its own header of that name.
    pub(super) fn leaves(&self, name: &str) -> bool {
        self.header_value(name).is_none()
            && !self
                .without
                .iter()
                .any(|without| without.eq_ignore_ascii_case(name))
    }
}

/// Returns the words of a status.
///
/// Source: RFC 9110, section 15; RFC 6585; RFC 8470.
pub(super) fn reason(status: u16) -> &'static str {
    match status {
        200 => "OK",
        201 => "Created",
        204 => "No Content",
        206 => "Partial Content",
        301 => "Moved Permanently",
        302 => "Found",
        303 => "See Other",
        304 => "Not Modified",
        307 => "Temporary Redirect",
        308 => "Permanent Redirect",
        400 => "Bad Request",
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "Not Found",
        408 => "Request Timeout",
        410 => "Gone",
        416 => "Range Not Satisfiable",
        425 => "Too Early",
        429 => "Too Many Requests",
        500 => "Internal Server Error",
        501 => "Not Implemented",
        502 => "Bad Gateway",
        503 => "Service Unavailable",
        504 => "Gateway Timeout",
        _ => "Unnamed",
    }
}
