//! Stays inside the memory limit.

use super::{Store, cost};

impl Store {
    /// Whether an item would fit if it were alone.
    //~memcached #[expect(dead_code, reason = "stage memcached needs it")]
    pub(super) fn fits(&self, key: usize, value: usize) -> bool {
        // region:cache/fits
        value <= self.longest && cost(key, value) <= self.limit
        //~ // cache: Is it short enough, and its cost within the limit?
        //~ let _ = (cost(key, value), self.longest, self.limit);
        //~ true
        // endregion:cache/fits
    }

    /// Forgets items, the longest unused first, until the others are within the limit.
    //~memcached #[expect(dead_code, reason = "stage memcached needs it")]
    pub(super) fn make_room(&mut self) {
        // region:cache/room
        while self.used > self.limit
            && let Some(at) = self.order.oldest()
        {
            self.remove(at);
            self.counters.evictions += 1;
        }
        //~ // cache: The order knows which one was not used for longest.
        // endregion:cache/room
    }
}

// region:cache
#[cfg(test)]
mod tests {
    use super::super::tests::{name, text, value};
    use super::super::{OVERHEAD, Outcome, Store};

    #[test]
    fn the_longest_unused_makes_room() {
        // Three items of one byte each for key and value.
        let mut store = Store::new(3 * (OVERHEAD + 2), 1 << 20, 0, 1);
        for key in ["a", "b", "c"] {
            store.set(name(key), value("1"), 0);
        }
        assert!(text(&mut store, "a", 0).is_some());
        store.set(name("d"), value("1"), 0);
        assert_eq!(text(&mut store, "b", 0), None);
        // A value that grows pushes out others, never itself.
        store.set(name("c"), value("22"), 0);
        assert_eq!(text(&mut store, "a", 0), None);
        assert_eq!(text(&mut store, "c", 0).as_deref(), Some("22"));
        assert_eq!(store.counters.evictions, 2);
        assert!(store.used() <= 3 * (OVERHEAD + 2));
    }

    #[test]
    fn what_does_not_fit_is_refused_and_the_old_value_is_gone() {
        let mut store = Store::new(OVERHEAD + 3, 1 << 20, 0, 1);
        assert_eq!(store.set(name("a"), value("22"), 0), Outcome::Stored);
        assert_eq!(store.set(name("a"), value("333"), 0), Outcome::NoMemory);
        assert_eq!(text(&mut store, "a", 0), None);
        assert_eq!(store.used(), 0);
    }
}
// endregion:cache
