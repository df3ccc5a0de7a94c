//! The jobs, done by processes.

use std::io::BufReader;
use std::process::{Child, ChildStdin, ChildStdout};

// region:models
use std::io::{BufRead as _, Write as _};
use std::process::Stdio;

use crate::events::{Event, Events, Interest};

use super::{Error, worker};
// endregion:models
use super::{Answer, Job, Result};

/// A process that does jobs, and the pipes to and from it. Dropped, it is killed and waited for: nothing is left behind, whatever
/// went wrong, not even a zombie.
//~models #[expect(dead_code, reason = "`run` will use it")]
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
pub(super) fn run(job: Job, times: usize, workers: usize) -> Result<Vec<Answer>> {
    // region:models/process Start the workers, a job for each at once. Whichever answers first gets the next one, as long as there are any; then it is not waited for any more.
    let events = Events::new(&[]).map_err(Error::Wait)?;
    let mut pool = Vec::new();
    for token in 0..workers.min(times) {
        let mut worker = Worker::start(token + 1)?;
        events
            .watch(worker.answers.get_ref(), token as u64, Interest::Read)
            .map_err(Error::Wait)?;
        worker.give(job)?;
        pool.push(worker);
    }
    let mut given = pool.len();
    let mut answers = Vec::with_capacity(times);
    while answers.len() < times {
        for event in events.wait(None).map_err(Error::Wait)? {
            let Event::Ready { token } = event else { continue };
            let worker = &mut pool[token as usize];
            answers.push(worker.answer()?);
            if given < times {
                worker.give(job)?;
                given += 1;
            } else {
                // It owes nothing: its end would be no answer.
                events.forget(worker.answers.get_ref()).map_err(Error::Wait)?;
            }
        }
    }
    Ok(answers)
    // endregion:models/process
}

//~models #[expect(dead_code, reason = "`run` will use it")]
impl Worker {
    /// Starts a process, with a pipe to its standard input and one from its standard output.
    fn start(number: usize) -> Result<Self> {
        // region:models Ask `worker::command()` for both pipes and take them out of the child. What it says on standard error is said on this process's own.
        let failed = |source| Error::Start { number, source };
        let mut child = worker::command()
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(failed)?;
        let (Some(jobs), Some(answers)) = (child.stdin.take(), child.stdout.take()) else {
            unreachable!("both pipes were asked for");
        };
        Ok(Self {
            number,
            child,
            jobs,
            answers: BufReader::new(answers),
        })
        // endregion:models
    }

    /// Gives it a job.
    fn give(&mut self, job: Job) -> Result<()> {
        // region:models One line. A pipe that nobody reads any more is a process that has ended.
        match writeln!(self.jobs, "{job}") {
            Ok(()) => Ok(()),
            Err(_) => Err(self.crashed()),
        }
        // endregion:models
    }

    /// Reads its answer, which is there or begins to be.
    fn answer(&mut self) -> Result<Answer> {
        // region:models One line. What does it mean if it is empty, or has no end?
        let mut line = String::new();
        match self.answers.read_line(&mut line) {
            Ok(_) if line.ends_with('\n') => {}
            _ => return Err(self.crashed()),
        }
        line.trim_end().parse().map_err(|_| Error::NoAnswer {
            number: self.number,
            pid: self.child.id(),
            answer: line.clone(),
        })
        // endregion:models
    }

    // region:models

    /// Finds out how it ended. One that has only closed its pipe ends now.
    fn crashed(&mut self) -> Error {
        let (number, pid) = (self.number, self.child.id());
        // To one that has ended already this changes nothing: how it ended is kept until it is waited for.
        let _ = self.child.kill();
        match self.child.wait() {
            Ok(status) => Error::Crashed { number, pid, status },
            Err(error) => Error::Wait(error),
        }
    }
    // endregion:models
}

impl Drop for Worker {
    fn drop(&mut self) {
        // region:models Killing is half of it.
        let _ = self.child.kill();
        let _ = self.child.wait();
        // endregion:models
    }
}
