//! When to ask whether the server is still there, and when to give it up.

use std::time::{Duration, Instant};

/// What is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Due {
    /// Nothing.
    Nothing,
    /// A PING.
    Ask,
    /// The end: nothing came for twice the time.
    Over,
}

/// Since when nothing came.
#[derive(Debug, Clone, Copy)]
pub(super) struct Silence {
    /// After how much of it the server is asked, if ever.
    after: Option<Duration>,
    heard: Instant,
    asked: bool,
}

impl Silence {
    /// Begins to count.
    pub(super) fn new(after: Option<Duration>, now: Instant) -> Self {
        Self {
            after,
            heard: now,
            asked: false,
        }
    }

    /// Notes that something came, whatever it was.
    #[expect(unused_variables, reason = "goes with the todo!")]
    pub(super) fn heard(&mut self, now: Instant) {
        todo!("multiplex: It counts anew, and may ask anew.")
    }

    /// Returns when something will be due, if nothing comes until then.
    pub(super) fn next(&self) -> Option<Instant> {
        todo!("multiplex: Once the time after which it is asked; if it was asked, twice.")
    }

    /// Returns what is due, and notes that it is done.
    #[expect(unused_variables, reason = "goes with the todo!")]
    pub(super) fn due(&mut self, now: Instant) -> Due {
        todo!(
            "multiplex: Whoever was silent for long while nobody looked is asked first all the same: a laptop that slept has not lost its peers."
        )
    }

    /// Returns what is said of a server that was given up.
    pub(super) fn sentence(&self) -> String {
        let ms = self.after.unwrap_or_default().as_millis() * 2;
        format!("silent for {ms} ms")
    }
}
