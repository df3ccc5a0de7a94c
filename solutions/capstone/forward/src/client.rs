//! Sends a request to a receiver.

use std::fmt;
use std::time::Duration;

use ureq::tls::{Certificate, PemItem, RootCerts, TlsConfig, parse_pem};
use ureq::{Agent, ResponseExt as _, http};

use crate::{CONTENT_ENCODING, CONTENT_TYPE, Error, VERSION};

/// The most bytes of an answer that are read: a sentence for the log.
const LONGEST_ANSWER: u64 = 1024;

/// How a receiver is reached.
#[derive(Clone)]
pub struct ClientSettings {
    /// Where it is: `http://` or `https://`.
    pub url: String,
    /// What it wants to be shown (RFC 6750), if it wants something.
    pub token: Option<String>,
    /// Whose certificates are believed, in PEM. Without them those that browsers believe.
    pub ca: Option<Vec<u8>>,
    /// How long it may take to answer.
    pub timeout: Duration,
}

/// Sends requests, over a connection that is kept between them.
pub struct Client {
    agent: Agent,
    url: String,
    token: Option<String>,
}

/// What became of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// The receiver has it (2xx).
    Taken,
    /// The receiver never will: the same again would be refused again (any other status).
    Refused {
        /// Its status.
        status: u16,
        /// What it says.
        why: String,
    },
    /// Another try may help: 5xx, 429, or no answer.
    Later {
        /// What it says, or what went wrong.
        why: String,
        /// How long it asks to be left alone (`Retry-After`, in seconds).
        wait: Option<Duration>,
    },
}

impl Client {
    /// Makes one. It connects when it sends.
    ///
    /// # Errors
    /// [`Error`].
    pub fn new(settings: ClientSettings) -> Result<Self, Error> {
        let ClientSettings {
            url,
            token,
            ca,
            timeout,
        } = settings;
        check(&url)?;
        let mut tls = TlsConfig::builder();
        if let Some(pem) = ca {
            let wrong = |why: String| Error::Certificates {
                url: url.clone(),
                why,
            };
            let all: Result<Vec<Certificate<'static>>, _> = parse_pem(&pem)
                .filter_map(|item| match item {
                    Ok(PemItem::Certificate(one)) => Some(Ok(one)),
                    Ok(_) => None,
                    Err(why) => Some(Err(wrong(why.to_string()))),
                })
                .collect();
            let all = all?;
            if all.is_empty() {
                return Err(wrong("there are none in the file".to_owned()));
            }
            tls = tls.root_certs(RootCerts::new_with_certs(&all));
        }
        let agent = Agent::config_builder()
            .http_status_as_error(false)
            // What was meant for one receiver, and a token most of all, goes to no other.
            .max_redirects(0)
            .max_redirects_will_error(false)
            .proxy(None)
            .timeout_global(Some(timeout))
            .tls_config(tls.build())
            .build()
            .into();
        Ok(Self { agent, url, token })
    }

    /// Sends a body, which [`block::compress`](crate::block::compress) has made.
    ///
    /// Source: the specification, "Retries & Backoff".
    pub fn send(&self, body: &[u8]) -> Answer {
        let mut request = self
            .agent
            .post(&self.url)
            .header("Content-Type", CONTENT_TYPE)
            .header("Content-Encoding", CONTENT_ENCODING)
            .header("X-Prometheus-Remote-Write-Version", VERSION)
            .header("User-Agent", concat!("muster/", env!("CARGO_PKG_VERSION")));
        if let Some(token) = &self.token {
            request = request.header("Authorization", &format!("Bearer {token}"));
        }
        match request.send(body) {
            Ok(answer) => read(answer),
            Err(why) => Answer::Later {
                why: why.to_string(),
                wait: None,
            },
        }
    }
}

fn read(mut answer: http::Response<ureq::Body>) -> Answer {
    let status = answer.status().as_u16();
    let wait = answer
        .headers()
        .get("retry-after")
        .and_then(|value| value.to_str().ok()?.trim().parse().ok())
        .map(Duration::from_secs);
    let uri = answer.get_uri().to_string();
    // It has to be read to its end for the connection to be used again; what is longer ends with the connection.
    let text = answer
        .body_mut()
        .with_config()
        .limit(LONGEST_ANSWER)
        .read_to_string();
    let said = text.unwrap_or_default();
    let said = said.lines().next().unwrap_or_default().trim();
    let why = format!("{uri}: status {status}: {}", said.escape_debug());
    match status {
        200..=299 => Answer::Taken,
        429 | 500..=599 => Answer::Later { why, wait },
        _ => Answer::Refused { status, why },
    }
}

/// Looks whether a URL can be one, so that a slip of the finger is told at the start.
fn check(url: &str) -> Result<(), Error> {
    let wrong = |why: &str| Error::Url {
        url: url.to_owned(),
        why: why.to_owned(),
    };
    let uri: http::Uri = url
        .parse()
        .map_err(|why: http::uri::InvalidUri| wrong(&why.to_string()))?;
    match uri.scheme_str() {
        Some("http" | "https") => {}
        _ => return Err(wrong("it begins with neither http:// nor https://")),
    }
    match uri.authority() {
        Some(authority) if authority.as_str().contains('@') => Err(wrong(
            "a name and a password do not belong into it: `token` names a file",
        )),
        Some(authority) if !authority.host().is_empty() => Ok(()),
        _ => Err(wrong("it names no host")),
    }
}

/// Says nothing of the token.
impl fmt::Debug for ClientSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientSettings")
            .field("url", &self.url)
            .finish_non_exhaustive()
    }
}

/// Says nothing of the token.
impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("url", &self.url)
            .finish_non_exhaustive()
    }
}
