use std::fmt;
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use crate::error::{Error, Result};
use crate::reader::HostId;
use crate::retention::Expiring;
use crate::sample::{Appended, Batch, now_ms};
use crate::store::Store;

/// The most batches that wait. More would only make the answers late: who sends keeps them as well.
const MOST_WAITING: usize = 1024;

/// The most samples of one transaction, so that the first of many that wait is not acknowledged too late.
const MOST_SAMPLES: usize = 50_000;

/// How often what is old is deleted, and how long after the start for the first time.
const UPKEEP: Duration = Duration::from_secs(3600);
const FIRST_UPKEEP: Duration = Duration::from_secs(60);

/// Writes on a thread of its own what others queue, and deletes what is older than [`Store::keeping`] says. A clone is one more hand at the same queue; when the last is dropped, what waits is
/// written and the thread ends.
#[derive(Clone)]
pub struct Writer(Arc<Inner>);

/// Says of a host that something new of it can be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Committed {
    /// Whose batch it was.
    pub host: HostId,
    /// When the batch arrived, in milliseconds since 1970-01-01 UTC.
    pub received_ms: i64,
    /// What became of its samples.
    pub appended: Appended,
}

type Done = Box<dyn FnOnce(std::result::Result<Appended, Arc<Error>>) + Send>;

struct Inner {
    queue: Mutex<Option<SyncSender<(Batch, Done)>>>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

impl Writer {
    /// Starts the thread. It calls `committed` once for each batch after the batch's commit.
    ///
    /// # Errors
    /// [`Error::Thread`].
    pub fn start(store: Store, committed: impl FnMut(&Committed) + Send + 'static) -> Result<Self> {
        let (sender, receiver) = sync_channel(MOST_WAITING);
        let thread = thread::Builder::new()
            .name("store".into())
            .spawn(move || write(store, &receiver, committed))
            .map_err(|source| Error::Thread { source })?;
        Ok(Self(Arc::new(Inner {
            queue: Mutex::new(Some(sender)),
            thread: Mutex::new(Some(thread)),
        })))
    }

    /// Queues a batch, and never waits. `done` is called on the writer's thread after the commit, which is the moment to acknowledge, or
    /// with why there was none; it should be quick.
    ///
    /// # Errors
    /// [`Error::Busy`] if the queue is full, [`Error::Closed`] after [`stop`](Self::stop); `done` is not called then.
    pub fn append(
        &self,
        batch: Batch,
        done: impl FnOnce(std::result::Result<Appended, Arc<Error>>) + Send + 'static,
    ) -> Result<()> {
        let queue = self.0.queue.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(queue) = &*queue else {
            return Err(Error::Closed);
        };
        queue
            .try_send((batch, Box::new(done)))
            .map_err(|error| match error {
                TrySendError::Full(_) => Error::Busy {
                    waiting: MOST_WAITING,
                },
                TrySendError::Disconnected(_) => Error::Closed,
            })
    }

    /// Lets nobody queue any more, and returns when all that waits is written.
    pub fn stop(&self) {
        self.0.stop();
    }
}

impl Inner {
    fn stop(&self) {
        drop(self.queue.lock().unwrap_or_else(PoisonError::into_inner).take());
        let thread = self.thread.lock().unwrap_or_else(PoisonError::into_inner).take();
        // `done` may hold the last clone, and then this is the thread itself, which cannot wait for its own end.
        if let Some(thread) = thread
            && thread.thread().id() != thread::current().id()
        {
            // It panics only if a callback does, which has been told on stderr.
            let _ = thread.join();
        }
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        self.stop();
    }
}

impl fmt::Debug for Writer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Writer").finish_non_exhaustive()
    }
}

/// Waits for the next batch; `None` if it is time for upkeep.
type Next = Option<(Batch, Done)>;

fn next(queue: &Receiver<(Batch, Done)>, upkeep: &Upkeep) -> std::result::Result<Next, ()> {
    match queue.recv_timeout(upkeep.wait()) {
        Ok(queued) => Ok(Some(queued)),
        Err(RecvTimeoutError::Timeout) => Ok(None),
        Err(RecvTimeoutError::Disconnected) => Err(()),
    }
}

fn write(mut store: Store, queue: &Receiver<(Batch, Done)>, mut committed: impl FnMut(&Committed)) {
    let (mut batches, mut dones) = (Vec::new(), Vec::new());
    let mut upkeep = Upkeep::new();
    while let Ok(queued) = next(queue, &upkeep) {
        if let Some((batch, done)) = queued {
            let mut samples = batch.samples.len();
            batches.push(batch);
            dones.push(done);
            while samples < MOST_SAMPLES
                && let Ok((batch, done)) = queue.try_recv()
            {
                samples += batch.samples.len();
                batches.push(batch);
                dones.push(done);
            }
            match store.append_with_hosts(&batches) {
                Ok(results) => {
                    for ((batch, done), (host, appended)) in
                        batches.drain(..).zip(dones.drain(..)).zip(results)
                    {
                        done(Ok(appended));
                        committed(&Committed {
                            host,
                            received_ms: batch.received_ms,
                            appended,
                        });
                    }
                }
                Err(error) => {
                    let error = Arc::new(error);
                    batches.clear();
                    dones.drain(..).for_each(|done| done(Err(Arc::clone(&error))));
                }
            }
        }
        upkeep.step(&mut store);
    }
}

/// Deletes what is old, a piece at a time between two commits.
struct Upkeep {
    under_way: Option<Expiring>,
    /// When the next round begins.
    at: Instant,
}

impl Upkeep {
    fn new() -> Self {
        Self {
            under_way: None,
            at: Instant::now() + FIRST_UPKEEP,
        }
    }

    /// Returns for how long there is nothing to do.
    fn wait(&self) -> Duration {
        match self.under_way {
            Some(_) => Duration::ZERO,
            None => self.at.saturating_duration_since(Instant::now()),
        }
    }

    fn step(&mut self, store: &mut Store) {
        if self.under_way.is_none() && Instant::now() < self.at {
            return;
        }
        let done = match &mut self.under_way {
            Some(expiring) => store.expire_next(expiring).map(|more| !more),
            None => {
                let retention = store.retention();
                let begun = store.begin_to_expire(now_ms(), &retention);
                begun.map(|expiring| {
                    self.under_way = Some(expiring);
                    false
                })
            }
        };
        match done {
            Ok(false) => {}
            Ok(true) => self.rest(),
            Err(why) => {
                // What is old stays for an hour more, and hosts report on.
                eprintln!("store: cannot delete what is old: {why}");
                self.rest();
            }
        }
    }

    fn rest(&mut self) {
        self.under_way = None;
        self.at = Instant::now() + UPKEEP;
    }
}
