//! What a receiver has taken already.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::origin::Origin;
use crate::ranges::Ranges;

/// The most sources.
const MOST_SOURCES: usize = 65_536;
/// The most epochs of a source. An agent gets a new one when its spool is made anew.
const MOST_EPOCHS: usize = 64;
/// The most gaps in the numbers of an epoch.
const MOST_GAPS: usize = 65_536;

/// What a receiver says to a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It is new.
    Fresh,
    /// It was taken before.
    Known,
    /// It cannot be taken, now or later, and this is why.
    Refused(&'static str),
}

/// The numbers taken of each epoch of each source.
///
/// | what comes | what happens |
/// |---|---|
/// | a number again | it is known, in whatever order |
/// | a number below the highest that was not there | it is new, and closes its gap |
/// | a number far above the highest | it is new, and leaves a gap |
/// | another epoch | its numbers are others; those of the epochs before stay known |
///
/// ```
/// use transfer::Origin;
/// use transfer::marks::{Marks, Verdict};
///
/// let mut marks = Marks::default();
/// let record = Origin { source: "web01".into(), epoch: 7, sequence: 3 };
/// assert_eq!(marks.judge(&record), Verdict::Fresh);
/// marks.add(&record);
/// assert_eq!(marks.judge(&record), Verdict::Known);
/// assert_eq!(marks.judge(&Origin { sequence: 1, ..record.clone() }), Verdict::Fresh);
/// assert_eq!(marks.judge(&Origin { epoch: 8, ..record }), Verdict::Fresh);
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Marks {
    sources: BTreeMap<String, BTreeMap<u64, Ranges>>,
}

impl Marks {
    /// Says whether a record is new. It is known after [`Marks::add`].
    pub fn judge(&self, origin: &Origin) -> Verdict {
        // region:window In this order: an unknown source and an unknown epoch are fresh, unless there are as many as there may be; a number that is there is known; one that makes a further gap when there are MOST_GAPS pieces is refused. All else is fresh. Why it is refused you say in your words.
        let Some(epochs) = self.sources.get(&origin.source) else {
            return match self.sources.len() < MOST_SOURCES {
                true => Verdict::Fresh,
                false => Verdict::Refused("there are too many sources"),
            };
        };
        let Some(numbers) = epochs.get(&origin.epoch) else {
            return match epochs.len() < MOST_EPOCHS {
                true => Verdict::Fresh,
                false => Verdict::Refused("the source has had too many epochs"),
            };
        };
        let number = origin.sequence;
        if numbers.contains(number) {
            return Verdict::Known;
        }
        let joins = numbers.contains(number.saturating_sub(1)) || numbers.contains(number.saturating_add(1));
        match numbers.pieces() < MOST_GAPS || joins {
            true => Verdict::Fresh,
            false => Verdict::Refused("there are too many gaps between the source's numbers"),
        }
        // endregion:window
    }

    /// Notes a record that is stored.
    pub fn add(&mut self, origin: &Origin) {
        let epochs = self.sources.entry(origin.source.clone()).or_default();
        let numbers = epochs.entry(origin.epoch).or_default();
        numbers.insert(origin.sequence, origin.sequence);
    }

    /// Returns the numbers of an epoch of a source.
    pub fn of(&self, source: &str, epoch: u64) -> Option<&Ranges> {
        self.sources.get(source)?.get(&epoch)
    }

    /// Goes through all of them: source, epoch, numbers.
    pub fn iter(&self) -> impl Iterator<Item = (&str, u64, &Ranges)> {
        self.sources.iter().flat_map(|(source, epochs)| {
            epochs
                .iter()
                .map(|(&epoch, numbers)| (source.as_str(), epoch, numbers))
        })
    }

    /// Adds all of another.
    pub fn add_all(&mut self, other: &Self) {
        for (source, epoch, numbers) in other.iter() {
            let epochs = self.sources.entry(source.to_owned()).or_default();
            epochs.entry(epoch).or_default().add(numbers);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn origin(epoch: u64, sequence: u64) -> Origin {
        Origin {
            source: "a".to_owned(),
            epoch,
            sequence,
        }
    }

    fn take(marks: &mut Marks, epoch: u64, sequence: u64) -> Verdict {
        let verdict = marks.judge(&origin(epoch, sequence));
        if verdict == Verdict::Fresh {
            marks.add(&origin(epoch, sequence));
        }
        verdict
    }

    #[test]
    fn epochs_and_gaps_are_bounded_and_what_is_known_stays_known() {
        let mut marks = Marks::default();
        for epoch in 0..MOST_EPOCHS as u64 {
            assert_eq!(take(&mut marks, epoch, 1), Verdict::Fresh);
        }
        assert!(matches!(take(&mut marks, 999, 1), Verdict::Refused(_)));
        assert_eq!(take(&mut marks, 0, 1), Verdict::Known);
        for number in 1..MOST_GAPS as u64 {
            assert_eq!(take(&mut marks, 0, 2 * number + 1), Verdict::Fresh);
        }
        assert!(matches!(take(&mut marks, 0, u64::MAX), Verdict::Refused(_)));
        // What closes a gap is taken, and makes room for another.
        assert_eq!(take(&mut marks, 0, 2), Verdict::Fresh);
        assert_eq!(take(&mut marks, 0, u64::MAX), Verdict::Fresh);
        assert_eq!(take(&mut marks, 0, u64::MAX), Verdict::Known);
    }
}
