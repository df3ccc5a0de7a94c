//! The head of an answer: what of it matters here.

use ureq::http::header::{
    ACCEPT_RANGES, CONTENT_DISPOSITION, CONTENT_LENGTH, CONTENT_RANGE, ETAG, HeaderMap, HeaderName,
    LAST_MODIFIED, LOCATION, RETRY_AFTER, TRANSFER_ENCODING,
};

use crate::error::{Fault, Status};

// region:given/head
/// The head of an answer.
#[derive(Debug, Clone, Default)]
pub struct Head {
    /// The status code.
    pub status: u16,
    /// How many bytes the body has. `None` if it is chunked, or goes on until the connection is closed.
    pub length: Option<u64>,
    /// `Content-Range`, as it stands there.
    pub content_range: Option<String>,
    /// Whether `Accept-Ranges` is `bytes`.
    pub accepts_ranges: bool,
    /// `ETag`, as it stands there.
    pub etag: Option<String>,
    /// `Last-Modified`, as it stands there.
    pub modified: Option<String>,
    /// `Content-Disposition`: bytes, since nobody has checked them.
    pub disposition: Option<Vec<u8>>,
    /// `Location`, as it stands there.
    pub location: Option<String>,
    /// `Retry-After`, as it stands there.
    pub retry_after: Option<String>,
}
// endregion:given/head

impl Head {
    pub(super) fn new(status: u16, headers: &HeaderMap) -> Self {
        let bytes = |name: &HeaderName| headers.get(name).map(|value| value.as_bytes().to_vec());
        // What is not ASCII is as good as not there: it could be neither compared nor sent back.
        let text = |name: HeaderName| Some(headers.get(name)?.to_str().ok()?.trim().to_owned());
        let is_chunked = headers.contains_key(TRANSFER_ENCODING);
        Self {
            status,
            length: text(CONTENT_LENGTH)
                .filter(|_| !is_chunked)
                .and_then(|value| value.parse().ok()),
            content_range: text(CONTENT_RANGE),
            accepts_ranges: text(ACCEPT_RANGES).is_some_and(|value| value.eq_ignore_ascii_case("bytes")),
            etag: text(ETAG),
            modified: text(LAST_MODIFIED),
            disposition: bytes(&CONTENT_DISPOSITION),
            location: bytes(&LOCATION).map(|value| String::from_utf8_lossy(&value).into_owned()),
            retry_after: text(RETRY_AFTER),
        }
    }

    /// Returns the status as a fault.
    pub fn fault(&self) -> Fault {
        Fault::Status {
            status: Status(self.status),
            retry_after: self.retry_after.clone(),
        }
    }
}
