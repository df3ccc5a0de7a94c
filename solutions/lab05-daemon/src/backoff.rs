//! Waiting longer each time.

use std::time::Duration;

/// The longest wait.
const LONGEST: Duration = Duration::from_secs(30);

// region:given/backoff
/// Waits that double, up to 30 seconds, until something goes well again.
///
/// ```
/// use daemon::backoff::Backoff;
/// use std::time::Duration;
///
/// let mut backoff = Backoff::new(Duration::from_millis(100));
/// assert_eq!(backoff.next_wait(), Duration::from_millis(100));
/// assert_eq!(backoff.next_wait(), Duration::from_millis(200));
/// backoff.reset();
/// assert_eq!(backoff.next_wait(), Duration::from_millis(100));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Backoff {
    /// The first wait.
    first: Duration,
    /// The next one.
    next: Duration,
}
// endregion:given/backoff

impl Backoff {
    /// Makes one whose first wait is this long, or 30 seconds if that is longer.
    pub fn new(first: Duration) -> Self {
        let first = first.min(LONGEST);
        Self { first, next: first }
    }

    /// Returns how long to wait this time.
    pub fn next_wait(&mut self) -> Duration {
        // region:signals/next_wait The next one is twice as long, and never longer than LONGEST. No overflow.
        let wait = self.next;
        self.next = wait.saturating_mul(2).min(LONGEST);
        wait
        // endregion:signals/next_wait
    }

    /// Begins again with the first wait.
    pub fn reset(&mut self) {
        self.next = self.first;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_half_a_minute() {
        for (first, expected) in [
            (
                100,
                [
                    100, 200, 400, 800, 1600, 3200, 6400, 12_800, 25_600, 30_000, 30_000,
                ],
            ),
            (
                20_000,
                [
                    20_000, 30_000, 30_000, 30_000, 30_000, 30_000, 30_000, 30_000, 30_000, 30_000, 30_000,
                ],
            ),
            (90_000, [30_000; 11]),
            (0, [0; 11]),
        ] {
            let mut backoff = Backoff::new(Duration::from_millis(first));
            let waits = expected.map(|_| backoff.next_wait().as_millis());
            assert_eq!(waits, expected);
        }
    }
}
