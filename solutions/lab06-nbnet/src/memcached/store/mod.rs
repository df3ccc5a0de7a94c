//! Items in memory. Nothing here knows sockets, threads or what time it is: callers say it.

mod arithmetic;
mod change;
mod counters;
mod expiry;
mod item;
mod order;
mod room;
mod table;

pub use change::Uncountable;
pub use counters::Counters;
pub use expiry::{NEVER, expiry};
pub use item::{Item, OVERHEAD, cost};

use order::Order;
use table::Table;

use super::protocol::{Keep, Verb};

// region:given/store
/// A key and its hash, which is computed once.
#[derive(Debug, Clone, Copy)]
pub struct Name<'a> {
    /// The item's name.
    pub key: &'a [u8],
    /// Its hash; equal keys have equal ones.
    pub hash: u64,
}

/// What becomes an item.
#[derive(Debug, Clone, Copy)]
pub struct Value<'a> {
    /// What the client gets back.
    pub bytes: &'a [u8],
    /// What the client keeps with it, for itself.
    pub flags: u32,
    /// From which second on it is gone. See [`expiry`].
    pub expires: i64,
}

/// How a command that changes an item ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// Done.
    Stored,
    /// A condition of the command does not hold.
    NotStored,
    /// `cas`: somebody else has changed it.
    Exists,
    /// There is no such item.
    NotFound,
    /// It would not fit if it were alone.
    NoMemory,
}

/// A store. Its threads lock it as a whole; see [`Shards`](super::Shards).
#[derive(Debug)]
pub struct Store {
    items: Table,
    order: Order,
    /// What its items cost together, in bytes.
    used: u64,
    /// What they may cost, in bytes.
    limit: u64,
    /// The longest value, in bytes.
    longest: usize,
    /// The number that the next change gets.
    unique: u64,
    /// How far apart its numbers are, so that no two stores give the same.
    stride: u64,
    /// Items with a lower number are gone.
    //~cache #[expect(dead_code, reason = "stage cache needs it")]
    flushed: u64,
    /// When all that is there then will be gone.
    //~cache #[expect(dead_code, reason = "stage cache needs it")]
    flush_at: i64,
    /// How often what was asked for.
    pub counters: Counters,
}
// endregion:given/store

impl Store {
    /// Makes the `index`-th of `count` stores, whose items may cost `limit` bytes together, and whose values may be `longest` bytes long.
    pub fn new(limit: u64, longest: usize, index: u64, count: u64) -> Self {
        Self {
            items: Table::new(),
            order: Order::new(),
            used: 0,
            limit,
            longest,
            unique: index + 1,
            stride: count,
            flushed: 0,
            flush_at: NEVER,
            counters: Counters::default(),
        }
    }

    /// Finds an item, which is now the one that was used last.
    pub fn get(&mut self, name: Name<'_>, now: i64) -> Option<&Item> {
        // region:memcached/get `Store::live` finds it, `Order::renew` remembers that it was used.
        let at = self.live(name, now)?;
        self.order.renew(at);
        Some(self.items.item(at))
        // endregion:memcached/get
    }

    /// Keeps a value, if the command's condition holds.
    pub fn keep(&mut self, keep: &Keep<'_>, name: Name<'_>, value: Value<'_>, now: i64) -> Outcome {
        match keep.verb {
            Verb::Set => self.set(name, value, now),
            verb => self.change(verb, name, value, now),
        }
    }

    /// Keeps a value, whatever was there.
    pub fn set(&mut self, name: Name<'_>, value: Value<'_>, now: i64) -> Outcome {
        // region:memcached/set What does not fit (`Store::fits`) is refused, and the old value goes. Is it there already? Then it gets a new value, else it becomes an item. In the end `Store::make_room`.
        if !self.fits(name.key.len(), value.bytes.len()) {
            self.delete(name, now);
            return Outcome::NoMemory;
        }
        if let Some(at) = self.live(name, now) {
            self.replace(at, value);
        } else {
            let item = Item::new(name.key, value, self.next_unique());
            self.used += item.cost();
            let at = self.items.insert(name.hash, item);
            self.order.push(at);
        }
        self.counters.total_items += 1;
        self.make_room();
        Outcome::Stored
        // endregion:memcached/set
    }

    /// Forgets an item; whether there was one.
    pub fn delete(&mut self, name: Name<'_>, now: i64) -> bool {
        // region:memcached/delete Only what is alive can be deleted: `Store::live`, then `Store::remove`.
        let Some(at) = self.live(name, now) else {
            return false;
        };
        self.remove(at);
        true
        // endregion:memcached/delete
    }

    /// Returns how many items there are, those included that are gone and were not asked for since.
    pub fn len(&self) -> u64 {
        self.items.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Returns what its items cost together, in bytes.
    pub fn used(&self) -> u64 {
        self.used
    }

    /// Finds an item that is not gone. One that is gone is removed.
    //~memcached #[expect(dead_code, reason = "stage memcached needs it")]
    fn live(&mut self, name: Name<'_>, now: i64) -> Option<u32> {
        self.flush_if_due(now);
        let at = self.items.find(name)?;
        if self.is_gone(at, now) {
            self.remove(at);
            return None;
        }
        Some(at)
    }

    /// Gives an item another value and the next number.
    //~memcached #[expect(dead_code, reason = "stage memcached needs it")]
    fn replace(&mut self, at: u32, value: Value<'_>) {
        let unique = self.next_unique();
        let item = self.items.item_mut(at);
        self.used -= item.cost();
        item.replace(value, unique);
        self.used += item.cost();
        self.order.renew(at);
    }

    fn remove(&mut self, at: u32) {
        self.order.remove(at);
        let item = self.items.remove(at);
        self.used -= item.cost();
    }

    fn next_unique(&mut self) -> u64 {
        let unique = self.unique;
        self.unique += self.stride;
        unique
    }
}

// region:memcached
#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// A name whose hash is no good, so that chains grow long.
    pub(in crate::memcached) fn name(key: &str) -> Name<'_> {
        Name {
            key: key.as_bytes(),
            hash: key.len() as u64,
        }
    }

    pub(in crate::memcached) fn value(text: &str) -> Value<'_> {
        Value {
            bytes: text.as_bytes(),
            flags: 7,
            expires: NEVER,
        }
    }

    pub(in crate::memcached) fn text(store: &mut Store, key: &str, now: i64) -> Option<String> {
        let item = store.get(name(key), now)?;
        Some(String::from_utf8_lossy(item.value()).into_owned())
    }

    #[test]
    fn what_is_kept_is_found_until_it_is_deleted() {
        let mut store = Store::new(1 << 20, 1 << 20, 0, 1);
        assert_eq!(store.set(name("a"), value("1"), 0), Outcome::Stored);
        assert_eq!(store.set(name("b"), value("22"), 0), Outcome::Stored);
        assert_eq!(text(&mut store, "a", 0).as_deref(), Some("1"));
        assert_eq!(store.set(name("a"), value("333"), 0), Outcome::Stored);
        assert_eq!(text(&mut store, "a", 0).as_deref(), Some("333"));
        assert_eq!(text(&mut store, "b", 0).as_deref(), Some("22"));
        assert_eq!(store.len(), 2);
        assert!(store.delete(name("a"), 0));
        assert!(!store.delete(name("a"), 0));
        assert_eq!(text(&mut store, "a", 0), None);
        assert!(store.delete(name("b"), 0));
        assert_eq!((store.len(), store.used()), (0, 0));
    }

    #[test]
    fn thousands_of_items_are_each_found() {
        let mut store = Store::new(1 << 30, 1 << 20, 0, 1);
        let keys: Vec<String> = (0..5000).map(|number| format!("key-{number}")).collect();
        for (number, key) in keys.iter().enumerate() {
            let name = Name {
                key: key.as_bytes(),
                hash: number as u64 * 0x9e37_79b9,
            };
            store.set(name, value(key), 0);
        }
        for (number, key) in keys.iter().enumerate() {
            let name = Name {
                key: key.as_bytes(),
                hash: number as u64 * 0x9e37_79b9,
            };
            assert_eq!(store.get(name, 0).map(Item::value), Some(key.as_bytes()));
        }
        assert_eq!(store.len(), 5000);
    }
}
// endregion:memcached
