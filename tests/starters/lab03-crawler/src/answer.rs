//! The head of an answer, and an answer as a whole.

use std::borrow::Cow;

use encoding_rs::Encoding;
use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderName, LOCATION, RETRY_AFTER};
use url::Url;

use crate::charset;
use crate::error::{Fault, Status};
use crate::media::Media;

/// The head of an answer.
#[derive(Debug, Clone)]
pub struct Head {
    /// The status code.
    pub status: Status,
    /// The type, when the server tells it.
    pub media: Option<Media>,
    /// `Location`, as it stands there.
    pub location: Option<String>,
    /// `Retry-After`, when it is a number of seconds.
    pub retry_after: Option<u64>,
}

/// A whole answer.
#[derive(Debug)]
pub struct Answer {
    /// What was asked.
    pub url: Url,
    /// Its head.
    pub head: Head,
    /// The decoded body, or what was wanted of it.
    pub body: Vec<u8>,
    /// How many bytes the decoded body has.
    pub bytes: u64,
}

impl Answer {
    /// Whether it is HTML.
    pub fn is_html(&self) -> bool {
        self.head.media.as_ref().is_some_and(Media::is_html)
    }

    /// Whether it is a stylesheet.
    pub fn is_css(&self) -> bool {
        self.head.media.as_ref().is_some_and(Media::is_css)
    }

    /// Returns the encoding and the body as UTF-8, if it is text.
    pub fn text(&self) -> Option<(&'static Encoding, Cow<'_, str>)> {
        let media = self.head.media.as_ref().filter(|media| media.is_text())?;
        let encoding = charset::detect(&self.body, media);
        Some((encoding, charset::decode(&self.body, encoding)))
    }
}

impl Head {
    /// Takes from the headers what a crawler needs.
    pub fn new(status: u16, headers: &HeaderMap) -> Self {
        let text = |name: HeaderName| {
            let value = headers.get(name)?;
            Some(String::from_utf8_lossy(value.as_bytes()).into_owned())
        };
        Self {
            status: Status(status),
            media: text(CONTENT_TYPE).map(|value| Media::parse(&value)),
            location: text(LOCATION),
            retry_after: text(RETRY_AFTER).and_then(|value| value.trim().parse().ok()),
        }
    }

    /// Returns where a redirect leads, if this is one that can be followed: 301, 302, 303, 307 or 308 with a `Location`.
    ///
    /// # Errors
    /// [`Fault::RedirectTo`] when that is no http or https.
    #[expect(unused_variables, reason = "goes with the todo!")]
    pub fn redirect(&self, from: &Url) -> std::result::Result<Option<Url>, Fault> {
        todo!(
            "fetch: Resolve `Location` against the URL that answered; without one, or with nonsense, the answer is the last."
        )
    }
}
