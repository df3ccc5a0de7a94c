mod disk;

use std::collections::VecDeque;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;
use tokio::task;

use disk::Disk;

/// How many bytes of batches are kept in memory: some 1,000 of them, which is three hours at an interval of 10 s.
const MOST: usize = 4 << 20;

/// Where batches are kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The folder.
    pub folder: PathBuf,
    /// The most bytes that they may have there; 0 keeps them in memory.
    pub most: u64,
}

/// Batches that the hub has not acknowledged yet, the oldest first: on the disk, so that they outlive the agent, or in memory.
///
/// Whoever may wait pushes; what must not wait, asks, and a thread for things that take time looks for the answer.
#[derive(Clone)]
pub(super) struct Backlog {
    queue: Arc<Mutex<Queue>>,
    changed: Arc<Notify>,
}

enum Queue {
    Disk(Box<Disk>),
    Memory(Memory),
}

#[derive(Default)]
struct Memory {
    batches: VecDeque<Batch>,
    bytes: usize,
    next: u64,
    dropped: u64,
}

/// One of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Batch {
    /// Its number here, which counts up.
    pub(super) number: u64,
    /// How the wire has it.
    pub(super) body: Arc<[u8]>,
}

impl Backlog {
    /// Opens what an earlier life of the agent has left, or begins anew. If the folder cannot be used, that is said, and batches are kept in memory.
    pub(super) fn open(place: &Place) -> Self {
        let queue = match place.most {
            0 => Queue::Memory(Memory::default()),
            most => Disk::open(place, most).map_or_else(
                |why| {
                    eprintln!("muster-agent: {why}: what the hub does not take is kept in memory");
                    Queue::Memory(Memory::default())
                },
                |disk| Queue::Disk(Box::new(disk)),
            ),
        };
        Self {
            queue: Arc::new(Mutex::new(queue)),
            changed: Arc::default(),
        }
    }

    /// Adds one; it is on the disk when this returns, or in memory as long as the disk has no room. If it becomes too much, the oldest are given up, and
    /// counted.
    pub(super) fn push(&self, body: Vec<u8>) {
        match &mut *self.lock() {
            Queue::Disk(disk) => disk.push(body),
            Queue::Memory(memory) => memory.push(body),
        }
        self.changed.notify_one();
    }

    /// Waits for the oldest one. It stays until it is [`Backlog::done`] with.
    pub(super) async fn first(&self) -> Batch {
        loop {
            if let Some(batch) = self.peek().await {
                return batch;
            }
            self.changed.notified().await;
        }
    }

    /// Returns the oldest one, if there is any.
    pub(super) async fn peek(&self) -> Option<Batch> {
        self.ask(|queue| match queue {
            Queue::Disk(disk) => disk.peek(),
            Queue::Memory(memory) => memory.batches.front().cloned(),
        })
        .await
        .flatten()
    }

    /// Forgets a batch, since the hub has stored it. It may have been given up meanwhile.
    pub(super) async fn done(&self, number: u64) {
        self.ask(move |queue| match queue {
            Queue::Disk(disk) => disk.done(number),
            Queue::Memory(memory) => memory.done(number),
        })
        .await;
    }

    /// Gives one up, since the hub never will take it.
    pub(super) async fn refused(&self, number: u64) {
        self.ask(move |queue| match queue {
            Queue::Disk(disk) => disk.refused(number),
            Queue::Memory(memory) => memory.refused(number),
        })
        .await;
    }

    /// Returns how many were given up since the agent started.
    pub(super) fn dropped(&self) -> u64 {
        match &*self.lock() {
            Queue::Disk(disk) => disk.dropped(),
            Queue::Memory(memory) => memory.dropped,
        }
    }

    /// Returns how many wait.
    pub(super) fn len(&self) -> u64 {
        match &*self.lock() {
            Queue::Disk(disk) => disk.len(),
            Queue::Memory(memory) => memory.batches.len() as u64,
        }
    }

    /// Has a thread that may wait look into it.
    async fn ask<T: Send + 'static>(&self, look: impl FnOnce(&mut Queue) -> T + Send + 'static) -> Option<T> {
        let backlog = self.clone();
        let asked = task::spawn_blocking(move || look(&mut backlog.lock()));
        // There is none only while the runtime ends.
        asked.await.ok()
    }

    fn lock(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Memory {
    fn push(&mut self, body: Vec<u8>) {
        self.bytes += body.len();
        self.next += 1;
        self.batches.push_back(Batch {
            number: self.next,
            body: body.into(),
        });
        // The newest stays in any case.
        while self.bytes > MOST && self.batches.len() > 1 {
            self.pop();
            self.dropped += 1;
        }
    }

    fn refused(&mut self, number: u64) {
        self.dropped += 1;
        self.done(number);
    }

    fn done(&mut self, number: u64) {
        if self.batches.front().is_some_and(|first| first.number == number) {
            self.pop();
        }
    }

    fn pop(&mut self) {
        if let Some(batch) = self.batches.pop_front() {
            self.bytes -= batch.body.len();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn block_on<T>(future: impl Future<Output = T>) -> T {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(future)
    }

    #[test]
    fn in_memory_the_oldest_are_given_up_and_counted() {
        let backlog = Backlog::open(&Place {
            folder: PathBuf::new(),
            most: 0,
        });
        let first = || block_on(backlog.peek()).map(|batch| batch.number);
        for _ in 1..=5 {
            backlog.push(vec![0; MOST / 3]);
        }
        assert_eq!((backlog.len(), backlog.dropped(), first()), (3, 2, Some(3)));
        // Its answer comes after it was given up.
        block_on(backlog.done(2));
        assert_eq!(backlog.len(), 3);
        block_on(backlog.done(3));
        assert_eq!(first(), Some(4));
        backlog.push(vec![0; 2 * MOST]);
        assert_eq!((backlog.len(), backlog.dropped()), (1, 4));
    }

    #[test]
    fn on_the_disk_they_are_there_in_the_next_life() {
        let folder = std::env::temp_dir().join(format!("muster-backlog-{}", std::process::id()));
        let place = Place {
            folder: folder.clone(),
            most: 100_000,
        };
        let backlog = Backlog::open(&place);
        for number in 1..=50 {
            backlog.push(vec![number; 4000]);
        }
        let (kept, dropped) = (backlog.len(), backlog.dropped());
        assert!(kept + dropped == 50 && dropped > 20, "{kept} {dropped}");
        let first = block_on(backlog.peek()).unwrap();
        assert_eq!((first.number, first.body[0]), (dropped + 1, dropped as u8 + 1));
        block_on(backlog.done(first.number));
        block_on(backlog.refused(first.number + 1));
        assert_eq!(backlog.dropped(), dropped + 1);
        drop(backlog);

        let backlog = Backlog::open(&place);
        assert_eq!((backlog.len(), backlog.dropped()), (kept - 2, 0));
        assert_eq!(block_on(backlog.first()).number, first.number + 2);
        // A second agent in the same folder has no part in it.
        let other = Backlog::open(&place);
        other.push(vec![1]);
        assert_eq!((other.len(), backlog.len()), (1, kept - 2));
        drop(backlog);
        std::fs::remove_dir_all(folder).unwrap();
    }
}
