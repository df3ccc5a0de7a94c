//! The head of a request.

use httparse::{EMPTY_HEADER, Error, Header};
use nbnet::http::Status;
use nbnet::http::request::{FIELDS_LIMIT, HEAD_LIMIT};

/// What the front of the input is.
#[derive(Debug, PartialEq, Eq)]
pub enum Front {
    /// The beginning of a head.
    Partial,
    /// A head.
    Whole {
        /// What it says.
        head: Head,
        /// How many bytes it takes.
        taken: usize,
    },
    /// Something after which nothing can be understood.
    Refused(Status),
}

/// What a head says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Head {
    /// What is to be done.
    pub method: Method,
    /// Whether another request may follow on the same connection.
    pub keep_alive: bool,
    /// HTTP/1.0, which takes every connection for closed if not told otherwise.
    pub old: bool,
    /// How long the body is.
    pub length: Length,
    /// What the client waits for before it sends the body.
    pub expects: Expects,
}

/// What is to be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// `POST`, the one that can call something.
    Post,
    /// `HEAD`, whose answers have no body.
    Head,
    /// Any other.
    Other,
}

/// How long a body is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Length {
    /// So many bytes. Without a word about it, none.
    Bytes(u64),
    /// It comes in chunks, and the last one says so.
    Chunked,
}

/// What a client waits for before it sends the body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expects {
    /// Nothing.
    Nothing,
    /// `100-continue`
    Continue,
    /// Something that nobody knows.
    Unknown,
}

/// Reads the first head of `input`.
///
/// ```
/// use rpc::jsonrpc::http::head::{Front, Length, parse};
///
/// let input = b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello";
/// assert!(matches!(parse(input), Front::Whole { head, taken: 47 } if head.length == Length::Bytes(5)));
/// assert_eq!(parse(&input[..30]), Front::Partial);
/// ```
///
/// Source: RFC 9112, sections 2, 3 and 6
pub fn parse(input: &[u8]) -> Front {
    let mut fields = [EMPTY_HEADER; FIELDS_LIMIT];
    let mut request = httparse::Request::new(&mut fields);
    let taken = match request.parse(input) {
        Ok(httparse::Status::Complete(taken)) if taken <= HEAD_LIMIT => taken,
        Ok(httparse::Status::Partial) if input.len() <= HEAD_LIMIT => return Front::Partial,
        Ok(_) | Err(Error::TooManyHeaders) => return Front::Refused(Status::HeaderFieldsTooLarge),
        Err(Error::Version) => return Front::Refused(Status::VersionNotSupported),
        Err(_) => return Front::Refused(Status::BadRequest),
    };
    let (Some(method), Some(minor)) = (request.method, request.version) else {
        return Front::Refused(Status::BadRequest);
    };
    let method = match method {
        "POST" => Method::Post,
        "HEAD" => Method::Head,
        _ => Method::Other,
    };
    match fill(method, minor == 0, request.headers) {
        Ok(head) => Front::Whole { head, taken },
        Err(status) => Front::Refused(status),
    }
}

/// Takes from the fields what is needed here.
fn fill(method: Method, old: bool, fields: &[Header<'_>]) -> Result<Head, Status> {
    let (mut hosts, mut closes, mut stays) = (0, false, !old);
    let mut length = None;
    let mut chunked = false;
    let mut expects = Expects::Nothing;
    for field in fields {
        let value = field.value.trim_ascii();
        match field.name.to_ascii_lowercase().as_str() {
            "host" => hosts += 1,
            "connection" => {
                for option in value.split(|&byte| byte == b',') {
                    let option = option.trim_ascii();
                    closes |= option.eq_ignore_ascii_case(b"close");
                    stays |= option.eq_ignore_ascii_case(b"keep-alive");
                }
            }
            "expect" if value.eq_ignore_ascii_case(b"100-continue") => expects = Expects::Continue,
            "expect" => expects = Expects::Unknown,
            "content-length" => {
                let bytes = decimal(value).ok_or(Status::BadRequest)?;
                if length.is_some_and(|before| before != bytes) {
                    return Err(Status::BadRequest);
                }
                length = Some(bytes);
            }
            "transfer-encoding" if value.eq_ignore_ascii_case(b"chunked") && !chunked => chunked = true,
            "transfer-encoding" => return Err(Status::NotImplemented),
            _ => {}
        }
    }
    // A body that ends in two ways is how requests are smuggled past a proxy that believes the other one (RFC 9112, section 6.3).
    let two_ends = chunked && (length.is_some() || old);
    if two_ends || hosts > 1 || hosts == 0 && !old {
        return Err(Status::BadRequest);
    }
    Ok(Head {
        method,
        // Whatever else is said, in this field or in another one, nothing follows.
        keep_alive: stays && !closes,
        old,
        length: match chunked {
            true => Length::Chunked,
            false => Length::Bytes(length.unwrap_or(0)),
        },
        expects,
    })
}

/// Reads decimal digits, and nothing else.
fn decimal(text: &[u8]) -> Option<u64> {
    if text.is_empty() || !text.iter().all(u8::is_ascii_digit) {
        return None;
    }
    str::from_utf8(text).ok()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn front(fields: &str) -> Front {
        parse(format!("POST /a HTTP/1.1\r\nHost: a\r\n{fields}\r\n").as_bytes())
    }

    #[test]
    fn the_fields_say_how_long_a_body_is_and_what_comes_after_it() {
        let plain = Head {
            method: Method::Post,
            keep_alive: true,
            old: false,
            length: Length::Bytes(0),
            expects: Expects::Nothing,
        };
        for (fields, expected) in [
            ("", plain),
            (
                "content-length: 7\r\nContent-Length: 7\r\n",
                Head {
                    length: Length::Bytes(7),
                    ..plain
                },
            ),
            (
                "Transfer-Encoding: Chunked\r\n",
                Head {
                    length: Length::Chunked,
                    ..plain
                },
            ),
            (
                "Connection: keep-alive, Close\r\n",
                Head {
                    keep_alive: false,
                    ..plain
                },
            ),
            (
                "Expect: 100-Continue\r\n",
                Head {
                    expects: Expects::Continue,
                    ..plain
                },
            ),
        ] {
            assert!(
                matches!(front(fields), Front::Whole { head, .. } if head == expected),
                "{fields}"
            );
        }
    }

    #[test]
    fn what_cannot_be_understood_is_refused() {
        for (fields, status) in [
            ("Host: b\r\n", Status::BadRequest),
            ("Content-Length: +1\r\n", Status::BadRequest),
            ("Content-Length: 1\r\nContent-Length: 2\r\n", Status::BadRequest),
            (
                "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n",
                Status::BadRequest,
            ),
            ("Transfer-Encoding: gzip, chunked\r\n", Status::NotImplemented),
            (&"a: b\r\n".repeat(FIELDS_LIMIT), Status::HeaderFieldsTooLarge),
            (
                &format!("a: {}\r\n", "b".repeat(HEAD_LIMIT)),
                Status::HeaderFieldsTooLarge,
            ),
        ] {
            assert_eq!(front(fields), Front::Refused(status), "{fields}");
        }
        for (input, status) in [
            ("GET / HTTP/1.1\r\n\r\n", Status::BadRequest),
            ("{\"jsonrpc\":\"2.0\"}\r\n", Status::BadRequest),
            ("POST / HTTP/2.0\r\nHost: a\r\n\r\n", Status::VersionNotSupported),
            (
                "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n",
                Status::BadRequest,
            ),
        ] {
            assert_eq!(parse(input.as_bytes()), Front::Refused(status), "{input}");
        }
    }
}
