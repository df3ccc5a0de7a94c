//! The jobs, done by processes.

use std::io::BufReader;
use std::process::{Child, ChildStdin, ChildStdout};

use super::{Answer, Job, Result};

/// A process that does jobs, and the pipes to and from it. Dropped, it is killed and waited for: nothing is left behind, whatever
/// went wrong, not even a zombie.
#[expect(dead_code, reason = "`run` will use it")]
#[derive(Debug)]
struct Worker {
    /// Which, from 1.
    number: usize,
    child: Child,
    jobs: ChildStdin,
    answers: BufReader<ChildStdout>,
}

/// Does `job` so many times, by at most `workers` processes: this program once more ([`super::worker::command`]).
///
/// Each process does one job after the other, and no more are started than there are jobs. This process has one thread, which waits for
/// whichever answers first ([`crate::events::Events`]). A process that ends and owes an answer is [`super::Error::Crashed`]; one that owes
/// none may end when it likes.
///
/// # Errors
/// As [`super::Model::run`].
#[expect(unused_variables, reason = "goes with the todo!")]
pub(super) fn run(job: Job, times: usize, workers: usize) -> Result<Vec<Answer>> {
    todo!(
        "models: Start the workers, a job for each at once. Whichever answers first gets the next one, as long as there are any; then it is not waited for any more."
    )
}

#[expect(dead_code, reason = "`run` will use it")]
impl Worker {
    /// Starts a process, with a pipe to its standard input and one from its standard output.
    #[expect(unused_variables, reason = "goes with the todo!")]
    fn start(number: usize) -> Result<Self> {
        todo!(
            "models: Ask `worker::command()` for both pipes and take them out of the child. What it says on standard error is said on this process's own."
        )
    }

    /// Gives it a job.
    #[expect(unused_variables, reason = "goes with the todo!")]
    fn give(&mut self, job: Job) -> Result<()> {
        todo!("models: One line. A pipe that nobody reads any more is a process that has ended.")
    }

    /// Reads its answer, which is there or begins to be.
    fn answer(&mut self) -> Result<Answer> {
        todo!("models: One line. What does it mean if it is empty, or has no end?")
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        todo!("models: Killing is half of it.")
    }
}
