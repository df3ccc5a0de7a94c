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
    #[expect(unused_variables, reason = "goes with the todo!")]
    pub fn decode(bytes: &[u8], longest: usize) -> Result<Decode, Wrong> {
        todo!(
            "machine: A line feed within the first `longest + 1` bytes ends a line. Without one there, so many bytes are too many, and fewer are not enough yet."
        )
    }

    /// Returns a line without its end.
    pub fn text(line: &[u8]) -> &[u8] {
        let line = line.strip_suffix(b"\n").unwrap_or(line);
        line.strip_suffix(b"\r").unwrap_or(line)
    }
}
