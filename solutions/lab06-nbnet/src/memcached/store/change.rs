//! Commands that keep a value on a condition, or make it from the one that is there.

use super::{Name, Outcome, Store, Value};
use crate::memcached::protocol::{Verb, Way};

impl Store {
    /// Does `add`, `replace`, `append`, `prepend` and `cas`.
    pub(super) fn change(&mut self, verb: Verb, name: Name<'_>, value: Value<'_>, now: i64) -> Outcome {
        // region:cache/change What would never fit changes nothing. Find what is there, then ask the verb. Where nothing is, `cas` says NotFound and the others NotStored.
        if !self.fits(name.key.len(), value.bytes.len()) {
            return Outcome::NoMemory;
        }
        let found = self.live(name, now);
        match (verb, found) {
            (Verb::Set, _) | (Verb::Add, None) | (Verb::Replace, Some(_)) => self.set(name, value, now),
            (Verb::Add, Some(at)) => {
                self.order.renew(at);
                Outcome::NotStored
            }
            (Verb::Cas(unique), Some(at)) => {
                if self.items.item(at).unique() == unique {
                    self.set(name, value, now)
                } else {
                    Outcome::Exists
                }
            }
            (Verb::Cas(_), None) => Outcome::NotFound,
            (Verb::Append, Some(at)) => self.join(at, name, value, false, now),
            (Verb::Prepend, Some(at)) => self.join(at, name, value, true, now),
            (_, None) => Outcome::NotStored,
        }
        // endregion:cache/change
    }

    /// Does `incr` and `decr`. Returns the new number, or why there is none.
    ///
    /// # Errors
    /// [`Uncountable`], and nothing was changed.
    pub fn count(&mut self, name: Name<'_>, way: Way, by: u64, now: i64) -> Result<u64, Uncountable> {
        // region:cache/count The sum is `arithmetic::changed`, the new value `arithmetic::written`. Flags and expiry stay.
        let at = self.live(name, now).ok_or(Uncountable::NotFound)?;
        let item = self.items.item(at);
        let number = super::arithmetic::changed(item.value(), way, by).ok_or(Uncountable::NotNumeric)?;
        let bytes = super::arithmetic::written(number, item.value().len());
        let value = Value {
            bytes: &bytes,
            flags: item.flags(),
            expires: item.expires(),
        };
        if !self.fits(name.key.len(), bytes.len()) {
            return Err(Uncountable::NoMemory);
        }
        self.replace(at, value);
        self.make_room();
        Ok(number)
        // endregion:cache/count
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

// region:cache

impl Store {
    /// Puts a value before or behind the one that is there, whose flags and expiry stay.
    fn join(&mut self, at: u32, name: Name<'_>, value: Value<'_>, before: bool, now: i64) -> Outcome {
        let item = self.items.item(at);
        if !self.fits(name.key.len(), item.value().len() + value.bytes.len()) {
            // As in memcached, for which this is one more reason not to store it.
            return Outcome::NotStored;
        }
        let bytes = if before {
            [value.bytes, item.value()].concat()
        } else {
            [item.value(), value.bytes].concat()
        };
        let value = Value {
            bytes: &bytes,
            flags: item.flags(),
            expires: item.expires(),
        };
        self.set(name, value, now)
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{name, text, value};
    use super::super::{NEVER, Store, Value};
    use super::*;

    fn store() -> Store {
        let mut store = Store::new(1 << 20, 16, 0, 1);
        store.set(name("a"), value("1"), 0);
        store
    }

    #[test]
    fn conditions_decide() {
        for (verb, key, outcome, left) in [
            (Verb::Add, "a", Outcome::NotStored, Some("1")),
            (Verb::Add, "b", Outcome::Stored, Some("2")),
            (Verb::Replace, "a", Outcome::Stored, Some("2")),
            (Verb::Replace, "b", Outcome::NotStored, None),
            (Verb::Append, "a", Outcome::Stored, Some("12")),
            (Verb::Append, "b", Outcome::NotStored, None),
            (Verb::Prepend, "a", Outcome::Stored, Some("21")),
            (Verb::Prepend, "b", Outcome::NotStored, None),
            (Verb::Cas(1), "a", Outcome::Stored, Some("2")),
            (Verb::Cas(2), "a", Outcome::Exists, Some("1")),
            (Verb::Cas(1), "b", Outcome::NotFound, None),
        ] {
            let mut store = store();
            assert_eq!(
                store.change(verb, name(key), value("2"), 0),
                outcome,
                "{verb:?} {key}"
            );
            assert_eq!(text(&mut store, key, 0).as_deref(), left, "{verb:?} {key}");
        }
    }

    #[test]
    fn what_is_appended_to_keeps_its_flags_and_its_expiry() {
        let mut store = store();
        let other = Value {
            bytes: b"2",
            flags: 1,
            expires: 5,
        };
        store.change(Verb::Append, name("a"), other, 0);
        let item = store.get(name("a"), 0).expect("it is there");
        assert_eq!((item.flags(), item.expires(), item.unique()), (7, NEVER, 2));
    }

    #[test]
    fn what_is_appended_to_does_not_become_too_long() {
        let mut store = store();
        let fifteen = "x".repeat(15);
        assert_eq!(
            store.change(Verb::Append, name("a"), value(&fifteen), 0),
            Outcome::Stored
        );
        assert_eq!(
            store.change(Verb::Append, name("a"), value("x"), 0),
            Outcome::NotStored
        );
        assert_eq!(text(&mut store, "a", 0).map(|text| text.len()), Some(16));
    }

    #[test]
    fn a_number_keeps_its_length_when_it_gets_shorter() {
        let mut store = Store::new(1 << 20, 16, 0, 1);
        store.set(name("n"), value("10"), 0);
        assert_eq!(store.count(name("n"), Way::Down, 1, 0), Ok(9));
        assert_eq!(text(&mut store, "n", 0).as_deref(), Some("9 "));
        assert_eq!(store.count(name("n"), Way::Up, 991, 0), Ok(1000));
        assert_eq!(text(&mut store, "n", 0).as_deref(), Some("1000"));
        assert_eq!(store.count(name("n"), Way::Down, 1001, 0), Ok(0));
        assert_eq!(store.count(name("m"), Way::Up, 1, 0), Err(Uncountable::NotFound));
        store.set(name("n"), value("x"), 0);
        assert_eq!(
            store.count(name("n"), Way::Up, 1, 0),
            Err(Uncountable::NotNumeric)
        );
    }
}
// endregion:cache
