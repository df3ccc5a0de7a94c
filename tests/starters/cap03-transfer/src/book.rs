//! What has become of each number of a spool.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::ranges::Ranges;

/// Why records were given up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Reason {
    /// The spool had as much as it may, and they were the oldest.
    Bound,
    /// The disk was full, and they were the oldest.
    Disk,
    /// What is on the disk is not what was written.
    Damaged,
    /// Numbers that a torn end may have held: nobody was told that these are kept. They are not given again.
    Torn,
    /// The receiver will never take them.
    Refused,
    /// The book itself was lost, and they are not in the spool any more: they may have been acknowledged.
    Forgotten,
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Bound => "bound",
            Self::Disk => "disk",
            Self::Damaged => "damaged",
            Self::Torn => "torn",
            Self::Refused => "refused",
            Self::Forgotten => "forgotten",
        })
    }
}

/// More ranges than this are folded into counts.
const MOST_PIECES: usize = 1000;

/// The most gaps between what is settled, after which a sender must wait for the oldest. It is what keeps the book within a slot.
pub const MOST_GAPS: usize = 4000;

/// What has become of each number: acknowledged, or dropped for a reason. The others wait.
///
/// ```
/// use transfer::book::{Book, Reason};
///
/// let mut book = Book::default();
/// book.acknowledge(1, 7);
/// book.drop(8, 9, Reason::Bound);
/// assert_eq!(book.settled().to_string(), "1-9");
/// assert_eq!(book.dropped(), 2);
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Book {
    /// All numbers of which something has become.
    settled: Ranges,
    /// Those that were given up, by reason. What is settled and not here is acknowledged.
    dropped: BTreeMap<Reason, Ranges>,
    /// How many were given up that are not listed any more.
    folded: BTreeMap<Reason, u64>,
    /// The highest of these.
    #[serde(default)]
    folded_to: u64,
    /// What may have reached which store, when there are several, and is not acknowledged: it must not go to another one.
    #[serde(default)]
    bound: BTreeMap<String, Ranges>,
    /// How many were bound to a store that is gone for good, and are not any more.
    #[serde(default)]
    released: u64,
}

impl Book {
    /// Notes that these are stored. What was given up before stays given up.
    pub fn acknowledge(&mut self, first: u64, last: u64) {
        self.settle(first, last);
    }

    /// Notes that these of which nothing has become yet are given up. Returns how many.
    pub fn drop(&mut self, first: u64, last: u64, reason: Reason) -> u64 {
        let mut open = Ranges::default();
        open.insert(first, last);
        open.subtract(&self.settled);
        self.dropped.entry(reason).or_default().add(&open);
        self.settle(first, last);
        self.fold();
        open.count()
    }

    /// Notes that a store may have these from now on.
    #[expect(unused_variables, reason = "goes with the todo!")]
    pub fn bind(&mut self, store: &str, numbers: &Ranges) {
        todo!("route: Add them to those of the store, but not what is settled.")
    }

    /// Returns which store may have a number.
    #[expect(unused_variables, reason = "goes with the todo!")]
    pub fn bound_to(&self, number: u64) -> Option<&str> {
        todo!("route: The store whose numbers have it.")
    }

    /// Notes that a store is gone for good, and with it whatever it had: what is bound to it may go to another one. Returns how many numbers these are.
    ///
    /// Should that store come back all the same, it may have them as well; so they stay counted.
    #[expect(unused_variables, reason = "goes with the todo!")]
    pub fn release(&mut self, store: &str) -> u64 {
        todo!("route: Take the store's numbers out of `bound`, and add their count to `released`.")
    }

    /// Returns how many numbers were ever released.
    pub fn released(&self) -> u64 {
        self.released
    }

    /// Returns all numbers that a store may have, by its name.
    pub fn bound(&self) -> &BTreeMap<String, Ranges> {
        &self.bound
    }

    /// Returns all numbers of which something has become.
    pub fn settled(&self) -> &Ranges {
        &self.settled
    }

    /// Returns which were given up for a reason, as far as they are still listed.
    pub fn listed(&self) -> impl Iterator<Item = (Reason, &Ranges)> {
        self.dropped.iter().map(|(&reason, ranges)| (reason, ranges))
    }

    /// Returns which are acknowledged, as far as that can still be told from what was given up.
    pub fn acknowledged_numbers(&self) -> Ranges {
        let mut numbers = self.settled.clone();
        numbers.remove(0, self.folded_to);
        for ranges in self.dropped.values() {
            numbers.subtract(ranges);
        }
        numbers
    }

    /// Returns how many were given up, by reason.
    pub fn counts(&self) -> BTreeMap<Reason, u64> {
        let mut counts = self.folded.clone();
        for (&reason, ranges) in &self.dropped {
            *counts.entry(reason).or_default() += ranges.count();
        }
        counts.retain(|_, count| *count > 0);
        counts
    }

    /// Returns how many were given up.
    pub fn dropped(&self) -> u64 {
        self.counts().values().sum()
    }

    /// Returns how many are acknowledged.
    pub fn acknowledged(&self) -> u64 {
        self.settled.count() - self.dropped()
    }

    /// Returns the highest number up to which something has become of all.
    pub fn floor(&self) -> u64 {
        self.settled.around(1).map_or(0, |range| range.1)
    }

    fn settle(&mut self, first: u64, last: u64) {
        self.settled.insert(first, last);
        for numbers in self.bound.values_mut() {
            numbers.remove(first, last);
        }
        self.bound.retain(|_, numbers| !numbers.is_empty());
    }

    /// Counts the oldest of what is listed, if it is too much to list.
    fn fold(&mut self) {
        for (reason, ranges) in &mut self.dropped {
            while ranges.pieces() > MOST_PIECES {
                let Some((first, last)) = ranges.iter().next() else {
                    break;
                };
                ranges.remove(first, last);
                self.folded_to = self.folded_to.max(last);
                *self.folded.entry(*reason).or_default() += last - first + 1;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_given_up_and_then_acknowledged_is_counted_once() {
        let mut book = Book::default();
        assert_eq!(book.drop(1, 3, Reason::Bound), 3);
        book.acknowledge(2, 5);
        assert_eq!(book.drop(4, 6, Reason::Damaged), 1);
        assert_eq!((book.acknowledged(), book.dropped(), book.floor()), (2, 4, 6));
    }

    #[test]
    fn it_fits_its_slot_whatever_happens() {
        let mut book = Book::default();
        let base = u64::MAX / 4;
        for number in 0..5000 {
            book.drop(base + 4 * number, base + 4 * number, Reason::Bound);
            book.drop(base + 4 * number + 1, base + 4 * number + 1, Reason::Damaged);
        }
        assert_eq!(book.dropped(), 10_000);
        let mut book = Book {
            settled: Ranges::default(),
            ..book
        };
        for number in 0..MOST_GAPS as u64 {
            book.settled.insert(base + 3 * number, base + 3 * number + 1);
        }
        let bytes = serde_json::to_vec(&book).unwrap();
        assert!(bytes.len() + 16 < crate::files::SLOT, "{}", bytes.len());
        assert_eq!(serde_json::from_slice::<Book>(&bytes).unwrap(), book);
    }

    #[test]
    fn what_is_settled_is_bound_to_nobody() {
        let mut book = Book::default();
        book.bind("a:1", &(1..=5).collect());
        book.bind("b:1", &(6..=9).collect());
        book.acknowledge(1, 4);
        assert_eq!(
            (book.bound_to(4), book.bound_to(5), book.bound_to(9)),
            (None, Some("a:1"), Some("b:1"))
        );
        // One that is gone for good has no claim to what it may have had.
        assert_eq!((book.release("b:1"), book.release("b:1")), (4, 0));
        assert_eq!(
            (book.bound_to(9), book.bound_to(5), book.released()),
            (None, Some("a:1"), 4)
        );
        book.drop(5, 20, Reason::Bound);
        assert!(book.bound().is_empty());
    }
}
