//! An iterator over numbers at equal distances, as `xrange` was in Python 2 and `range` is in Python 3.

use std::iter::FusedIterator;

use crate::Error;

/// The numbers from a start towards a stop, which is not reached, at steps of one size. Takes the same few bytes whether
/// it holds ten numbers or 2^64 - 1.
///
/// ```
/// use wordcount::range::Range;
///
/// let countdown = Range::new(10, 0, -3)?;
/// assert_eq!(countdown.len(), 4);
/// assert_eq!(countdown.collect::<Vec<i64>>(), [10, 7, 4, 1]);
/// # Ok::<(), wordcount::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Range {
    // Yours: what must a range remember so that it can be taken from both ends?
}

impl Range {
    /// Makes the range of `start`, `start + step`, and so on, as long as the numbers are before `stop`; when `step` is
    /// negative, as long as they are after it.
    ///
    /// # Errors
    /// [`Error::ZeroStep`] when `step` is 0.
    #[expect(unused_variables, reason = "goes with the todo!")]
    pub fn new(start: i64, stop: i64, step: i64) -> Result<Range, Error> {
        todo!("range: How many steps lie between start and stop? i64::abs_diff cannot overflow.")
    }
}

impl Iterator for Range {
    type Item = i64;

    fn next(&mut self) -> Option<i64> {
        todo!("range: Hand out the front and step on; take care at the ends of i64.")
    }

    /// Skips `n` numbers in one step, however many they are, and takes the next.
    #[expect(unused_variables, reason = "goes with the todo!")]
    fn nth(&mut self, n: usize) -> Option<i64> {
        todo!("range: No loop: where is the number n steps ahead?")
    }

    /// Tells how many numbers are left, exactly.
    fn size_hint(&self) -> (usize, Option<usize>) {
        todo!("range: The length is known, so both bounds are the same.")
    }
}

impl DoubleEndedIterator for Range {
    fn next_back(&mut self) -> Option<i64> {
        todo!("range: The last number is left - 1 steps ahead of the front.")
    }
}

// The length fits: 2^64 - 1 numbers at most, on the 64-bit machines that this course runs on.
impl ExactSizeIterator for Range {}

// A promise without a method: after the end, `next` and `next_back` find the end again.
impl FusedIterator for Range {}
