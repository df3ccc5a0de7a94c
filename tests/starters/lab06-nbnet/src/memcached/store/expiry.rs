//! When items are gone: they expire, or all of them are flushed.

use super::Store;

/// The second that never comes.
pub const NEVER: i64 = i64::MAX;

/// What a client may say in seconds from now on, at most: 30 days. More is a moment, in seconds since 1970.
///
/// Source: protocol.txt, "Expiration times"
#[expect(dead_code, reason = "stage cache needs it")]
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
#[expect(unused_variables, reason = "goes with the todo!")]
pub fn expiry(exptime: i64, now: i64) -> i64 {
    // cache: 0 is never, less is at once, up to RELATIVE counts from now on, and more is a moment.
    NEVER
}

impl Store {
    /// Remembers what is there when the time for a flush has come.
    ///
    /// Every command comes through here before it finds or keeps anything, so nothing that was kept later has a lower number.
    #[expect(unused_variables, reason = "goes with the todo!")]
    pub(super) fn flush_if_due(&mut self, now: i64) {
        // cache: When `flush_at` has come, everything with a lower number than the next one is gone. See `flush`.
    }

    /// Whether an item is gone, though it is still in memory.
    #[expect(unused_variables, reason = "goes with the todo!")]
    pub(super) fn is_gone(&mut self, at: u32, now: i64) -> bool {
        // cache: It has expired, or it was there when everything was flushed.
        false
    }

    /// Forgets everything that will be there at the second `at`.
    #[expect(unused_variables, reason = "goes with the todo!")]
    pub fn flush(&mut self, at: i64, now: i64) {
        todo!(
            "cache: Walking through all items takes long. Numbers only grow: what is lower than the next one was there before."
        )
    }

    /// Changes when an item expires; whether there is one.
    #[expect(unused_variables, reason = "goes with the todo!")]
    pub fn touch(&mut self, name: super::Name<'_>, expires: i64, now: i64) -> bool {
        todo!("cache: Who touches an item uses it.")
    }
}
