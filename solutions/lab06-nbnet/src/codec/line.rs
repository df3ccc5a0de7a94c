//! Lines.

use super::{Decode, Wrong};

/// Finds lines: they end with a line feed, before which a carriage return may stand.
#[derive(Debug, Clone, Copy)]
pub struct Line;

impl Line {
    /// Looks for a line at the front of `bytes`. A line is all header: a [`Decode::Whole`] has its length with its end, and a body of 0.
    ///
    /// # Errors
    /// [`Wrong::Line`] when more than `longest` bytes stand before the line feed.
    pub fn decode(bytes: &[u8], longest: usize) -> Result<Decode, Wrong> {
        // region:machine A line feed within the first `longest + 1` bytes ends a line. Without one there, so many bytes are too many, and fewer are not enough yet.
        let most = longest.saturating_add(1);
        let looked_at = &bytes[..bytes.len().min(most)];
        match looked_at.iter().position(|&byte| byte == b'\n') {
            Some(end) => Ok(Decode::Whole {
                header: end + 1,
                body: 0,
            }),
            None if looked_at.len() == most => Err(Wrong::Line { limit: longest }),
            None => Ok(Decode::Header { missing: 1 }),
        }
        // endregion:machine
    }

    /// Returns a line without its end.
    pub fn text(line: &[u8]) -> &[u8] {
        let line = line.strip_suffix(b"\n").unwrap_or(line);
        line.strip_suffix(b"\r").unwrap_or(line)
    }
}

// region:machine
#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_may_be_as_long_as_its_limit() {
        let whole = Decode::Whole { header: 4, body: 0 };
        assert_eq!(Line::decode(b"abc\nx", 3), Ok(whole));
        assert_eq!(Line::decode(b"abc", 3), Ok(Decode::Header { missing: 1 }));
        assert_eq!(Line::decode(b"abcd", 3), Err(Wrong::Line { limit: 3 }));
        assert_eq!(Line::decode(b"abcd\n", 3), Err(Wrong::Line { limit: 3 }));
        assert_eq!(Line::text(b"a\r\n"), b"a");
    }
}
// endregion:machine
