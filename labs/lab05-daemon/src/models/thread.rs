//! The jobs, done by threads.

use super::{Answer, Job, Result};

/// Does `job` so many times, by at most `workers` threads and no more than there are jobs, which this one starts and waits for.
///
/// Each thread takes jobs from a channel until there are none left, and sends its answers through another. A thread for each job would
/// do as well with ten jobs. With a hundred thousand it has a hundred thousand stacks, and the kernel refuses one of them; what limits
/// the number of threads is then the number of jobs, which is whatever came in.
///
/// # Errors
/// As [`super::Model::run`].
#[expect(unused_variables, reason = "goes with the todo!")]
pub(super) fn run(job: Job, times: usize, workers: usize) -> Result<Vec<Answer>> {
    todo!(
        "models: One channel of jobs for all threads, one of answers. std's Receiver has one owner: share it behind a lock, but for how long?"
    )
}
