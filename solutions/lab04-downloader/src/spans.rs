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
    pub fn add(&mut self, span: Span) {
        // region:ranges/add Find all spans that overlap or touch the new one, and put one in their place.
        if span.is_empty() {
            return;
        }
        let first = self.list.partition_point(|other| other.end < span.start);
        let after = self.list.partition_point(|other| other.start <= span.end);
        let merged = self.list[first..after].iter().fold(span, |merged, other| Span {
            start: merged.start.min(other.start),
            end: merged.end.max(other.end),
        });
        self.list.splice(first..after, [merged]);
        // endregion:ranges/add
    }

    /// Returns how many bytes are in the set.
    pub fn bytes(&self) -> u64 {
        // region:ranges Add up the lengths.
        self.list.iter().map(|span| span.len()).sum()
        // endregion:ranges
    }

    /// Returns the spans, in order.
    pub fn iter(&self) -> impl Iterator<Item = Span> {
        // region:ranges
        self.list.iter().copied()
        //~ std::iter::empty()
        // endregion:ranges
    }

    /// Returns what is missing of the first `length` bytes, in order.
    pub fn missing(&self, length: u64) -> Vec<Span> {
        // region:ranges/missing Go through the gaps: before each span, and after the last.
        let mut missing = Vec::new();
        let mut start = 0;
        for span in self.iter().chain([Span::new(length, length)]) {
            missing.push(Span::new(start, span.start.min(length)));
            start = span.end;
        }
        missing.retain(|gap| !gap.is_empty());
        missing
        // endregion:ranges/missing
    }
}

// region:ranges
#[cfg(test)]
mod tests {
    use super::*;

    fn set(spans: &[(u64, u64)]) -> Spans {
        let mut set = Spans::default();
        for &(start, end) in spans {
            set.add(Span::new(start, end));
        }
        set
    }

    #[test]
    fn spans_that_overlap_or_touch_become_one() {
        for (added, expected) in [
            (&[(0, 5), (5, 9)][..], &[(0, 9)][..]),
            (&[(5, 9), (0, 5)], &[(0, 9)]),
            (&[(0, 5), (6, 9)], &[(0, 5), (6, 9)]),
            (&[(6, 9), (0, 5), (2, 7)], &[(0, 9)]),
            (&[(0, 1), (2, 3), (4, 5), (1, 4)], &[(0, 5)]),
            (&[(2, 8), (3, 4)], &[(2, 8)]),
            (&[(3, 4), (2, 8)], &[(2, 8)]),
            (&[(3, 3), (8, 2)], &[]),
            (
                &[(0, 9), (20, 30), (40, 50), (9, 10), (19, 20)],
                &[(0, 10), (19, 30), (40, 50)],
            ),
        ] {
            let expected: Vec<Span> = expected
                .iter()
                .map(|&(start, end)| Span::new(start, end))
                .collect();
            assert_eq!(set(added).iter().collect::<Vec<_>>(), expected, "{added:?}");
        }
    }

    #[test]
    fn what_is_missing_lies_between_before_and_after() {
        for (have, length, missing) in [
            (&[][..], 10, &[(0, 10)][..]),
            (&[(0, 10)], 10, &[]),
            (&[(2, 4), (6, 8)], 10, &[(0, 2), (4, 6), (8, 10)]),
            (&[(0, 4), (8, 10)], 10, &[(4, 8)]),
            (&[(0, 40)], 10, &[]),
            (&[], 0, &[]),
        ] {
            let missing: Vec<Span> = missing
                .iter()
                .map(|&(start, end)| Span::new(start, end))
                .collect();
            assert_eq!(set(have).missing(length), missing, "{have:?}");
        }
    }
}
// endregion:ranges
