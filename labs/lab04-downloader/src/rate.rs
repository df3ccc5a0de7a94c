//! How fast bytes come, of late.

use std::time::Duration;

/// What is older than this hardly counts.
const MEMORY: f64 = 1.0;

/// The rate of a connection over about the last second in which it was at work.
///
/// Bytes and seconds are both added up, and both fade with time, so that their ratio is the rate from the first moment on.
///
/// ```
/// use downloader::rate::Rate;
/// use std::time::Duration;
///
/// let mut rate = Rate::default();
/// assert_eq!(rate.per_second(Duration::ZERO), None);
/// rate.add(500, Duration::from_millis(500));
/// assert!((900.0..1100.0).contains(&rate.per_second(Duration::ZERO).unwrap()));
/// assert!(rate.per_second(Duration::from_secs(5)).unwrap() < 10.0);
/// ```
#[derive(Debug, Clone, Copy, Default)]
pub struct Rate {
    bytes: f64,
    seconds: f64,
}

impl Rate {
    /// Adds `bytes`, for which it took so long.
    pub fn add(&mut self, bytes: u64, took: Duration) {
        self.pass(took);
        self.bytes += bytes as f64;
    }

    /// Returns bytes a second, if nothing has come for `silence`; `None` before the first byte.
    pub fn per_second(mut self, silence: Duration) -> Option<f64> {
        if self.bytes == 0.0 {
            return None;
        }
        self.pass(silence);
        // Never zero, so that it can be divided by.
        Some((self.bytes / self.seconds.max(1e-6)).max(1e-3))
    }

    fn pass(&mut self, time: Duration) {
        let fade = (-time.as_secs_f64() / MEMORY).exp();
        self.bytes *= fade;
        self.seconds = self.seconds * fade + MEMORY * (1.0 - fade);
    }
}
