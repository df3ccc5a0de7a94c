//! How often something goes wrong.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

// region:given/intensity
/// Notes when something happens, and says when that is too often: more than so many times within so long.
///
/// ```
/// use daemon::intensity::Intensity;
/// use std::time::{Duration, Instant};
///
/// let start = Instant::now();
/// let at = |seconds| start + Duration::from_secs(seconds);
/// let mut crashes = Intensity::new(2, Duration::from_secs(10));
/// assert!(!crashes.is_too_much(at(0)));
/// assert!(!crashes.is_too_much(at(1)));
/// assert!(!crashes.is_too_much(at(11))); // the first one is forgotten
/// assert!(crashes.is_too_much(at(11)));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Intensity {
    most: usize,
    within: Duration,
    /// The latest times, never more than `most`.
    times: VecDeque<Instant>,
}
// endregion:given/intensity

impl Intensity {
    /// Makes one that bears `most` times within any span of this length.
    pub fn new(most: usize, within: Duration) -> Self {
        Self {
            most,
            within,
            times: VecDeque::new(),
        }
    }

    /// Notes that it has happened once more, and returns whether that is too often.
    pub fn is_too_much(&mut self, now: Instant) -> bool {
        // region:signals/is_too_much Forget what is too long ago, remember now, count. Never remember more than `most`.
        while self
            .times
            .front()
            .is_some_and(|&time| now.saturating_duration_since(time) > self.within)
        {
            self.times.pop_front();
        }
        self.times.push_back(now);
        if self.times.len() <= self.most {
            return false;
        }
        self.times.pop_front();
        true
        // endregion:signals/is_too_much
    }

    /// How often it has happened of late, the last time included.
    pub fn count(&self) -> usize {
        self.times.len()
    }

    /// How often it may happen.
    pub fn most(&self) -> usize {
        self.most
    }

    /// Within how long.
    pub fn within(&self) -> Duration {
        self.within
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn more_than_so_many_within_so_long_are_too_much() {
        let start = Instant::now();
        for (most, times, expected) in [
            (0, &[0][..], &[true][..]),
            (1, &[0, 5, 15, 26], &[false, true, true, false]),
            (2, &[0, 0, 10, 21], &[false, false, true, false]),
            (2, &[0, 0, 11, 11], &[false, false, false, false]),
        ] {
            let mut intensity = Intensity::new(most, Duration::from_secs(10));
            let found: Vec<bool> = times
                .iter()
                .map(|&seconds| intensity.is_too_much(start + Duration::from_secs(seconds)))
                .collect();
            assert_eq!(found, expected, "{most}: {times:?}");
        }
    }
}
