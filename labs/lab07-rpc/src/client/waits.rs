//! How long to wait before the next try.

use std::time::Duration;

use daemon::backoff::Backoff;

/// The first wait.
const FIRST: Duration = Duration::from_millis(100);

/// Waits that double from 100 ms up to 30 s, and of which no two clients have the same.
#[derive(Debug)]
pub(super) struct Waits {
    backoff: Backoff,
}

impl Waits {
    pub(super) fn new() -> Self {
        Self {
            backoff: Backoff::new(FIRST),
        }
    }

    /// Returns how long to wait this time: between half of it and all of it, so that those who lost the same server do not come back together.
    pub(super) fn next(&mut self) -> Duration {
        todo!("pool: Draw evenly, with `fastrand`, between half of what the back-off says and all of it.")
    }

    /// Begins anew: something went well.
    pub(super) fn reset(&mut self) {
        self.backoff.reset();
    }
}
