//! Sets of sequence numbers.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A set of numbers, kept as ranges: what comes in order costs 16 bytes, however much it is.
///
/// ```
/// use transfer::Ranges;
///
/// let mut ranges = Ranges::default();
/// ranges.insert(1, 5);
/// ranges.insert(7, 7);
/// assert_eq!(ranges.to_string(), "1-5,7");
/// ranges.insert(6, 6);
/// assert_eq!(ranges.to_string(), "1-7");
/// assert_eq!(ranges.count(), 7);
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Ranges {
    /// First and last of each, in order, with at least one number between two of them.
    ranges: Vec<(u64, u64)>,
}

impl Ranges {
    /// Adds all from `first` to `last`; nothing if `last` is less.
    pub fn insert(&mut self, first: u64, last: u64) {
        if last < first {
            return;
        }
        // Those that touch the new one are from..to.
        let from = self
            .ranges
            .partition_point(|&(_, end)| end < first.saturating_sub(1));
        let to = self
            .ranges
            .partition_point(|&(begin, _)| begin <= last.saturating_add(1));
        match self.ranges.get(from..to) {
            Some([(begin, _), .., (_, end)]) => {
                let merged = (first.min(*begin), last.max(*end));
                self.ranges.splice(from..to, [merged]);
            }
            Some([(begin, end)]) => self.ranges[from] = (first.min(*begin), last.max(*end)),
            _ => self.ranges.insert(from, (first, last)),
        }
    }

    /// Takes out all from `first` to `last`.
    pub fn remove(&mut self, first: u64, last: u64) {
        if last < first {
            return;
        }
        let from = self.ranges.partition_point(|&(_, end)| end < first);
        let to = self.ranges.partition_point(|&(begin, _)| begin <= last);
        if from >= to {
            return;
        }
        let (begin, end) = (self.ranges[from].0, self.ranges[to - 1].1);
        let mut left = Vec::with_capacity(2);
        if begin < first {
            left.push((begin, first - 1));
        }
        if end > last {
            left.push((last + 1, end));
        }
        self.ranges.splice(from..to, left);
    }

    /// Adds all of another set.
    pub fn add(&mut self, other: &Self) {
        for (first, last) in other.iter() {
            self.insert(first, last);
        }
    }

    /// Takes out all of another set.
    pub fn subtract(&mut self, other: &Self) {
        for (first, last) in other.iter() {
            self.remove(first, last);
        }
    }

    /// Returns what both have.
    #[must_use]
    pub fn common(&self, other: &Self) -> Self {
        let mut only = self.clone();
        only.subtract(other);
        let mut common = self.clone();
        common.subtract(&only);
        common
    }

    /// Returns the range that a number is in.
    pub fn around(&self, number: u64) -> Option<(u64, u64)> {
        let place = self.ranges.partition_point(|&(_, end)| end < number);
        self.ranges
            .get(place)
            .copied()
            .filter(|&(begin, _)| begin <= number)
    }

    /// Returns whether a number is in it.
    pub fn contains(&self, number: u64) -> bool {
        self.around(number).is_some()
    }

    /// Returns how many numbers it has.
    pub fn count(&self) -> u64 {
        self.ranges.iter().map(|(first, last)| last - first + 1).sum()
    }

    /// Returns how many ranges it has.
    pub fn pieces(&self) -> usize {
        self.ranges.len()
    }

    /// Returns whether it has no number.
    pub fn is_empty(&self) -> bool {
        self.ranges.is_empty()
    }

    /// Returns its highest number.
    pub fn last(&self) -> Option<u64> {
        self.ranges.last().map(|range| range.1)
    }

    /// Goes through its ranges: first and last of each, in order.
    pub fn iter(&self) -> impl Iterator<Item = (u64, u64)> + '_ {
        self.ranges.iter().copied()
    }
}

impl FromIterator<u64> for Ranges {
    fn from_iter<I: IntoIterator<Item = u64>>(numbers: I) -> Self {
        let mut ranges = Self::default();
        for number in numbers {
            ranges.insert(number, number);
        }
        ranges
    }
}

/// `1-5,7`; nothing if it is empty.
impl fmt::Display for Ranges {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, (first, last)) in self.iter().enumerate() {
            let comma = if index == 0 { "" } else { "," };
            match first == last {
                true => write!(f, "{comma}{first}")?,
                false => write!(f, "{comma}{first}-{last}")?,
            }
        }
        Ok(())
    }
}

/// A text is no set of numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no ranges of numbers: 1-5,7 is how they are written")]
pub struct NoRanges;

impl FromStr for Ranges {
    type Err = NoRanges;

    fn from_str(text: &str) -> Result<Self, NoRanges> {
        let mut ranges = Self::default();
        for part in text.split(',').filter(|_| !text.is_empty()) {
            let (first, last) = part.split_once('-').unwrap_or((part, part));
            let first = first.parse().map_err(|_| NoRanges)?;
            let last = last.parse().map_err(|_| NoRanges)?;
            if last < first {
                return Err(NoRanges);
            }
            ranges.insert(first, last);
        }
        Ok(ranges)
    }
}

impl TryFrom<String> for Ranges {
    type Error = NoRanges;

    fn try_from(text: String) -> Result<Self, NoRanges> {
        text.parse()
    }
}

impl From<Ranges> for String {
    fn from(ranges: Ranges) -> Self {
        ranges.to_string()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn they_are_what_a_set_of_numbers_is() {
        for seed in 0..300 {
            let mut rng = fastrand::Rng::with_seed(seed);
            let (mut ranges, mut plain) = (Ranges::default(), BTreeSet::new());
            for _ in 0..60 {
                let first = rng.u64(0..50);
                let last = first + rng.u64(0..8);
                if rng.bool() {
                    ranges.insert(first, last);
                    plain.extend(first..=last);
                } else {
                    ranges.remove(first, last);
                    plain.retain(|number| !(first..=last).contains(number));
                }
                let listed: BTreeSet<u64> = ranges.iter().flat_map(|(a, b)| a..=b).collect();
                assert_eq!(listed, plain);
                assert_eq!(ranges.count(), plain.len() as u64);
                let apart = ranges.ranges.windows(2).all(|pair| pair[0].1 + 1 < pair[1].0);
                assert!(apart, "{ranges}");
                assert_eq!(ranges.to_string().parse(), Ok(ranges.clone()));
            }
        }
    }

    #[test]
    fn the_ends_of_all_numbers_are_numbers() {
        let mut ranges = Ranges::default();
        ranges.insert(u64::MAX, u64::MAX);
        ranges.insert(0, 0);
        ranges.insert(u64::MAX - 1, u64::MAX - 1);
        assert_eq!(ranges.pieces(), 2);
        for text in ["2-1", "x", "1-", "-1", "1,,2", ","] {
            assert_eq!(text.parse::<Ranges>(), Err(NoRanges), "{text}");
        }
    }
}
