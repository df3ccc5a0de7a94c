//! So many connections and no more: when one more comes, the one that was answered the longest ago makes room.
//!
//! Whoever opens connections and says nothing, or a byte now and then, so loses them to whoever asks. A stream of events is answered all the time.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Waker};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::Instant;

/// The places; a clone is the same.
#[derive(Clone)]
pub(crate) struct Places {
    free: Arc<Semaphore>,
    taken: Arc<Mutex<HashMap<u64, Arc<Entry>>>>,
    next: u64,
}

/// A place that is taken, until this is dropped.
pub(crate) struct Place {
    number: u64,
    entry: Arc<Entry>,
    taken: Arc<Mutex<HashMap<u64, Arc<Entry>>>>,
    _permit: OwnedSemaphorePermit,
}

struct Entry {
    answered: Mutex<Instant>,
    /// Another one wants the place.
    is_wanted: AtomicBool,
    waker: Mutex<Option<Waker>>,
}

impl Places {
    pub(crate) fn new(most: usize) -> Self {
        Self {
            free: Arc::new(Semaphore::new(most)),
            taken: Arc::default(),
            next: 0,
        }
    }

    /// Takes a place for a connection that is there already.
    pub(crate) async fn take(&mut self) -> Place {
        if self.free.available_permits() == 0 {
            self.make_room();
        }
        let free = Arc::clone(&self.free);
        let permit = free.acquire_owned().await.expect("the semaphore is never closed");
        let entry = Arc::new(Entry {
            answered: Mutex::new(Instant::now()),
            is_wanted: AtomicBool::new(false),
            waker: Mutex::default(),
        });
        let number = self.next;
        self.next += 1;
        lock(&self.taken).insert(number, Arc::clone(&entry));
        Place {
            number,
            entry,
            taken: Arc::clone(&self.taken),
            _permit: permit,
        }
    }

    fn make_room(&self) {
        let taken = lock(&self.taken);
        let oldest = taken
            .values()
            .filter(|entry| !entry.is_wanted.load(Ordering::Relaxed))
            .min_by_key(|entry| *lock(&entry.answered));
        if let Some(entry) = oldest {
            entry.is_wanted.store(true, Ordering::Relaxed);
            if let Some(waker) = lock(&entry.waker).take() {
                waker.wake();
            }
        }
    }
}

impl Place {
    /// Takes note that something was sent.
    pub(crate) fn answered(&self) {
        *lock(&self.entry.answered) = Instant::now();
    }

    /// Says whether the connection is to end; if not, it will be woken when it is.
    pub(crate) fn is_wanted(&self, context: &Context<'_>) -> bool {
        let mut waker = lock(&self.entry.waker);
        if !waker
            .as_ref()
            .is_some_and(|waker| waker.will_wake(context.waker()))
        {
            *waker = Some(context.waker().clone());
        }
        self.entry.is_wanted.load(Ordering::Relaxed)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        lock(&self.taken).remove(&self.number);
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_one_that_was_answered_the_longest_ago_makes_room() {
        let mut places = Places::new(2);
        let (first, second) = (places.take().await, places.take().await);
        first.answered();
        let third = tokio::spawn(async move { places.take().await });
        let context = Context::from_waker(Waker::noop());
        while !second.is_wanted(&context) {
            tokio::task::yield_now().await;
        }
        assert!(!first.is_wanted(&context));
        drop(second);
        third.await.expect("it has a place");
    }
}
