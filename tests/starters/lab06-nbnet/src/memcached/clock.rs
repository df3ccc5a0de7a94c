//! Seconds.

use std::time::{Instant, SystemTime, UNIX_EPOCH};

/// Tells seconds since 1970, in UTC, as they are if nobody sets the system's clock: they never go back, and items do not expire early or
/// late because somebody did.
#[derive(Debug, Clone, Copy)]
pub struct Clock {
    started: Instant,
    at: i64,
}

impl Clock {
    /// Begins now.
    pub fn start() -> Self {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Self {
            started: Instant::now(),
            at: since.as_secs().try_into().unwrap_or(i64::MAX),
        }
    }

    /// Returns the second that it is.
    #[inline]
    pub fn now(&self) -> i64 {
        self.at.saturating_add_unsigned(self.uptime())
    }

    /// Returns how long it has been running, in seconds.
    pub fn uptime(&self) -> u64 {
        self.started.elapsed().as_secs()
    }
}
