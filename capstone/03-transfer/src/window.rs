//! What a sender has sent and nobody has acknowledged.
//!
//! It does nothing by itself and knows no clock: whoever drives it says what happened, and when. So a test can drive it through every order of events.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::ranges::Ranges;

/// How much is sent at a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// A batch with so many bytes is sent at once.
    pub batch_bytes: usize,
    /// A batch with so many records is sent at once.
    pub batch_records: usize,
    /// A batch with less is sent when its first record has waited so long.
    pub linger: Duration,
    /// The most bytes that are sent and not acknowledged. One batch is sent in any case.
    pub window_bytes: usize,
    /// The most batches of that kind.
    pub window_batches: usize,
    /// A connection on which an answer takes longer is given up.
    pub answer: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            batch_bytes: 128 << 10,
            batch_records: 256,
            linger: Duration::from_millis(20),
            window_bytes: 1 << 20,
            window_batches: 8,
            answer: Duration::from_secs(30),
        }
    }
}

/// What to do with a batch that is being filled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Due {
    /// Send it.
    Now,
    /// Fill it further, and send it in so much time.
    In(Duration),
    /// There is no room, or nothing to send: something else must happen first.
    Wait,
}

/// A batch on its way.
#[derive(Debug, Clone)]
struct Flight {
    numbers: Ranges,
    bytes: usize,
    sent: Duration,
}

/// The batches on their way to one store.
///
/// ```
/// use std::time::Duration;
/// use transfer::window::{Due, Limits, Window};
///
/// let mut window = Window::new(Limits { window_batches: 1, ..Limits::default() });
/// let batch = window.send([1, 2, 3].into_iter().collect(), 100, Duration::ZERO);
/// assert_eq!(window.due(1, 10, Duration::ZERO, Duration::from_secs(1)), Due::Wait);
/// let answered = window.answer(batch).unwrap();
/// assert_eq!(answered.to_string(), "1-3");
/// assert_eq!(window.due(1, 10, Duration::ZERO, Duration::from_secs(1)), Due::Now);
/// ```
#[derive(Debug, Clone)]
pub struct Window {
    limits: Limits,
    flights: BTreeMap<u64, Flight>,
    bytes: usize,
    next: u64,
}

impl Window {
    /// Makes one with nothing on its way.
    pub fn new(limits: Limits) -> Self {
        Self {
            limits,
            flights: BTreeMap::new(),
            bytes: 0,
            next: 1,
        }
    }

    /// Says what to do with a batch of so many records and bytes whose first record came at `since`.
    #[expect(unused_variables, reason = "goes with the todo!")]
    pub fn due(&self, records: usize, bytes: usize, since: Duration, now: Duration) -> Due {
        todo!(
            "window: Without a record, wait. There is room if nothing is on its way, or if one batch more keeps within both limits; else wait. Now if it is full by bytes or records, or has lingered; else in the time that is left."
        )
    }

    /// Returns whether a batch with so much can take more.
    pub fn takes_more(&self, records: usize, bytes: usize) -> bool {
        bytes < self.limits.batch_bytes && records < self.limits.batch_records
    }

    /// Notes that a batch is sent. Returns which it is; none is given twice.
    #[expect(unused_variables, reason = "goes with the todo!")]
    pub fn send(&mut self, numbers: Ranges, bytes: usize, now: Duration) -> u64 {
        todo!("window: Give it the next number, count its bytes, and remember numbers, bytes and time.")
    }

    /// Notes that there is an answer to a batch, good or bad. Returns what was in it; `None` if nobody waits for it: it was sent on a connection that is
    /// gone, or answered before.
    #[expect(unused_variables, reason = "goes with the todo!")]
    pub fn answer(&mut self, batch: u64) -> Option<Ranges> {
        todo!("window: Take it out, and its bytes; `None` if it is not there.")
    }

    /// Notes that the connection is gone. Returns what was on its way: the store may have it or not.
    pub fn lose(&mut self) -> Ranges {
        todo!("window: Take all of them out, and return all their numbers.")
    }

    /// Returns whether an answer has taken too long.
    #[expect(unused_variables, reason = "goes with the todo!")]
    pub fn is_late(&self, now: Duration) -> bool {
        todo!("window: Whether one was sent longer ago than an answer may take.")
    }

    /// Returns whether a number is on its way.
    pub fn has(&self, number: u64) -> bool {
        self.flights
            .values()
            .any(|flight| flight.numbers.contains(number))
    }

    /// Returns how many bytes are on their way.
    pub fn bytes(&self) -> usize {
        self.bytes
    }
}

#[cfg(test)]
#[path = "window_tests.rs"]
mod tests;
