//! Threads for methods that wait.

use std::collections::VecDeque;
use std::io;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;

use super::Call;
use super::stats::{Stats, less, more};
use crate::methods::Methods;

/// A call that waits for a thread.
pub(super) struct Task {
    pub(super) call: Arc<Call>,
    /// The place of its method.
    pub(super) method: usize,
    pub(super) body: Box<[u8]>,
}

/// Threads that run calls, in the order in which they came. They end when this is dropped and they are done.
pub(super) struct Pool {
    shared: Arc<Shared>,
}

struct Shared {
    methods: Arc<Methods>,
    stats: Arc<Stats>,
    /// How many calls may wait.
    most: usize,
    queue: Mutex<Queue>,
    /// There is a call, or it is over.
    changed: Condvar,
}

#[derive(Default)]
struct Queue {
    tasks: VecDeque<Task>,
    /// How many threads wait and were not woken yet.
    idle: usize,
    closed: bool,
}

impl Pool {
    /// Starts so many threads, for `most` calls that wait.
    ///
    /// # Errors
    /// Why one cannot be started.
    pub(super) fn start(
        threads: usize,
        most: usize,
        methods: &Arc<Methods>,
        stats: &Arc<Stats>,
    ) -> io::Result<Self> {
        let shared = Arc::new(Shared {
            methods: Arc::clone(methods),
            stats: Arc::clone(stats),
            most,
            queue: Mutex::default(),
            changed: Condvar::new(),
        });
        for number in 0..threads {
            let shared = Arc::clone(&shared);
            thread::Builder::new()
                .name(format!("worker-{number}"))
                .spawn(move || shared.work())?;
        }
        Ok(Self { shared })
    }

    /// Lets a call wait for a thread. Returns whether there is room for it.
    #[expect(unused_variables, reason = "goes with the todo!")]
    pub(super) fn give(&self, task: Task) -> bool {
        todo!(
            "call: Calls that are over wait for nobody: if the queue is full, take them out first. Wake a thread only if one is idle that nobody has woken yet: a wake is a system call."
        )
    }
}

impl Drop for Pool {
    fn drop(&mut self) {
        self.shared.lock().closed = true;
        self.shared.changed.notify_all();
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes for all how many wait.
    fn count(&self, queue: &Queue) {
        let waiting = u64::try_from(queue.tasks.len()).unwrap_or(u64::MAX);
        self.stats
            .waiting
            .store(waiting, std::sync::atomic::Ordering::Relaxed);
    }

    fn work(&self) {
        while let Some(task) = self.next() {
            more(&self.stats.running);
            self.run(task);
            less(&self.stats.running);
        }
    }

    /// Waits for the next call; none comes when it is over.
    fn next(&self) -> Option<Task> {
        todo!("call: Take the first one, or be idle and wait; a wait may end without a reason.")
    }

    /// Runs a call, unless it is over, or late.
    #[expect(unused_variables, reason = "goes with the todo!")]
    fn run(&self, task: Task) {
        todo!(
            "call: A call whose time is over is not begun (`expire`), nor one that is over anyway. A method that panics has failed with `panicked()`, and the thread lives on: `catch_unwind`. All else is a reply or a failure."
        )
    }
}
