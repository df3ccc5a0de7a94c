//! The jobs, done by tasks.

use tokio::runtime::Runtime;
// region:models
use std::thread;

use tokio::runtime::Builder;
use tokio::task::JoinSet;

use super::Error;
// endregion:models
use super::{Answer, Job, Result};

/// Does `job` so many times, by at most `workers` tasks on as many threads as there are cores.
///
/// Each job is a task of its own ([`Job::run_as_task`]). That is cheap: a task is some hundred bytes, and starting one is no system call.
///
/// `spawn_blocking` is the place for what occupies a thread, but here it would measure the wrong thing: it has up to 512 threads, so the
/// table would show threads once more. The jobs that compute are welcome on the runtime's own threads, since nothing else waits for those.
///
/// # Errors
/// As [`super::Model::run`].
pub(super) fn run(job: Job, times: usize, workers: usize) -> Result<Vec<Answer>> {
    // region:models/task A JoinSet holds the tasks that are under way: fill it up to `workers`, take out whichever is done, and again.
    runtime()?.block_on(async {
        let mut under_way = JoinSet::new();
        let mut left = times;
        let mut answers = Vec::with_capacity(times);
        loop {
            while left > 0 && under_way.len() < workers {
                under_way.spawn(job.run_as_task());
                left -= 1;
            }
            match under_way.join_next().await {
                Some(answer) => answers.push(answer?),
                None => return Ok(answers),
            }
        }
    })
    // endregion:models/task
}

/// Starts a runtime with one thread for each core that this process may use, and with timers.
///
/// # Errors
/// [`super::Error::Runtime`].
//~models #[expect(dead_code, reason = "`run` will use it")]
pub(super) fn runtime() -> Result<Runtime> {
    // region:models `available_parallelism` asks the kernel, and knows of a mask that keeps us on one core. Without `enable_time`, `sleep` panics.
    let cores = thread::available_parallelism().map_or(1, usize::from);
    Builder::new_multi_thread()
        .worker_threads(cores)
        .enable_time()
        .build()
        .map_err(Error::Runtime)
    // endregion:models
}
