//! Finds items by key: a hash table with chains, whose links are indices.

use super::{Item, Name};

/// No index.
const NONE: u32 = u32::MAX;

/// How many chains a new table has.
const FIRST: usize = 1024;

/// Where an item is, or a free place.
#[derive(Debug)]
struct Slot {
    hash: u64,
    item: Option<Item>,
    /// The next of its chain, or the next free place.
    next: u32,
}

/// A hash table that gives every item an index, which it keeps.
#[derive(Debug)]
pub(super) struct Table {
    slots: Vec<Slot>,
    /// The first item of each chain. Their number is a power of two.
    chains: Vec<u32>,
    /// The first free place.
    free: u32,
    count: usize,
}

impl Table {
    pub(super) fn new() -> Self {
        Self {
            slots: Vec::new(),
            chains: vec![NONE; FIRST],
            free: NONE,
            count: 0,
        }
    }

    pub(super) fn len(&self) -> u64 {
        self.count as u64
    }

    /// Finds where an item is.
    #[inline]
    #[expect(unused_variables, reason = "goes with the todo!")]
    pub(super) fn find(&self, name: Name<'_>) -> Option<u32> {
        todo!(
            "memcached: Begin with the chain of the hash, follow `next` to `NONE`. Only equal hashes make it worth while to compare keys."
        )
    }

    /// Takes an item whose key is not there yet.
    ///
    /// # Panics
    /// When 2^32 - 1 items are there, which no memory limit in use allows.
    #[expect(dead_code, reason = "stage memcached needs it")]
    pub(super) fn insert(&mut self, hash: u64, item: Item) -> u32 {
        if self.count >= self.chains.len() {
            self.grow();
        }
        let chain = self.chain(hash);
        let slot = Slot {
            hash,
            item: Some(item),
            next: self.chains[chain],
        };
        let at = if self.free == NONE {
            let at = u32::try_from(self.slots.len()).expect("a store holds fewer than 2^32 items");
            assert_ne!(at, NONE, "a store holds fewer than 2^32 items");
            self.slots.push(slot);
            at
        } else {
            let at = self.free;
            let place = &mut self.slots[at as usize];
            self.free = place.next;
            *place = slot;
            at
        };
        self.chains[chain] = at;
        self.count += 1;
        at
    }

    /// Returns an item.
    ///
    /// # Panics
    /// When there is none at `at`.
    #[inline]
    #[expect(dead_code, reason = "stage memcached needs it")]
    pub(super) fn item(&self, at: u32) -> &Item {
        self.slots[at as usize]
            .item
            .as_ref()
            .expect("an index is used only while its item is there")
    }

    /// Returns an item to change it; its key stays.
    ///
    /// # Panics
    /// When there is none at `at`.
    pub(super) fn item_mut(&mut self, at: u32) -> &mut Item {
        self.slots[at as usize]
            .item
            .as_mut()
            .expect("an index is used only while its item is there")
    }

    /// Takes an item out.
    ///
    /// # Panics
    /// When there is none at `at`.
    pub(super) fn remove(&mut self, at: u32) -> Item {
        let (hash, next) = {
            let slot = &self.slots[at as usize];
            (slot.hash, slot.next)
        };
        let chain = self.chain(hash);
        if self.chains[chain] == at {
            self.chains[chain] = next;
        } else {
            let mut before = self.chains[chain];
            while self.slots[before as usize].next != at {
                before = self.slots[before as usize].next;
            }
            self.slots[before as usize].next = next;
        }
        let slot = &mut self.slots[at as usize];
        slot.next = self.free;
        self.free = at;
        self.count -= 1;
        slot.item
            .take()
            .expect("an index is used only while its item is there")
    }

    /// Doubles the number of chains, so that they stay short.
    fn grow(&mut self) {
        let doubled = self.chains.len() * 2;
        self.chains.clear();
        self.chains.resize(doubled, NONE);
        for at in 0..self.slots.len() {
            if self.slots[at].item.is_some() {
                let chain = self.chain(self.slots[at].hash);
                self.slots[at].next = self.chains[chain];
                self.chains[chain] = at as u32;
            }
        }
    }

    fn chain(&self, hash: u64) -> usize {
        hash as usize & (self.chains.len() - 1)
    }
}
