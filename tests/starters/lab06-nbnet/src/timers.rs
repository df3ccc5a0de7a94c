//! Deadlines, without a clock: whoever has one says what time it is.

use std::collections::{BTreeMap, HashMap};
use std::hash::Hash;
use std::time::Duration;

/// Deadlines by their keys. Times are since whatever moment the owner likes.
///
/// ```
/// use nbnet::timers::Timers;
/// use std::time::Duration;
///
/// let ms = Duration::from_millis;
/// let mut timers = Timers::default();
/// timers.set("b", ms(20));
/// timers.set("a", ms(10));
/// timers.set("b", ms(5));
/// assert_eq!(timers.next(), Some(ms(5)));
/// assert_eq!(timers.expire(ms(7)), Some("b"));
/// assert_eq!(timers.expire(ms(7)), None);
/// ```
#[derive(Debug)]
pub struct Timers<K> {
    /// By deadline, and by the order in which they were set where it is the same.
    queue: BTreeMap<(Duration, u64), K>,
    /// Where each key is in the queue.
    places: HashMap<K, (Duration, u64)>,
    /// How many were set so far.
    #[expect(dead_code, reason = "`set` will use it")]
    count: u64,
}

impl<K> Default for Timers<K> {
    fn default() -> Self {
        Self {
            queue: BTreeMap::new(),
            places: HashMap::new(),
            count: 0,
        }
    }
}

impl<K: Copy + Eq + Hash> Timers<K> {
    /// Sets the deadline of a key. One that it has already moves: that counts as set anew.
    #[expect(unused_variables, reason = "goes with the todo!")]
    pub fn set(&mut self, key: K, at: Duration) {
        todo!(
            "timers: Forget the old place of the key. The new one is the deadline and a number that only grows, so that two never have the same."
        )
    }

    /// Forgets the deadline of a key. Returns whether it had one.
    #[expect(unused_variables, reason = "goes with the todo!")]
    pub fn cancel(&mut self, key: K) -> bool {
        todo!("timers: Both maps know of it.")
    }

    /// Returns whether a key has a deadline.
    pub fn is_set(&self, key: K) -> bool {
        self.places.contains_key(&key)
    }

    /// Returns the earliest deadline.
    pub fn next(&self) -> Option<Duration> {
        self.queue.first_key_value().map(|(&(at, _), _)| at)
    }

    /// Takes out the key with the earliest deadline, if that is not after `now`.
    #[expect(unused_variables, reason = "goes with the todo!")]
    pub fn expire(&mut self, now: Duration) -> Option<K> {
        todo!("timers: Look at the first of the queue; take it out of both maps if it is due.")
    }
}
