//! The jobs, done by threads.

// region:models
use std::sync::mpsc::{self, Receiver};
use std::sync::{Mutex, PoisonError};
use std::thread;

use super::Error;
// endregion:models
use super::{Answer, Job, Result};

/// Does `job` so many times, by at most `workers` threads and no more than there are jobs, which this one starts and waits for.
///
/// Each thread takes jobs from a channel until there are none left, and sends its answers through another. A thread for each job would
/// do as well with ten jobs. With a hundred thousand it has a hundred thousand stacks, and the kernel refuses one of them; what limits
/// the number of threads is then the number of jobs, which is whatever came in.
///
/// # Errors
/// As [`super::Model::run`].
pub(super) fn run(job: Job, times: usize, workers: usize) -> Result<Vec<Answer>> {
    // region:models/thread One channel of jobs for all threads, one of answers. std's Receiver has one owner: share it behind a lock, but for how long?
    let (give, jobs) = mpsc::channel();
    for _ in 0..times {
        // It fails when nobody can receive any more; the other end is in the next line.
        let _ = give.send(job);
    }
    drop(give);
    let jobs = Mutex::new(jobs);
    let (answer, answers) = mpsc::channel();
    thread::scope(|scope| {
        for number in 1..=workers.min(times) {
            let (jobs, answer) = (&jobs, answer.clone());
            let work = move || {
                while let Some(job) = next(jobs) {
                    let _ = answer.send(job.run());
                }
            };
            thread::Builder::new()
                .spawn_scoped(scope, work)
                .map_err(|source| Error::Thread { number, source })?;
        }
        // The answers end when the last sender is gone, and this one is not a thread's.
        drop(answer);
        Ok(answers.iter().collect())
    })
    // endregion:models/thread
}

// region:models

/// Takes a job. The lock is held in here, and not while the job is done: `while let Ok(job) = jobs.lock().….recv()` would hold it until
/// the end of the loop's body.
fn next(jobs: &Mutex<Receiver<Job>>) -> Option<Job> {
    jobs.lock().unwrap_or_else(PoisonError::into_inner).recv().ok()
}
// endregion:models
