//! Whether a file on a server is still the one of which some bytes are here.

use std::fmt;

use crate::http::Head;

/// What servers said about a file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Validator {
    /// `ETag`, as it came.
    pub etag: Option<String>,
    /// `Last-Modified`, as it came.
    pub modified: Option<String>,
    /// The length of the whole file.
    pub length: Option<u64>,
}

/// Something that is not as it was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// `ETag`, `Last-Modified` or `length`.
    pub what: &'static str,
    /// What it was.
    pub old: String,
    /// What it is.
    pub new: String,
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "has changed ({} was {}, is {})", self.what, self.old, self.new)
    }
}

impl Validator {
    /// Takes from an answer what it says about a file of this length.
    pub fn new(head: &Head, length: Option<u64>) -> Self {
        Self {
            etag: head.etag.clone(),
            modified: head.modified.clone(),
            length,
        }
    }

    /// Returns what to send as `If-Range`: a strong ETag, or else `Last-Modified`.
    ///
    /// ```
    /// use downloader::validator::Validator;
    ///
    /// let mut known = Validator { etag: Some("\"v1\"".into()), ..Validator::default() };
    /// assert_eq!(known.if_range(), Some("\"v1\""));
    /// known.etag = Some("W/\"v1\"".into());
    /// assert_eq!(known.if_range(), None);
    /// ```
    ///
    /// Source: RFC 9110, section 13.1.5.
    pub fn if_range(&self) -> Option<&str> {
        // Stage resume: send a strong ETag, or else Last-Modified. A weak ETag starts with `W/`.
        None
    }

    /// Returns what an answer says differently: the ETag, weak or strong, `Last-Modified`, or the length of the whole file.
    pub fn changed(&self, head: &Head, length: Option<u64>) -> Option<Change> {
        // Stage resume: compare what both know: ETag, Last-Modified, length, in this order.
        let _ = (head, length);
        None
    }
}
