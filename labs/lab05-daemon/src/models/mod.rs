//! Processes, threads and tasks under the same load.
//!
//! | file | what | |
//! |---|---|---|
//! | `load` | the jobs, and their answers | given |
//! | `worker` | this program as a worker: jobs come in on its standard input, answers go out on its standard output | given |
//! | `measure` | one row of the table | given |
//! | `process`, `thread`, `task` | the three runners | yours |
//! | `switch` | what it costs to pass a byte to and fro | yours |

mod error;
mod load;
mod measure;
mod process;
mod switch;
mod task;
mod thread;
pub mod worker;

use std::fmt;
use std::str::FromStr;

pub use error::{Error, Result};
pub use load::{Answer, Job, Load};
pub use measure::{Row, Trial, most_at_once};
pub use switch::{Switch, switch};

/// Who does the jobs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Model {
    /// Processes: each has its own memory, and jobs and answers are bytes in pipes.
    Process,
    /// Threads of one process, which the kernel switches between.
    Thread,
    /// Tasks on a few threads, which switch where they wait.
    Task,
}

impl Model {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Process, Self::Thread, Self::Task];

    /// Does `job` so many times, by at most `workers` at once. Returns the answers in the order in which they came.
    ///
    /// # Errors
    /// What could not be started, and which worker did not answer.
    pub fn run(self, job: Job, times: usize, workers: usize) -> Result<Vec<Answer>> {
        match self {
            Self::Process => process::run(job, times, workers),
            Self::Thread => thread::run(job, times, workers),
            Self::Task => task::run(job, times, workers),
        }
    }
}

impl fmt::Display for Model {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Process => "process",
            Self::Thread => "thread",
            Self::Task => "task",
        })
    }
}

impl FromStr for Model {
    type Err = &'static str;

    fn from_str(text: &str) -> std::result::Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|model| model.to_string() == text)
            .ok_or("process, thread or task")
    }
}
