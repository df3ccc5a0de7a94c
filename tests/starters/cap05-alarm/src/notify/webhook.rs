use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::time::{Duration, Instant};

use super::timed::Timed;
use super::trust::Stream;
use super::{Failure, Trust};

/// The longest head of an answer that is read, in bytes.
const LONGEST_HEAD: u64 = 16 << 10;

/// Where something is posted to.
#[derive(Debug, Clone)]
pub struct Webhook {
    /// Where it is.
    pub url: Url,
    /// Whose certificates are believed, if it is spoken with in TLS.
    pub trust: Option<Trust>,
}

/// A URL of `http` or `https`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Url {
    /// Whether it begins with `https`.
    pub is_secure: bool,
    /// The host, without brackets if it is an address of IPv6.
    pub host: String,
    /// The port: 80 if not given, or 443 with `https`.
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
        let (is_secure, rest) = match (text.strip_prefix("http://"), text.strip_prefix("https://")) {
            (Some(rest), _) => (false, rest),
            (None, Some(rest)) => (true, rest),
            (None, None) => return Err(wrong()),
        };
        if !rest.bytes().all(|byte| byte.is_ascii_graphic()) || rest.contains(['#', '@']) {
            return Err(wrong());
        }
        let (authority, path) = rest.split_at(rest.find(['/', '?']).unwrap_or(rest.len()));
        let (host, port) = match authority.rsplit_once(':') {
            Some((host, port)) if !port.ends_with(']') => (host, port.parse().map_err(|_| wrong())?),
            _ => (authority, if is_secure { 443 } else { 80 }),
        };
        let host = host.trim_start_matches('[').trim_end_matches(']');
        if host.is_empty() {
            return Err(wrong());
        }
        Ok(Url {
            is_secure,
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

impl Webhook {
    /// Reads a URL. With `https` the certificates of a file are believed or, without one, those of the system.
    ///
    /// # Errors
    /// Says what is wrong with the URL or with the file.
    pub fn parse(url: &str, ca: Option<&Path>) -> Result<Webhook, String> {
        let url = Url::parse(url)?;
        let trust = match (url.is_secure, ca) {
            (true, ca) => Some(Trust::read(ca)?),
            (false, None) => None,
            (false, Some(_)) => return Err("ca is for https".to_owned()),
        };
        Ok(Webhook { url, trust })
    }

    /// Posts JSON with a key, once, within a time.
    ///
    /// # Errors
    /// Says what was answered, if that is not 2xx, or what the system says.
    pub fn send(&self, key: &str, body: &[u8], timeout: Duration) -> Result<(), String> {
        post(self, key, body, Instant::now() + timeout).map_err(|why| why.to_string())
    }

    fn connect(&self, deadline: Instant) -> std::io::Result<Stream> {
        let stream = Timed::connect(&self.url.host, self.url.port, deadline)?;
        match &self.trust {
            Some(trust) => trust.secure(stream, &self.url.host),
            None => Ok(Stream::Plain(stream)),
        }
    }
}

impl std::fmt::Display for Url {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let scheme = if self.is_secure { "https" } else { "http" };
        write!(f, "{scheme}://{}{}", self.authority, self.target)
    }
}

/// Posts JSON with a key. What answers 2xx has it.
///
/// # Errors
/// Another try may help after an answer 408, 429 or 5xx, and where there was no answer; no other try will, after any other.
///
/// Source: RFC 9112; the header is that of draft-ietf-httpapi-idempotency-key-header.
#[expect(unused_variables, unused_mut, reason = "goes with the todo!")]
pub(super) fn post(to: &Webhook, key: &str, body: &[u8], deadline: Instant) -> Result<(), Failure> {
    let url = &to.url;
    let wrong = |why: std::io::Error| Failure::io(&url.to_string(), &why);
    let mut stream = to.connect(deadline).map_err(wrong)?;
    todo!(
        "notify: Write the head and the body, then read the answer's `status`. The head: `POST TARGET HTTP/1.1`, Host (the authority), Content-Type: application/json, Content-Length, Idempotency-Key (the key), User-Agent: muster, Connection: close."
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
        let url = Url::parse("https://a").unwrap();
        assert_eq!(
            (url.is_secure, url.port, url.to_string().as_str()),
            (true, 443, "https://a/")
        );
        for text in [
            "ftp://a/",
            "https:///",
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
