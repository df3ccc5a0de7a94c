//! Commands that keep a value on a condition, or make it from the one that is there.

use super::{Name, Outcome, Store, Value};
use crate::memcached::protocol::{Verb, Way};

impl Store {
    /// Does `add`, `replace`, `append`, `prepend` and `cas`.
    #[expect(unused_variables, reason = "goes with the todo!")]
    pub(super) fn change(&mut self, verb: Verb, name: Name<'_>, value: Value<'_>, now: i64) -> Outcome {
        todo!(
            "cache: What would never fit changes nothing. Find what is there, then ask the verb. Where nothing is, `cas` says NotFound and the others NotStored."
        )
    }

    /// Does `incr` and `decr`. Returns the new number, or why there is none.
    ///
    /// # Errors
    /// [`Uncountable`], and nothing was changed.
    #[expect(unused_variables, reason = "goes with the todo!")]
    pub fn count(&mut self, name: Name<'_>, way: Way, by: u64, now: i64) -> Result<u64, Uncountable> {
        todo!(
            "cache: The sum is `arithmetic::changed`, the new value `arithmetic::written`. Flags and expiry stay."
        )
    }
}

/// Why there is no new number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Uncountable {
    /// There is no such item.
    NotFound,
    /// Its value is no number.
    NotNumeric,
    /// The longer number would not fit if it were alone.
    NoMemory,
}
