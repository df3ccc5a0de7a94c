//! A request as the server reads it.
//!
//! Source: RFC 9112, sections 2 to 6.

use std::io::{self, BufRead, Read};

/// The longest head that is read, in bytes.
const LONGEST_HEAD: u64 = 64 << 10;

/// The longest body that is read, in bytes.
const LONGEST_BODY: u64 = 1 << 20;

/// A request that came.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Request {
    /// `GET`, or whatever the client wrote.
    pub method: String,
    /// The target as it was written: `/path?query`.
    pub target: String,
    /// Names and values in the order in which they came.
    pub headers: Vec<(String, String)>,
    /// What it carried, as far as its Content-Length said.
    pub body: Vec<u8>,
    /// How many requests the same line of the [`Site`](super::Site) had answered before.
    pub before: u64,
    /// Whether the connection may serve another request.
    pub(super) keep_alive: bool,
}

/// What came instead of a request.
#[derive(Debug)]
pub(super) enum NoRequest {
    /// The client closed, or was cut off, before a whole request was there.
    End,
    /// It is no HTTP, as far as it was read.
    Malformed(String),
}

impl Request {
    /// The target without its query.
    pub fn path(&self) -> &str {
        self.target.split_once('?').map_or(&self.target, |(path, _)| path)
    }

    /// What stands behind the question mark of the target, or nothing.
    pub fn query(&self) -> &str {
        self.target.split_once('?').map_or("", |(_, query)| query)
    }

    /// Returns the first header of that name, whatever the case of its letters.
    pub fn header(&self, name: &str) -> Option<&str> {
        find(&self.headers, name)
    }

    /// Reads the next request of a connection.
    pub(super) fn read(from: &mut impl BufRead) -> Result<Self, NoRequest> {
        let mut head = from.by_ref().take(LONGEST_HEAD);
        let first = loop {
            // Empty lines before a request are to be ignored.
            match line(&mut head)? {
                line if line.is_empty() => {}
                line => break line,
            }
        };
        let malformed = || NoRequest::Malformed(first.clone());
        let parts: Vec<&str> = first.split(' ').collect();
        let [method, target, version @ ("HTTP/1.1" | "HTTP/1.0")] = parts[..] else {
            return Err(malformed());
        };
        let mut request = Self {
            method: method.to_owned(),
            target: target.to_owned(),
            ..Self::default()
        };
        loop {
            let line = line(&mut head)?;
            if line.is_empty() {
                break;
            }
            let (name, value) = line.split_once(':').ok_or_else(malformed)?;
            request.headers.push((name.to_owned(), value.trim().to_owned()));
        }
        let asks = |word: &str| {
            request.header("connection").is_some_and(|value| {
                value
                    .split(',')
                    .any(|part| part.trim().eq_ignore_ascii_case(word))
            })
        };
        request.keep_alive = match version {
            "HTTP/1.0" => asks("keep-alive"),
            _ => !asks("close"),
        };
        if let Some(length) = request.header("content-length") {
            let length: u64 = length.parse().map_err(|_| malformed())?;
            if length > LONGEST_BODY {
                return Err(malformed());
            }
            request.body = vec![0; length as usize];
            from.read_exact(&mut request.body).map_err(|_| NoRequest::End)?;
        }
        Ok(request)
    }
}

/// Returns the first value of `name`.
pub(super) fn find<'h>(headers: &'h [(String, String)], name: &str) -> Option<&'h str> {
    headers
        .iter()
        .find(|(other, _)| other.eq_ignore_ascii_case(name))
        .map(|(_, value)| value.as_str())
}

/// Reads a line of the head, without its end.
fn line(head: &mut io::Take<impl BufRead>) -> Result<String, NoRequest> {
    let mut bytes = Vec::new();
    head.read_until(b'\n', &mut bytes).map_err(|_| NoRequest::End)?;
    if bytes.pop_if(|last| *last == b'\n').is_none() {
        let text = String::from_utf8_lossy(&bytes[..bytes.len().min(200)]).into_owned();
        return Err(match head.limit() {
            0 => NoRequest::Malformed(text),
            _ => NoRequest::End,
        });
    }
    bytes.pop_if(|last| *last == b'\r');
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_is_read_with_its_headers_and_its_body() {
        let mut bytes: &[u8] =
            b"\r\nPOST /a?b=c HTTP/1.1\r\nHost: x\r\nX-Two:  w \r\ncontent-length: 3\r\n\r\nabcGET";
        let request = Request::read(&mut bytes).expect("a request");
        assert_eq!(
            (&*request.method, request.path(), request.query()),
            ("POST", "/a", "b=c")
        );
        assert_eq!(
            (request.header("x-two"), &*request.body),
            (Some("w"), &b"abc"[..])
        );
        assert!(request.keep_alive);
        assert_eq!(bytes, b"GET");
    }

    #[test]
    fn a_connection_is_kept_as_the_version_and_the_header_say() {
        for (head, expected) in [
            ("GET / HTTP/1.1\r\n\r\n", true),
            ("GET / HTTP/1.1\r\nConnection: TE, Close\r\n\r\n", false),
            ("GET / HTTP/1.0\r\n\r\n", false),
            ("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", true),
        ] {
            let request = Request::read(&mut head.as_bytes()).expect("a request");
            assert_eq!(request.keep_alive, expected, "{head}");
        }
    }

    #[test]
    fn what_is_no_request_is_told_from_a_client_that_left() {
        let malformed =
            |text: &str| matches!(Request::read(&mut text.as_bytes()), Err(NoRequest::Malformed(_)));
        assert!(malformed("\x16\x03\x01\n"));
        assert!(malformed("GET /\r\n"));
        assert!(malformed("GET / HTTP/1.1\r\nno colon\r\n\r\n"));
        assert!(malformed("GET / HTTP/1.1\r\nContent-Length: many\r\n\r\n"));
        assert!(malformed(&"x".repeat(100_000)));
        assert!(!malformed("") && !malformed("GET / HT") && !malformed("GET / HTTP/1.1\r\nHost: x\r\n"));
    }
}
