//! Threads for what would block a loop. They answer later, by the address of the connection that asked.

use std::io;
// region:timers
use std::sync::mpsc;
// endregion:timers
use std::sync::mpsc::Sender;
// region:timers
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
// endregion:timers

// region:timers
use crate::mailbox::Message;
// endregion:timers
use crate::mailbox::Post;
use crate::service::{Address, Job};

/// Hands jobs to worker threads. The threads end when all of these are gone.
#[derive(Clone)]
pub(crate) struct Workers {
    queue: Sender<(Address, Job)>,
}

impl Workers {
    /// Starts so many threads.
    ///
    /// # Errors
    /// Why one cannot be started.
    pub(crate) fn start(count: usize, post: &Post) -> io::Result<Self> {
        // region:timers A channel has one receiver; a mutex around it lets whoever is free take the next job. Never hold it while the job runs. The answer goes to the loop of the address as a message.
        let (queue, jobs) = mpsc::channel::<(Address, Job)>();
        let jobs = Arc::new(Mutex::new(jobs));
        for number in 0..count {
            let (jobs, post) = (Arc::clone(&jobs), post.clone());
            let work = move || {
                loop {
                    let next = jobs.lock().unwrap_or_else(PoisonError::into_inner).recv();
                    let Ok((address, job)) = next else { return };
                    post.tell(address.of_loop, Message::Answer(address.token, job()));
                }
            };
            thread::Builder::new()
                .name(format!("worker-{number}"))
                .spawn(work)?;
        }
        Ok(Self { queue })
        // endregion:timers
    }

    /// Has a job done for a connection.
    pub(crate) fn give(&self, address: Address, job: Job) {
        // Without threads there is nobody who takes it, and the connection is never answered: whoever asks for workers starts some.
        let _ = self.queue.send((address, job));
    }
}
