//! `--limit`: how many bytes a second all connections together may read.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Deals out leave to read, in turn and at a rate.
///
/// Each leave begins when the one before is over, so that whoever asks is told when to read. It asks for no thread and for no clock.
///
/// ```
/// use downloader::limit::Limit;
/// use std::time::{Duration, Instant};
///
/// let now = Instant::now();
/// let limit = Limit::new(Some(1000));
/// assert_eq!(limit.take(65_536, now), (10, Duration::ZERO));
/// assert_eq!(limit.take(65_536, now), (10, Duration::from_millis(10)));
/// limit.give_back(10);
/// assert_eq!(limit.take(5, now), (5, Duration::from_millis(10)));
/// ```
#[derive(Debug)]
pub struct Limit {
    rate: Option<u64>,
    /// When the next leave begins.
    next: Mutex<Option<Instant>>,
}

impl Limit {
    /// Makes a limit in bytes a second.
    pub fn new(rate: Option<u64>) -> Self {
        Self {
            rate,
            next: Mutex::new(None),
        }
    }

    /// Takes leave to read up to `wanted` bytes: returns how many, and after which wait.
    pub fn take(&self, wanted: usize, now: Instant) -> (usize, Duration) {
        let Some(rate) = self.rate else {
            return (wanted, Duration::ZERO);
        };
        // region:polish/take Deal at most a hundredth of a second at once, but at least a byte; remember when that is over.
        let piece = usize::try_from(rate / 100).unwrap_or(usize::MAX).max(1);
        let bytes = wanted.min(piece);
        let mut next = self.next.lock().unwrap_or_else(PoisonError::into_inner);
        let begin = next.map_or(now, |next| next.max(now));
        *next = Some(begin + time(bytes, rate));
        (bytes, begin - now)
        // endregion:polish/take
    }

    /// Gives back what was not read of the last leave.
    pub fn give_back(&self, bytes: usize) {
        let Some(rate) = self.rate else {
            return;
        };
        // region:polish/back The next leave begins so much earlier.
        let mut next = self.next.lock().unwrap_or_else(PoisonError::into_inner);
        *next = next.and_then(|next| next.checked_sub(time(bytes, rate)));
        // endregion:polish/back
    }
}

// region:polish
fn time(bytes: usize, rate: u64) -> Duration {
    Duration::from_secs_f64(bytes as f64 / rate as f64)
}
// endregion:polish
