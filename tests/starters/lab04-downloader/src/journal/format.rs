//! The lines of a journal.

use std::fmt;

use crate::spans::{Span, Spans};

/// The first line of every journal. Another version would have another number.
const MAGIC: &str = "downloader journal 1";

/// What a journal says about the file as a whole.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Header {
    /// The URL that was given.
    pub url: String,
    /// The length of the file.
    pub length: u64,
    /// `ETag`, if the server said one.
    pub etag: Option<String>,
    /// `Last-Modified`, if the server said it.
    pub modified: Option<String>,
}

impl fmt::Display for Header {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{MAGIC}")?;
        writeln!(f, "url {}", self.url)?;
        writeln!(f, "length {}", self.length)?;
        if let Some(etag) = &self.etag {
            writeln!(f, "etag {etag}")?;
        }
        if let Some(modified) = &self.modified {
            writeln!(f, "modified {modified}")?;
        }
        Ok(())
    }
}

/// Writes a record: these bytes are in the `.part`.
#[expect(dead_code, reason = "`Journal::record` and `Journal::compact` will use it")]
pub(super) fn record(span: Span) -> String {
    format!("have {span}\n")
}

/// Reads a journal. A last line without its end is as good as not there: whoever wrote it was killed.
///
/// # Errors
/// Why it cannot be used.
#[expect(unused_variables, reason = "goes with the todo!")]
pub(super) fn parse(bytes: &[u8]) -> Result<(Header, Spans), String> {
    todo!(
        "resume: Take the lines one by one; each has a word, a space and a value. What `record` writes, this must read."
    )
}
