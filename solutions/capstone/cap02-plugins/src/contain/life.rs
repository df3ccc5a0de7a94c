//! What becomes of a run: decided without a clock and without a process.

use std::time::Duration;

use nix::sys::signal::Signal;

use crate::form::MOST_OUTPUT;

/// How long a plug-in that was told to end has for it.
pub const GRACE: Duration = Duration::from_millis(500);

// region:given/life
/// A run, as far as its limits are concerned. Times are since whatever moment the owner likes.
#[derive(Debug)]
pub struct Life {
    /// When the next signal is due.
    next: Option<Duration>,
    /// How many more bytes it may write.
    room: usize,
    /// It has run out of time.
    pub timed_out: bool,
    /// It has written too much.
    pub flooded: bool,
}
// endregion:given/life

impl Life {
    /// Begins one that may last so long.
    pub fn begin(limit: Duration, now: Duration) -> Self {
        Self {
            next: Some(now.saturating_add(limit)),
            room: MOST_OUTPUT,
            timed_out: false,
            flooded: false,
        }
    }

    /// Returns when a signal is due.
    pub fn until(&self) -> Duration {
        self.next.unwrap_or(Duration::MAX)
    }

    /// Returns the signal that is due, if one is.
    pub fn due(&mut self, now: Duration) -> Option<Signal> {
        // region:contain/due TERM at the time limit, KILL a grace later, and then nothing more.
        self.next.take_if(|next| *next <= now)?;
        if self.timed_out {
            return Some(Signal::SIGKILL);
        }
        self.timed_out = true;
        self.next = Some(now + GRACE);
        Some(Signal::SIGTERM)
        // endregion:contain/due
    }

    /// Takes note that so many bytes were read. Returns how many of them, from the front, are kept, and a signal.
    pub fn came(&mut self, bytes: usize) -> (usize, Option<Signal>) {
        // region:contain/came As many as there is room for. The first byte too many is SIGKILL, once, and nothing is kept from then on.
        let kept = bytes.min(self.room);
        self.room -= kept;
        if kept == bytes || self.flooded {
            return (kept, None);
        }
        self.flooded = true;
        (kept, Some(Signal::SIGKILL))
        // endregion:contain/came
    }
}

// region:contain
#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_is_told_to_end_and_then_killed() {
        let ms = Duration::from_millis;
        let mut life = Life::begin(ms(1000), ms(50));
        assert_eq!(life.due(ms(1049)), None);
        assert_eq!(life.due(ms(1050)), Some(Signal::SIGTERM));
        assert_eq!(life.due(ms(1100)), None);
        assert_eq!(life.due(ms(1050) + GRACE), Some(Signal::SIGKILL));
        assert_eq!((life.due(ms(99_999)), life.until()), (None, Duration::MAX));
    }

    #[test]
    fn what_is_too_much_is_killed_once() {
        let mut life = Life::begin(GRACE, GRACE);
        assert_eq!(life.came(MOST_OUTPUT), (MOST_OUTPUT, None));
        assert!(!life.flooded);
        assert_eq!(life.came(1), (0, Some(Signal::SIGKILL)));
        assert_eq!(life.came(1), (0, None));
    }
}
// endregion:contain
