//! What goes wrong.

use std::io;
use std::process::ExitStatus;

use super::Model;

/// The result of what can go wrong here.
pub type Result<T> = std::result::Result<T, Error>;

/// Why there is nothing measured.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A process could not be started.
    #[error("cannot start worker {number}")]
    Start {
        /// Which, from 1.
        number: usize,
        /// What the system says.
        source: io::Error,
    },
    /// A process ended that had a job.
    #[error("worker {number} (pid {pid}) has ended without an answer: {status}")]
    Crashed {
        /// Which, from 1.
        number: usize,
        /// Its process id.
        pid: u32,
        /// How it ended.
        status: ExitStatus,
    },
    /// A process said something that is no answer.
    #[error("worker {number} (pid {pid}) answers {answer:?}")]
    NoAnswer {
        /// Which, from 1.
        number: usize,
        /// Its process id.
        pid: u32,
        /// What it said.
        answer: String,
    },
    /// The processes could not be waited for.
    #[error("cannot wait for the workers")]
    Wait(#[source] io::Error),
    /// A thread could not be started.
    #[error("cannot start thread {number}")]
    Thread {
        /// Which, from 1.
        number: usize,
        /// What the system says.
        source: io::Error,
    },
    /// The threads for the tasks could not be started.
    #[error("cannot start the runtime")]
    Runtime(#[source] io::Error),
    /// A task panicked.
    #[error("a task has ended without an answer")]
    Task(#[from] tokio::task::JoinError),
    /// A byte did not come back.
    #[error("cannot pass a byte between two of model {model}")]
    Pass {
        /// Between which two.
        model: Model,
        /// What the system says.
        source: io::Error,
    },
    /// The kernel does not keep us on one core.
    #[error("cannot stay on one core")]
    Pin(#[source] io::Error),
}
