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
    //~timers #[expect(dead_code, reason = "`set` will use it")]
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
    pub fn set(&mut self, key: K, at: Duration) {
        // region:timers Forget the old place of the key. The new one is the deadline and a number that only grows, so that two never have the same.
        self.cancel(key);
        let place = (at, self.count);
        self.count += 1;
        self.queue.insert(place, key);
        self.places.insert(key, place);
        // endregion:timers
    }

    /// Forgets the deadline of a key. Returns whether it had one.
    pub fn cancel(&mut self, key: K) -> bool {
        // region:timers Both maps know of it.
        match self.places.remove(&key) {
            Some(place) => self.queue.remove(&place).is_some(),
            None => false,
        }
        // endregion:timers
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
    pub fn expire(&mut self, now: Duration) -> Option<K> {
        // region:timers Look at the first of the queue; take it out of both maps if it is due.
        let first = self.queue.first_entry().filter(|first| first.key().0 <= now)?;
        let key = first.remove();
        self.places.remove(&key);
        Some(key)
        // endregion:timers
    }
}

// region:timers
#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn they_come_by_deadline_and_then_by_the_order_in_which_they_were_set() {
        let ms = Duration::from_millis;
        let mut timers = Timers::default();
        for (key, at) in [('c', 5), ('a', 3), ('b', 5), ('d', 9), ('c', 5)] {
            timers.set(key, ms(at));
        }
        assert!(timers.cancel('d'));
        assert!(!timers.cancel('d'));
        let due: Vec<char> = std::iter::from_fn(|| timers.expire(ms(9))).collect();
        assert_eq!(due, ['a', 'b', 'c']);
        assert_eq!(timers.next(), None);
        assert!(timers.places.is_empty());
    }
}
// endregion:timers
