//! Whether a file on a server is still the one of which some bytes are here.

use std::fmt;

use crate::http::Head;

// region:given/validator
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
// endregion:given/validator

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
        // region:resume/if-range
        let strong = self.etag.as_deref().filter(|etag| !etag.starts_with("W/"));
        strong.or(self.modified.as_deref())
        //~ // Stage resume: send a strong ETag, or else Last-Modified. A weak ETag starts with `W/`.
        //~ None
        // endregion:resume/if-range
    }

    /// Returns what an answer says differently: the ETag, weak or strong, `Last-Modified`, or the length of the whole file.
    pub fn changed(&self, head: &Head, length: Option<u64>) -> Option<Change> {
        // region:resume/changed
        let lengths = (
            self.length.map(|length| length.to_string()),
            length.map(|length| length.to_string()),
        );
        [
            ("ETag", self.etag.clone(), head.etag.clone()),
            ("Last-Modified", self.modified.clone(), head.modified.clone()),
            ("length", lengths.0, lengths.1),
        ]
        .into_iter()
        .find_map(|(what, old, new)| match (old, new) {
            // What is said only once can not be compared.
            (Some(old), Some(new)) if old != new => Some(Change { what, old, new }),
            _ => None,
        })
        //~ // Stage resume: compare what both know: ETag, Last-Modified, length, in this order.
        //~ let _ = (head, length);
        //~ None
        // endregion:resume/changed
    }
}

// region:resume
#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_both_say_must_be_the_same() {
        let text = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
        for (old, new, what) in [
            (("\"1\"", "Mon", Some(1)), ("\"1\"", "Mon", Some(1)), None),
            (("\"1\"", "Mon", Some(1)), ("\"2\"", "Tue", Some(2)), Some("ETag")),
            (("W/\"1\"", "", None), ("W/\"2\"", "", None), Some("ETag")),
            (
                ("\"1\"", "Mon", Some(1)),
                ("\"1\"", "Tue", Some(1)),
                Some("Last-Modified"),
            ),
            (("\"1\"", "", Some(1)), ("\"1\"", "", Some(2)), Some("length")),
            (("\"1\"", "Mon", Some(1)), ("", "", None), None),
            (("", "", None), ("\"1\"", "Mon", Some(1)), None),
        ] {
            let known = Validator {
                etag: text(old.0),
                modified: text(old.1),
                length: old.2,
            };
            let head = Head {
                etag: text(new.0),
                modified: text(new.1),
                ..Head::default()
            };
            let changed = known.changed(&head, new.2);
            assert_eq!(changed.map(|change| change.what), what, "{old:?} {new:?}");
        }
    }

    #[test]
    fn a_weak_etag_is_never_sent() {
        for (etag, modified, sent) in [
            (Some("\"1\""), Some("Mon"), Some("\"1\"")),
            (Some("W/\"1\""), Some("Mon"), Some("Mon")),
            (Some("W/\"1\""), None, None),
            (None, Some("Mon"), Some("Mon")),
            (None, None, None),
        ] {
            let known = Validator {
                etag: etag.map(str::to_owned),
                modified: modified.map(str::to_owned),
                length: Some(1),
            };
            assert_eq!(known.if_range(), sent);
        }
    }
}
// endregion:resume
