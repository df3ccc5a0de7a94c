//! The lines of a journal.

use std::fmt;

use crate::spans::{Span, Spans};

/// The first line of every journal. Another version would have another number.
const MAGIC: &str = "downloader journal 1";

// region:given/header
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
// endregion:given/header

/// Writes a record: these bytes are in the `.part`.
//~resume #[expect(dead_code, reason = "`Journal::record` and `Journal::compact` will use it")]
pub(super) fn record(span: Span) -> String {
    format!("have {span}\n")
}

/// Reads a journal. A last line without its end is as good as not there: whoever wrote it was killed.
///
/// # Errors
/// Why it cannot be used.
pub(super) fn parse(bytes: &[u8]) -> Result<(Header, Spans), String> {
    // region:resume/parse Take the lines one by one; each has a word, a space and a value. What `record` writes, this must read.
    let whole = bytes
        .iter()
        .rposition(|&byte| byte == b'\n')
        .map_or(0, |end| end + 1);
    let text = std::str::from_utf8(&bytes[..whole]).map_err(|_| "it is no text".to_owned())?;
    let mut lines = text.lines();
    if lines.next() != Some(MAGIC) {
        return Err(format!("it does not begin with `{MAGIC}`"));
    }
    let mut header = Header::default();
    let mut length = None;
    let mut have = Spans::default();
    for line in lines {
        let strange = || format!("`{line}` makes no sense");
        let (word, value) = line.split_once(' ').ok_or_else(strange)?;
        match word {
            "url" => header.url = value.to_owned(),
            "length" => length = Some(number(value).ok_or_else(strange)?),
            "etag" => header.etag = Some(value.to_owned()),
            "modified" => header.modified = Some(value.to_owned()),
            "have" => {
                let span = span(value).ok_or_else(strange)?;
                if length.is_none_or(|length| span.end > length) {
                    return Err(format!("`{line}` is outside of the file"));
                }
                have.add(span);
            }
            _ => return Err(strange()),
        }
    }
    header.length = length.ok_or("it names no length")?;
    Ok((header, have))
    // endregion:resume/parse
}

// region:resume

fn span(value: &str) -> Option<Span> {
    let (first, last) = value.split_once('-')?;
    let (first, last) = (number(first)?, number(last)?);
    (first <= last && last < u64::MAX).then(|| Span::new(first, last + 1))
}

/// Reads digits alone: `parse` would take a sign, too.
fn number(digits: &str) -> Option<u64> {
    let is_number = digits.bytes().all(|digit| digit.is_ascii_digit());
    digits.parse().ok().filter(|_| is_number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_again() {
        let header = Header {
            url: "http://127.0.0.1/a b".to_owned(),
            length: 1000,
            etag: Some("W/\"x y\"".to_owned()),
            modified: Some("Tue, 24 Nov 2026 10:00:00 GMT".to_owned()),
        };
        let text = format!(
            "{header}{}{}",
            record(Span::new(500, 1000)),
            record(Span::new(0, 10))
        );
        let (read, have) = parse(text.as_bytes()).unwrap();
        assert_eq!(read, header);
        assert_eq!(have.missing(1000), [Span::new(10, 500)]);
    }

    #[test]
    fn a_last_line_without_its_end_is_ignored() {
        let start = "downloader journal 1\nurl x\nlength 100\nhave 0-9\n";
        for rest in ["", "h", "have 10-", "have 10-19", "nonsense", "\u{e9}"] {
            let (_, have) = parse(format!("{start}{rest}").as_bytes()).unwrap();
            assert_eq!(have.bytes(), 10, "{rest:?}");
        }
    }

    #[test]
    fn whatever_else_is_wrong_makes_a_journal_useless() {
        for text in [
            "",
            "downloader journal 1",
            "downloader journal 2\nlength 100\n",
            "downloader journal 1\n",
            "downloader journal 1\nlength x\n",
            "downloader journal 1\nlength +1\n",
            "downloader journal 1\nlength 100\nhave 0-100\n",
            "downloader journal 1\nhave 0-9\nlength 100\n",
            "downloader journal 1\nlength 100\nhave 9-0\n",
            "downloader journal 1\nlength 100\nhave 0-\n",
            "downloader journal 1\nlength 100\nhave\n",
            "downloader journal 1\nlength 100\n\n",
            "downloader journal 1\nlength 100\nsize 3\n",
        ] {
            assert!(parse(text.as_bytes()).is_err(), "{text:?}");
        }
        assert!(parse(b"downloader journal 1\nlength 100\netag \xff\n").is_err());
    }
}
// endregion:resume
