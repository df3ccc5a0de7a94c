use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;

/// How many bytes of batches are kept: some 1,000 of them, which is three hours at an interval of 10 s.
const MOST: usize = 4 << 20;

/// Batches that the hub has not acknowledged yet, the oldest first.
#[derive(Default)]
pub(super) struct Backlog {
    inner: Mutex<Inner>,
    changed: Notify,
}

#[derive(Default)]
struct Inner {
    batches: VecDeque<Batch>,
    bytes: usize,
    dropped: u64,
}

/// One of them.
#[derive(Clone)]
pub(super) struct Batch {
    /// Its number, which counts up.
    pub(super) sequence: u64,
    /// How the wire has it.
    pub(super) body: Arc<[u8]>,
}

impl Backlog {
    /// Adds one. If it becomes too much, the oldest are given up, and counted.
    pub(super) fn push(&self, sequence: u64, body: Vec<u8>) {
        let mut inner = self.lock();
        inner.bytes += body.len();
        inner.batches.push_back(Batch {
            sequence,
            body: body.into(),
        });
        // The newest stays in any case.
        while inner.bytes > MOST && inner.batches.len() > 1 {
            inner.pop();
            inner.dropped += 1;
        }
        drop(inner);
        self.changed.notify_one();
    }

    /// Waits for the oldest one. It stays until it is [`Backlog::done`] with.
    pub(super) async fn first(&self) -> Batch {
        loop {
            if let Some(batch) = self.peek() {
                return batch;
            }
            self.changed.notified().await;
        }
    }

    /// Returns the oldest one, if there is any.
    pub(super) fn peek(&self) -> Option<Batch> {
        self.lock().batches.front().cloned()
    }

    /// Forgets a batch, since it is stored, or never will be. It may have been given up meanwhile.
    pub(super) fn done(&self, sequence: u64) {
        let mut inner = self.lock();
        if inner
            .batches
            .front()
            .is_some_and(|first| first.sequence == sequence)
        {
            inner.pop();
        }
    }

    /// Counts one that is lost for another reason.
    pub(super) fn lost(&self) {
        self.lock().dropped += 1;
    }

    /// Returns how many were given up so far.
    pub(super) fn dropped(&self) -> u64 {
        self.lock().dropped
    }

    /// Returns how many wait.
    pub(super) fn len(&self) -> usize {
        self.lock().batches.len()
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inner {
    fn pop(&mut self) {
        if let Some(batch) = self.batches.pop_front() {
            self.bytes -= batch.body.len();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_are_given_up_and_counted() {
        let backlog = Backlog::default();
        for sequence in 1..=5 {
            backlog.push(sequence, vec![0; MOST / 3]);
        }
        assert_eq!((backlog.len(), backlog.dropped()), (3, 2));
        assert_eq!(backlog.peek().map(|batch| batch.sequence), Some(3));
        // Its answer comes after it was given up.
        backlog.done(2);
        assert_eq!(backlog.len(), 3);
        backlog.done(3);
        assert_eq!(backlog.peek().map(|batch| batch.sequence), Some(4));
        backlog.push(6, vec![0; 2 * MOST]);
        assert_eq!((backlog.len(), backlog.dropped()), (1, 4));
    }
}
