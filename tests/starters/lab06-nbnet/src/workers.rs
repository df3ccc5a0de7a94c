//! Threads for what would block a loop. They answer later, by the address of the connection that asked.

use std::io;
use std::sync::mpsc::Sender;

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
    #[expect(unused_variables, reason = "goes with the todo!")]
    pub(crate) fn start(count: usize, post: &Post) -> io::Result<Self> {
        todo!(
            "timers: A channel has one receiver; a mutex around it lets whoever is free take the next job. Never hold it while the job runs. The answer goes to the loop of the address as a message."
        )
    }

    /// Has a job done for a connection.
    pub(crate) fn give(&self, address: Address, job: Job) {
        // Without threads there is nobody who takes it, and the connection is never answered: whoever asks for workers starts some.
        let _ = self.queue.send((address, job));
    }
}
