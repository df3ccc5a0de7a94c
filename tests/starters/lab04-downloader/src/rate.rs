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
        let seconds = self.pass(took);
        // They came one after the other, so that the first of them have faded already, as the seconds have.
        let faded = if took.is_zero() {
            1.0
        } else {
            seconds / took.as_secs_f64()
        };
        self.bytes += bytes as f64 * faded;
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

    /// Lets time pass, and returns what is left of it.
    fn pass(&mut self, time: Duration) -> f64 {
        let fade = (-time.as_secs_f64() / MEMORY).exp();
        let seconds = MEMORY * (1.0 - fade);
        self.bytes *= fade;
        self.seconds = self.seconds * fade + seconds;
        seconds
    }
}
