//! Sets of bytes of a file, as ranges.

use std::fmt;

/// The bytes from `start` up to, not including, `end`. Written as in a journal: first and last byte.
///
/// ```
/// use downloader::spans::Span;
///
/// let span = Span::new(0, 1024);
/// assert_eq!(span.len(), 1024);
/// assert_eq!(span.to_string(), "0-1023");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Span {
    /// The first byte.
    pub start: u64,
    /// One more than the last byte.
    pub end: u64,
}

impl Span {
    /// Makes the span from `start` up to, not including, `end`.
    pub fn new(start: u64, end: u64) -> Self {
        Self { start, end }
    }

    /// Returns how many bytes it has.
    pub fn len(self) -> u64 {
        self.end.saturating_sub(self.start)
    }

    /// Whether it has none.
    pub fn is_empty(self) -> bool {
        self.len() == 0
    }
}

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.start, self.end.saturating_sub(1))
    }
}

/// A set of bytes. It is kept as the least number of spans, in order.
///
/// ```
/// use downloader::spans::{Span, Spans};
///
/// let mut spans = Spans::default();
/// for span in [Span::new(10, 20), Span::new(0, 5), Span::new(5, 12)] {
///     spans.add(span);
/// }
/// assert_eq!(spans.iter().collect::<Vec<_>>(), [Span::new(0, 20)]);
/// assert_eq!(spans.missing(25), [Span::new(20, 25)]);
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Spans {
    /// None is empty, and between two of them at least one byte is missing.
    list: Vec<Span>,
}

impl Spans {
    /// Adds the bytes of `span`, of which some may be there already.
    #[expect(unused_variables, reason = "goes with the todo!")]
    pub fn add(&mut self, span: Span) {
        todo!("ranges: Find all spans that overlap or touch the new one, and put one in their place.")
    }

    /// Returns how many bytes are in the set.
    pub fn bytes(&self) -> u64 {
        todo!("ranges: Add up the lengths.")
    }

    /// Returns the spans, in order.
    pub fn iter(&self) -> impl Iterator<Item = Span> {
        std::iter::empty()
    }

    /// Returns what is missing of the first `length` bytes, in order.
    #[expect(unused_variables, reason = "goes with the todo!")]
    pub fn missing(&self, length: u64) -> Vec<Span> {
        todo!("ranges: Go through the gaps: before each span, and after the last.")
    }
}
