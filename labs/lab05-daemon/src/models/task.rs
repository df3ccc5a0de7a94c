//! The jobs, done by tasks.

use super::{Answer, Job, Result};
use tokio::runtime::Runtime;

/// Does `job` so many times, by at most `workers` tasks on as many threads as there are cores.
///
/// Each job is a task of its own ([`Job::run_as_task`]). That is cheap: a task is some hundred bytes, and starting one is no system call.
///
/// `spawn_blocking` is the place for what occupies a thread, but here it would measure the wrong thing: it has up to 512 threads, so the
/// table would show threads once more. The jobs that compute are welcome on the runtime's own threads, since nothing else waits for those.
///
/// # Errors
/// As [`super::Model::run`].
#[expect(unused_variables, reason = "goes with the todo!")]
pub(super) fn run(job: Job, times: usize, workers: usize) -> Result<Vec<Answer>> {
    todo!(
        "models: A JoinSet holds the tasks that are under way: fill it up to `workers`, take out whichever is done, and again."
    )
}

/// Starts a runtime with one thread for each core that this process may use, and with timers.
///
/// # Errors
/// [`super::Error::Runtime`].
#[expect(dead_code, reason = "`run` will use it")]
pub(super) fn runtime() -> Result<Runtime> {
    todo!(
        "models: `available_parallelism` asks the kernel, and knows of a mask that keeps us on one core. Without `enable_time`, `sleep` panics."
    )
}
