//! Several stores, so that threads seldom wait for each other.

use std::hash::BuildHasher as _;
use std::sync::{Mutex, MutexGuard, PoisonError};

use foldhash::quality::RandomState;

use super::store::{Name, Store};

/// Stores that share a memory limit. A key's hash says in which one its item is.
#[derive(Debug)]
pub struct Shards {
    /// Has a seed that no client knows: none can choose keys that share a chain.
    hasher: RandomState,
    stores: Box<[Mutex<Store>]>,
}

impl Shards {
    /// Makes stores for so many threads: as many, or the next power of two. Each gets its share of `memory` bytes. A value may be `longest` bytes long.
    pub fn new(threads: usize, memory: u64, longest: usize) -> Self {
        let count = threads.next_power_of_two().max(1);
        let share = memory / count as u64;
        Self {
            hasher: RandomState::default(),
            stores: (0..count as u64)
                .map(|index| Mutex::new(Store::new(share, longest, index, count as u64)))
                .collect(),
        }
    }

    /// Locks the store of a key, and returns its name there.
    #[inline]
    pub fn lock<'a>(&self, key: &'a [u8]) -> (MutexGuard<'_, Store>, Name<'a>) {
        let hash = self.hasher.hash_one(key);
        // The low bits choose the chain within a store; if they chose the store as well, most chains would be empty.
        let index = (hash >> 40) as usize & (self.stores.len() - 1);
        (lock(&self.stores[index]), Name { key, hash })
    }

    /// Locks one store after the other.
    pub fn each(&self) -> impl Iterator<Item = MutexGuard<'_, Store>> {
        self.stores.iter().map(lock)
    }
}

fn lock(store: &Mutex<Store>) -> MutexGuard<'_, Store> {
    // A thread that panicked is a mistake of its own. The others go on.
    store.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_many_as_threads_or_the_next_power_of_two() {
        for (threads, stores) in [(1, 1), (2, 2), (3, 4), (64, 64)] {
            assert_eq!(Shards::new(threads, 1 << 20, 1 << 20).stores.len(), stores);
        }
    }
}
