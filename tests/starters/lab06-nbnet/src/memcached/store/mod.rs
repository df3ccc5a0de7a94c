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
    #[expect(dead_code, reason = "stage cache needs it")]
    flushed: u64,
    /// When all that is there then will be gone.
    #[expect(dead_code, reason = "stage cache needs it")]
    flush_at: i64,
    /// How often what was asked for.
    pub counters: Counters,
}

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
    #[expect(unused_variables, reason = "goes with the todo!")]
    pub fn get(&mut self, name: Name<'_>, now: i64) -> Option<&Item> {
        todo!("memcached: `Store::live` finds it, `Order::renew` remembers that it was used.")
    }

    /// Keeps a value, if the command's condition holds.
    pub fn keep(&mut self, keep: &Keep<'_>, name: Name<'_>, value: Value<'_>, now: i64) -> Outcome {
        match keep.verb {
            Verb::Set => self.set(name, value, now),
            verb => self.change(verb, name, value, now),
        }
    }

    /// Keeps a value, whatever was there.
    #[expect(unused_variables, reason = "goes with the todo!")]
    pub fn set(&mut self, name: Name<'_>, value: Value<'_>, now: i64) -> Outcome {
        todo!(
            "memcached: What does not fit (`Store::fits`) is refused, and the old value goes. Is it there already? Then it gets a new value, else it becomes an item. In the end `Store::make_room`."
        )
    }

    /// Forgets an item; whether there was one.
    #[expect(unused_variables, reason = "goes with the todo!")]
    pub fn delete(&mut self, name: Name<'_>, now: i64) -> bool {
        todo!("memcached: Only what is alive can be deleted: `Store::live`, then `Store::remove`.")
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
    #[expect(dead_code, reason = "stage memcached needs it")]
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
    #[expect(dead_code, reason = "stage memcached needs it")]
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
