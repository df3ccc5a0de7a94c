//! Stays inside the memory limit.

use super::{Store, cost};

impl Store {
    /// Whether an item would fit if it were alone.
    #[expect(dead_code, reason = "stage memcached needs it")]
    pub(super) fn fits(&self, key: usize, value: usize) -> bool {
        // cache: Is it short enough, and its cost within the limit?
        let _ = (cost(key, value), self.longest, self.limit);
        true
    }

    /// Forgets items, the longest unused first, until the others are within the limit.
    #[expect(dead_code, reason = "stage memcached needs it")]
    pub(super) fn make_room(&mut self) {
        // cache: The order knows which one was not used for longest.
    }
}
