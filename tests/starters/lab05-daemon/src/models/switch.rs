//! What it costs to go from one to the other.

use std::io::{self, Read, Write};
use std::time::Duration;

use rustix::thread::{CpuSet, sched_getaffinity, sched_getcpu, sched_setaffinity};

use super::{Error, Model, Result};

/// What was measured.
#[derive(Debug, Clone, Copy)]
pub struct Switch {
    /// Between two of which kind.
    pub model: Model,
    /// Whether both had to share one core.
    pub one_core: bool,
    /// How often the byte went there and back.
    pub rounds: u32,
    /// How long that took.
    pub took: Duration,
}

impl Switch {
    /// Returns the nanoseconds of one switch. There are two in a round: to the other one, and back.
    pub fn nanoseconds(&self) -> f64 {
        self.took.as_secs_f64() * 1e9 / (2.0 * f64::from(self.rounds))
    }
}

/// Measures how long a byte takes to go from one to the other and back, so many times.
///
/// # Errors
/// [`Error::Pass`], [`Error::Pin`], and what a runtime may say.
pub fn switch(model: Model, one_core: bool, rounds: u32) -> Result<Switch> {
    let measure = || match model {
        Model::Process => processes(rounds).map_err(|source| Error::Pass { model, source }),
        Model::Thread => threads(rounds).map_err(|source| Error::Pass { model, source }),
        Model::Task => tasks(rounds),
    };
    let took = if one_core { on_one_core(measure) } else { measure() }?;
    Ok(Switch {
        model,
        one_core,
        rounds,
        took,
    })
}

/// Passes a byte through two pipes to a process ([`super::worker::echo_command`]) and back. Leaves no process behind.
#[expect(unused_variables, reason = "goes with the todo!")]
fn processes(rounds: u32) -> io::Result<Duration> {
    todo!(
        "models: Start it with pipes to both ends, `pass` the byte, and wait for it to end, also when something went wrong."
    )
}

/// Passes a byte through two pipes to a thread that runs [`super::worker::echo`], and back.
#[expect(unused_variables, reason = "goes with the todo!")]
fn threads(rounds: u32) -> io::Result<Duration> {
    todo!("models: Two pipes, and a thread at the other ends of both.")
}

/// Writes a byte and waits for it to come back, so many times. Closes both ends.
#[expect(dead_code, reason = "`processes` and `threads` will use it")]
#[expect(unused_variables, unused_mut, reason = "goes with the todo!")]
fn pass(mut to: impl Write, mut from: impl Read, rounds: u32) -> io::Result<Duration> {
    todo!("models: `read_exact` waits for the byte and takes the end of the pipe for an error.")
}

/// Passes a byte through two of tokio's channels to a task, and back. Both are tasks on the runtime of [`super::task::runtime`].
#[expect(unused_variables, reason = "goes with the todo!")]
fn tasks(rounds: u32) -> Result<Duration> {
    todo!(
        "models: Two channels with room for one byte. What `block_on` runs is no task of the runtime: spawn both."
    )
}

/// Does something on the core where this thread happens to be. Threads and processes that are started meanwhile stay there, too.
fn on_one_core<T>(work: impl FnOnce() -> Result<T>) -> Result<T> {
    let pin = |error: rustix::io::Errno| Error::Pin(error.into());
    let before = sched_getaffinity(None).map_err(pin)?;
    let mut here = CpuSet::new();
    here.set(sched_getcpu());
    sched_setaffinity(None, &here).map_err(pin)?;
    let done = work();
    sched_setaffinity(None, &before).map_err(pin)?;
    done
}
