//! What becomes of a run: decided without a clock and without a process.

use std::time::Duration;

use nix::sys::signal::Signal;

use crate::form::MOST_OUTPUT;

/// How long a plug-in that was told to end has for it.
pub const GRACE: Duration = Duration::from_millis(500);

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
    #[expect(unused_variables, reason = "goes with the todo!")]
    pub fn due(&mut self, now: Duration) -> Option<Signal> {
        todo!("contain: TERM at the time limit, KILL a grace later, and then nothing more.")
    }

    /// Takes note that so many bytes were read. Returns how many of them, from the front, are kept, and a signal.
    #[expect(unused_variables, reason = "goes with the todo!")]
    pub fn came(&mut self, bytes: usize) -> (usize, Option<Signal>) {
        todo!(
            "contain: As many as there is room for. The first byte too many is SIGKILL, once, and nothing is kept from then on."
        )
    }
}
