use std::time::Instant;

use alarm::{Time, show_span};

/// A clock that begins with the system's and never goes back: not behind what is kept, and not when somebody sets the system's.
pub(in crate::hub) struct Clock {
    base: Time,
    begun: Instant,
}

impl Clock {
    /// Starts it, at no moment before `kept`.
    pub(super) fn start(kept: Time) -> Self {
        let system = Time(u64::try_from(store::now_ms()).unwrap_or_default());
        if kept > system {
            let ahead = show_span(kept.since(system));
            eprintln!(
                "muster-hub: alarms: what was kept is {ahead} ahead of the clock; it goes on from there"
            );
        }
        Self {
            base: system.max(kept),
            begun: Instant::now(),
        }
    }

    /// Returns the moment, in ms since 1970.
    pub(super) fn now(&self) -> Time {
        self.base.plus(self.begun.elapsed())
    }
}
