use std::io::{BufRead, BufReader, Write};
use std::time::Instant;

use super::Failure;
use super::timed::Timed;
use crate::Message;

/// The longest head of an answer that is read, in bytes.
const LONGEST_HEAD: u64 = 16 << 10;

/// Where a webhook is. Only `http`: for `https` there is a proxy beside it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Url {
    /// The host, without brackets if it is an address of IPv6.
    pub host: String,
    /// The port: 80 if not given.
    pub port: u16,
    /// Host and port as they were written, for the header.
    pub authority: String,
    /// The path with its query: `/` if not given.
    pub target: String,
}

impl Url {
    /// Reads one.
    ///
    /// # Errors
    /// Says what is wrong with it.
    pub fn parse(text: &str) -> Result<Url, String> {
        let wrong = || format!("{text:?} is not http://HOST[:PORT]/PATH");
        let rest = text.strip_prefix("http://").ok_or_else(wrong)?;
        if !rest.bytes().all(|byte| byte.is_ascii_graphic()) || rest.contains(['#', '@']) {
            return Err(wrong());
        }
        let (authority, path) = rest.split_at(rest.find(['/', '?']).unwrap_or(rest.len()));
        let (host, port) = match authority.rsplit_once(':') {
            Some((host, port)) if !port.ends_with(']') => (host, port.parse().map_err(|_| wrong())?),
            _ => (authority, 80),
        };
        let host = host.trim_start_matches('[').trim_end_matches(']');
        if host.is_empty() {
            return Err(wrong());
        }
        Ok(Url {
            host: host.to_owned(),
            port,
            authority: authority.to_owned(),
            target: if path.starts_with('/') {
                path.to_owned()
            } else {
                format!("/{path}")
            },
        })
    }
}

/// Posts a notification as JSON. What answers 2xx has it.
///
/// # Errors
/// Another try may help after an answer 408, 429 or 5xx, and where there was no answer; no other try will, after any other.
///
/// Source: RFC 9112; the header is that of draft-ietf-httpapi-idempotency-key-header.
#[expect(unused_variables, unused_mut, reason = "goes with the todo!")]
pub(super) fn post(url: &Url, message: &Message, deadline: Instant) -> Result<(), Failure> {
    let to = format!("http://{}{}", url.authority, url.target);
    let wrong = |why: std::io::Error| Failure::io(&to, &why);
    let body = serde_json::to_vec(message).map_err(|why| Failure::Never(why.to_string()))?;
    let mut stream = Timed::connect(&url.host, url.port, deadline).map_err(wrong)?;
    todo!(
        "notify: Write the head and the body, then read the answer's `status`. The head: `POST TARGET HTTP/1.1`, Host (the authority), Content-Type: application/json, Content-Length, Idempotency-Key (the message's), User-Agent: muster, Connection: close."
    )
}

/// Reads the head of an answer, and returns its status. Answers 1xx announce another.
#[expect(unused_variables, reason = "goes with the todo!")]
fn status(from: impl BufRead) -> std::io::Result<u16> {
    todo!(
        "notify: At most LONGEST_HEAD bytes in all. The first line is `HTTP/1.x`, a blank and three digits; then lines up to an empty one. What is not so is InvalidData, and so is an end before the empty line."
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_are_read() {
        let url = Url::parse("http://[::1]:9000?x=1").unwrap();
        assert_eq!(
            (url.host.as_str(), url.port, url.target.as_str()),
            ("::1", 9000, "/?x=1")
        );
        let url = Url::parse("http://hooks/a/b").unwrap();
        assert_eq!(
            (url.host.as_str(), url.port, url.target.as_str()),
            ("hooks", 80, "/a/b")
        );
        for text in [
            "https://a/",
            "http://",
            "http://a b/",
            "http://a/\r\nX: y",
            "http://u@a/",
            "http://a:x/",
        ] {
            assert!(Url::parse(text).is_err(), "{text}");
        }
    }
}
