//! The head of a request.

use httparse::{EMPTY_HEADER, Error, Header};

use super::Status;

/// The longest head, in bytes.
pub const HEAD_LIMIT: usize = 16 << 10;

/// The longest request line, in bytes.
pub const TARGET_LIMIT: usize = 8 << 10;

/// The most header fields.
pub const FIELDS_LIMIT: usize = 100;

/// The longest body, in bytes. Nobody looks at it.
pub const BODY_LIMIT: u64 = 1 << 20;

/// What the front of the input is.
#[derive(Debug, PartialEq, Eq)]
pub enum Front<'a> {
    /// The beginning of a head.
    Partial,
    /// A head.
    Whole {
        /// What it says.
        request: Request<'a>,
        /// How many bytes it takes.
        taken: usize,
    },
    /// Something after which nothing can be understood.
    Refused(Status),
}

/// A request without its body.
#[derive(Debug, PartialEq, Eq)]
pub struct Request<'a> {
    /// `GET`, for instance.
    pub method: &'a str,
    /// What is asked for, as it was sent.
    pub target: &'a str,
    /// Whether another request may follow on the same connection.
    pub keep_alive: bool,
    /// HTTP/1.0, which takes every connection for closed if not told otherwise.
    pub old: bool,
    /// How long the body is, in bytes.
    pub body: u64,
    /// `Expect`, of which only `100-continue` is known.
    pub expect: Option<&'a [u8]>,
    /// `Range`
    pub range: Option<&'a [u8]>,
    /// `If-Range`
    pub if_range: Option<&'a [u8]>,
    /// `If-Modified-Since`, unless `If-None-Match` is there: it takes its place, and no file here has a tag.
    pub modified_since: Option<&'a [u8]>,
}

/// Reads the first head of `input`.
///
/// Source: RFC 9112, sections 2, 3 and 6
pub fn parse(input: &[u8]) -> Front<'_> {
    let mut fields = [EMPTY_HEADER; FIELDS_LIMIT];
    let mut head = httparse::Request::new(&mut fields);
    let taken = match head.parse(input) {
        // Limits that only hold for what comes in several pieces would be none.
        Ok(httparse::Status::Complete(_)) if has_long_line(input) => {
            return Front::Refused(Status::UriTooLong);
        }
        Ok(httparse::Status::Complete(taken)) if taken <= HEAD_LIMIT => taken,
        Ok(httparse::Status::Complete(_)) => return Front::Refused(Status::HeaderFieldsTooLarge),
        Ok(httparse::Status::Partial) => return partial(input),
        Err(Error::TooManyHeaders) => return Front::Refused(Status::HeaderFieldsTooLarge),
        Err(Error::Version) if names_a_version(input) => return Front::Refused(Status::VersionNotSupported),
        Err(_) => return Front::Refused(Status::BadRequest),
    };
    let (Some(method), Some(target), Some(minor)) = (head.method, head.path, head.version) else {
        return Front::Refused(Status::BadRequest);
    };
    let request = Request {
        method,
        target,
        keep_alive: minor > 0,
        old: minor == 0,
        body: 0,
        expect: None,
        range: None,
        if_range: None,
        modified_since: None,
    };
    match fill(request, head.headers) {
        Ok(request) => Front::Whole { request, taken },
        Err(status) => Front::Refused(status),
    }
}

/// Says whether the beginning of a head may go on.
fn partial(input: &[u8]) -> Front<'_> {
    if has_long_line(input) {
        Front::Refused(Status::UriTooLong)
    } else if input.len() > HEAD_LIMIT {
        Front::Refused(Status::HeaderFieldsTooLarge)
    } else {
        Front::Partial
    }
}

/// Whether the request line is longer than one may be.
fn has_long_line(input: &[u8]) -> bool {
    input.len() > TARGET_LIMIT && !input[..TARGET_LIMIT].contains(&b'\n')
}

/// Whether the request line ends with some version of HTTP.
fn names_a_version(input: &[u8]) -> bool {
    let line = input
        .split(|&byte| byte == b'\n')
        .find(|line| !line.trim_ascii().is_empty());
    let version = line.and_then(|line| line.trim_ascii().rsplit(|&byte| byte == b' ').next());
    version
        .and_then(|version| version.strip_prefix(b"HTTP/"))
        .is_some_and(|version| version.first().is_some_and(u8::is_ascii_digit))
}

/// Takes from the fields what a server of files needs to know.
fn fill<'a>(mut request: Request<'a>, fields: &[Header<'a>]) -> Result<Request<'a>, Status> {
    let mut hosts = 0;
    let mut length = None;
    let mut tagged = false;
    let mut closes = false;
    for field in fields {
        let value = field.value.trim_ascii();
        let is = |name: &str| field.name.eq_ignore_ascii_case(name);
        // Most fields of a browser are none of these: their lengths say so before their letters are compared.
        match field.name.len() {
            4 if is("Host") => hosts += 1,
            5 if is("Range") => request.range = Some(value),
            6 if is("Expect") => request.expect = Some(value),
            8 if is("If-Range") => request.if_range = Some(value),
            10 if is("Connection") => {
                for option in value.split(|&byte| byte == b',') {
                    let option = option.trim_ascii();
                    closes |= option.eq_ignore_ascii_case(b"close");
                    request.keep_alive |= option.eq_ignore_ascii_case(b"keep-alive");
                }
            }
            13 if is("If-None-Match") => tagged = true,
            14 if is("Content-Length") => {
                let bytes = decimal(value).ok_or(Status::BadRequest)?;
                // Two lengths are how requests are smuggled past a proxy that believes the other one.
                if length.is_some_and(|before| before != bytes) {
                    return Err(Status::BadRequest);
                }
                length = Some(bytes);
            }
            17 if is("If-Modified-Since") => request.modified_since = Some(value),
            17 if is("Transfer-Encoding") => return Err(Status::NotImplemented),
            _ => {}
        }
    }
    if hosts > 1 || hosts == 0 && !request.old {
        return Err(Status::BadRequest);
    }
    // Whatever else is said, in this field or in another one, nothing follows.
    request.keep_alive &= !closes;
    if tagged {
        request.modified_since = None;
    }
    request.body = length.unwrap_or(0);
    if request.body > BODY_LIMIT {
        return Err(Status::ContentTooLarge);
    }
    Ok(request)
}

/// Reads decimal digits, and nothing else.
pub(super) fn decimal(text: &[u8]) -> Option<u64> {
    if text.is_empty() || !text.iter().all(u8::is_ascii_digit) {
        return None;
    }
    str::from_utf8(text).ok()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn whole(input: &str) -> Request<'_> {
        match parse(input.as_bytes()) {
            Front::Whole { request, taken } => {
                assert_eq!(taken, input.len());
                request
            }
            other => panic!("{input:?}: {other:?}"),
        }
    }

    #[test]
    fn a_connection_lives_on_if_version_and_fields_say_so() {
        for (version, field, expected) in [
            ("1.1", "", true),
            ("1.1", "Connection: close\r\n", false),
            ("1.1", "connection: Keep-Alive, CLOSE\r\n", false),
            ("1.1", "Connection: close\r\nConnection: keep-alive\r\n", false),
            ("1.0", "", false),
            ("1.0", "Connection: keep-alive\r\n", true),
        ] {
            let input = format!("GET / HTTP/{version}\r\nHost: a\r\n{field}\r\n");
            assert_eq!(whole(&input).keep_alive, expected, "{input}");
        }
    }

    #[test]
    fn what_cannot_be_understood_is_refused() {
        for (input, status) in [
            ("GET / HTTP/1.1\r\n\r\n", Status::BadRequest),
            ("GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", Status::BadRequest),
            ("GET / HTTP/2.0\r\nHost: a\r\n\r\n", Status::VersionNotSupported),
            ("GET / FTP/1.1\r\nHost: a\r\n\r\n", Status::BadRequest),
            ("GET /\r\n\r\n", Status::BadRequest),
            (
                "GET / HTTP/1.1\r\nHost: a\r\nBad Name: b\r\n\r\n",
                Status::BadRequest,
            ),
            (
                "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 1x\r\n\r\n",
                Status::BadRequest,
            ),
            (
                "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
                Status::BadRequest,
            ),
            (
                "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 1048577\r\n\r\n",
                Status::ContentTooLarge,
            ),
            (
                "GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n",
                Status::NotImplemented,
            ),
        ] {
            assert_eq!(parse(input.as_bytes()), Front::Refused(status), "{input}");
        }
    }

    #[test]
    fn a_head_has_an_end_or_is_too_long() {
        assert_eq!(parse(b"GET / HTTP/1.1\r\nHost: a\r\n"), Front::Partial);
        let long = [b"GET /".as_slice(), &[b'a'; TARGET_LIMIT]].concat();
        assert_eq!(parse(&long), Front::Refused(Status::UriTooLong));
        let whole = [&long, b" HTTP/1.1\r\nHost: a\r\n\r\n".as_slice()].concat();
        assert_eq!(parse(&whole), Front::Refused(Status::UriTooLong));
        let long = [b"GET / HTTP/1.1\r\nX: ".as_slice(), &[b'a'; HEAD_LIMIT]].concat();
        assert_eq!(parse(&long), Front::Refused(Status::HeaderFieldsTooLarge));
        let many = format!(
            "GET / HTTP/1.1\r\nHost: a\r\n{}\r\n",
            "A: b\r\n".repeat(FIELDS_LIMIT)
        );
        assert_eq!(
            parse(many.as_bytes()),
            Front::Refused(Status::HeaderFieldsTooLarge)
        );
    }

    #[test]
    fn conditions_and_ranges_are_found() {
        let request = whole(
            "GET /a HTTP/1.1\r\nHost: a\r\nrange: bytes=0-1\r\nIf-Modified-Since: x\r\nContent-Length: 5\r\n\r\n",
        );
        assert_eq!(request.range, Some(&b"bytes=0-1"[..]));
        assert_eq!(request.modified_since, Some(&b"x"[..]));
        assert_eq!(request.body, 5);
        let request = whole("GET /a HTTP/1.1\r\nHost: a\r\nIf-Modified-Since: x\r\nIf-None-Match: y\r\n\r\n");
        assert_eq!(request.modified_since, None);
    }
}
