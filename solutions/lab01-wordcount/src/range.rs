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
    // region:range
    //~ // Yours: what must a range remember so that it can be taken from both ends?
    /// The next number from the front, unless none is left.
    front: i64,
    step: i64,
    /// How many numbers are left. With this instead of the stop no end needs a comparison that could overflow.
    left: u64,
    // endregion:range
}

impl Range {
    /// Makes the range of `start`, `start + step`, and so on, as long as the numbers are before `stop`; when `step` is
    /// negative, as long as they are after it.
    ///
    /// # Errors
    /// [`Error::ZeroStep`] when `step` is 0.
    pub fn new(start: i64, stop: i64, step: i64) -> Result<Range, Error> {
        // region:range How many steps lie between start and stop? i64::abs_diff cannot overflow.
        if step == 0 {
            return Err(Error::ZeroStep);
        }
        let empty = if step > 0 { start >= stop } else { start <= stop };
        let left = if empty {
            0
        } else {
            start.abs_diff(stop).div_ceil(step.unsigned_abs())
        };
        Ok(Range {
            front: start,
            step,
            left,
        })
        // endregion:range
    }
    // region:range

    /// The number `steps` steps after the front. Computed modulo 2^64, which is exact whenever the number is in the
    /// range, even if the way to it is longer than `i64::MAX`.
    fn ahead(&self, steps: u64) -> i64 {
        self.front.wrapping_add(self.step.wrapping_mul(steps as i64))
    }

    fn skip(&mut self, steps: usize) {
        let steps = (steps as u64).min(self.left);
        self.front = self.ahead(steps);
        self.left -= steps;
    }
    // endregion:range
}

impl Iterator for Range {
    type Item = i64;

    fn next(&mut self) -> Option<i64> {
        // region:range Hand out the front and step on; take care at the ends of i64.
        self.nth(0)
        // endregion:range
    }

    /// Skips `n` numbers in one step, however many they are, and takes the next.
    fn nth(&mut self, n: usize) -> Option<i64> {
        // region:range No loop: where is the number n steps ahead?
        self.skip(n);
        let number = (self.left > 0).then_some(self.front);
        self.skip(1);
        number
        // endregion:range
    }

    /// Tells how many numbers are left, exactly.
    fn size_hint(&self) -> (usize, Option<usize>) {
        // region:range The length is known, so both bounds are the same.
        let left = usize::try_from(self.left);
        (left.unwrap_or(usize::MAX), left.ok())
        // endregion:range
    }
}

impl DoubleEndedIterator for Range {
    fn next_back(&mut self) -> Option<i64> {
        // region:range The last number is left - 1 steps ahead of the front.
        self.left = self.left.checked_sub(1)?;
        Some(self.ahead(self.left))
        // endregion:range
    }
}

// The length fits: 2^64 - 1 numbers at most, on the 64-bit machines that this course runs on.
impl ExactSizeIterator for Range {}

// A promise without a method: after the end, `next` and `next_back` find the end again.
impl FusedIterator for Range {}
