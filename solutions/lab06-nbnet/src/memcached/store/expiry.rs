//! When items are gone: they expire, or all of them are flushed.

use super::Store;

/// The second that never comes.
pub const NEVER: i64 = i64::MAX;

/// What a client may say in seconds from now on, at most: 30 days. More is a moment, in seconds since 1970.
///
/// Source: protocol.txt, "Expiration times"
//~cache #[expect(dead_code, reason = "stage cache needs it")]
const RELATIVE: i64 = 60 * 60 * 24 * 30;

/// Returns the second, since 1970 in UTC, from which on an item is gone.
///
/// ```
/// use nbnet::memcached::store::{NEVER, expiry};
///
/// let now = 1_700_000_000;
/// assert_eq!(expiry(0, now), NEVER);
/// assert_eq!(expiry(60, now), now + 60);
/// assert_eq!(expiry(1_800_000_000, now), 1_800_000_000);
/// assert!(expiry(-1, now) <= now);
/// ```
pub fn expiry(exptime: i64, now: i64) -> i64 {
    // region:cache/expiry
    match exptime {
        0 => NEVER,
        ..0 => now,
        1..=RELATIVE => now.saturating_add(exptime),
        _ => exptime,
    }
    //~ // cache: 0 is never, less is at once, up to RELATIVE counts from now on, and more is a moment.
    //~ NEVER
    // endregion:cache/expiry
}

impl Store {
    /// Remembers what is there when the time for a flush has come.
    ///
    /// Every command comes through here before it finds or keeps anything, so nothing that was kept later has a lower number.
    pub(super) fn flush_if_due(&mut self, now: i64) {
        // region:cache/due
        if self.flush_at <= now {
            self.flush_at = NEVER;
            self.flushed = self.next_unique();
        }
        //~ // cache: When `flush_at` has come, everything with a lower number than the next one is gone. See `flush`.
        // endregion:cache/due
    }

    /// Whether an item is gone, though it is still in memory.
    pub(super) fn is_gone(&mut self, at: u32, now: i64) -> bool {
        // region:cache/gone
        let item = self.items.item(at);
        if item.unique() < self.flushed {
            self.counters.get_flushed += 1;
            return true;
        }
        if item.expires() <= now {
            self.counters.get_expired += 1;
            return true;
        }
        false
        //~ // cache: It has expired, or it was there when everything was flushed.
        //~ false
        // endregion:cache/gone
    }

    /// Forgets everything that will be there at the second `at`.
    pub fn flush(&mut self, at: i64, now: i64) {
        // region:cache/flush Walking through all items takes long. Numbers only grow: what is lower than the next one was there before.
        self.flush_at = at;
        self.flush_if_due(now);
        // endregion:cache/flush
    }

    /// Changes when an item expires; whether there is one.
    pub fn touch(&mut self, name: super::Name<'_>, expires: i64, now: i64) -> bool {
        // region:cache/touch Who touches an item uses it.
        let Some(at) = self.live(name, now) else {
            return false;
        };
        self.items.item_mut(at).set_expires(expires);
        self.order.renew(at);
        true
        // endregion:cache/touch
    }
}

// region:cache
#[cfg(test)]
mod tests {
    use super::super::tests::{name, text, value};
    use super::super::{Store, Value};
    use super::*;

    #[test]
    fn times_are_relative_absolute_or_past() {
        let now = 1_000_000_000;
        for (exptime, expected) in [
            (0, NEVER),
            (1, now + 1),
            (RELATIVE, now + RELATIVE),
            (RELATIVE + 1, RELATIVE + 1),
            (i64::MAX, i64::MAX),
            (-1, now),
            (i64::MIN, now),
        ] {
            assert_eq!(expiry(exptime, now), expected);
        }
    }

    #[test]
    fn what_has_expired_is_gone_and_costs_nothing_once_it_was_asked_for() {
        let mut store = Store::new(1 << 20, 1 << 20, 0, 1);
        store.set(
            name("a"),
            Value {
                expires: 10,
                ..value("1")
            },
            0,
        );
        assert_eq!(text(&mut store, "a", 9).as_deref(), Some("1"));
        assert!(store.touch(name("a"), 20, 9));
        assert_eq!(text(&mut store, "a", 19).as_deref(), Some("1"));
        assert_eq!(text(&mut store, "a", 20), None);
        assert!(!store.touch(name("a"), 30, 20));
        assert_eq!((store.used(), store.counters.get_expired), (0, 1));
    }

    #[test]
    fn a_flush_takes_what_was_there_and_nothing_that_comes_later() {
        let mut store = Store::new(1 << 20, 1 << 20, 0, 1);
        store.set(name("a"), value("1"), 0);
        store.flush(0, 0);
        assert_eq!(text(&mut store, "a", 0), None);
        store.set(name("a"), value("2"), 0);
        assert_eq!(text(&mut store, "a", 0).as_deref(), Some("2"));
        store.flush(10, 0);
        store.set(name("bb"), value("3"), 9);
        assert_eq!(text(&mut store, "a", 9).as_deref(), Some("2"));
        store.set(name("ccc"), value("4"), 10);
        assert_eq!(text(&mut store, "a", 10), None);
        assert_eq!(text(&mut store, "bb", 10), None);
        assert_eq!(text(&mut store, "ccc", 10).as_deref(), Some("4"));
    }
}
// endregion:cache
