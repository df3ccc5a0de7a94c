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
    pub(super) fn heard(&mut self, now: Instant) {
        self.heard = now;
        self.asked = false;
    }

    /// Returns when something will be due, if nothing comes until then.
    pub(super) fn next(&self) -> Option<Instant> {
        let after = self.after?;
        Some(self.heard + if self.asked { after * 2 } else { after })
    }

    /// Returns what is due, and notes that it is done.
    pub(super) fn due(&mut self, now: Instant) -> Due {
        match self.next() {
            Some(next) if next <= now => match std::mem::replace(&mut self.asked, true) {
                true => Due::Over,
                false => {
                    // The answer has as much time as the silence before had.
                    self.heard = self.heard.max(now - self.after.unwrap_or_default());
                    Due::Ask
                }
            },
            _ => Due::Nothing,
        }
    }

    /// Returns what is said of a server that was given up.
    pub(super) fn sentence(&self) -> String {
        let ms = self.after.unwrap_or_default().as_millis() * 2;
        format!("silent for {ms} ms")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MS: Duration = Duration::from_millis(1);

    #[test]
    fn a_silent_server_is_asked_once_and_then_given_up() {
        let begin = Instant::now();
        let mut silence = Silence::new(Some(100 * MS), begin);
        for (at, due) in [
            (99, Due::Nothing),
            (100, Due::Ask),
            (101, Due::Nothing),
            (199, Due::Nothing),
            (200, Due::Over),
        ] {
            assert_eq!(silence.due(begin + at * MS), due, "{at}");
        }
        assert_eq!(silence.sentence(), "silent for 200 ms");
    }

    #[test]
    fn whatever_comes_begins_it_anew() {
        let begin = Instant::now();
        let mut silence = Silence::new(Some(100 * MS), begin);
        assert_eq!(silence.due(begin + 150 * MS), Due::Ask);
        silence.heard(begin + 180 * MS);
        assert_eq!(silence.next(), Some(begin + 280 * MS));
        assert_eq!(silence.due(begin + 250 * MS), Due::Nothing);
        assert_eq!(silence.due(begin + 280 * MS), Due::Ask);
    }

    #[test]
    fn whoever_looks_late_asks_before_it_gives_up() {
        let begin = Instant::now();
        let mut silence = Silence::new(Some(100 * MS), begin);
        assert_eq!(silence.due(begin + 5000 * MS), Due::Ask);
        assert_eq!(silence.due(begin + 5099 * MS), Due::Nothing);
        assert_eq!(silence.due(begin + 5100 * MS), Due::Over);
    }

    #[test]
    fn without_a_time_nobody_is_asked() {
        let mut silence = Silence::new(None, Instant::now());
        assert_eq!(silence.next(), None);
        assert_eq!(silence.due(Instant::now() + 10_000 * MS), Due::Nothing);
    }
}
