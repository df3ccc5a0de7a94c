//! This program as a worker: the other end of the pipes.

use std::io::{self, BufRead, Read, Write};
use std::process::Command;

use rustix::process::{Signal, set_parent_process_death_signal};

use super::Job;

/// Prepares to start this program once more, as a worker that reads jobs and writes answers, a line each. It ends when its standard
/// input does.
pub fn command() -> Command {
    again("--worker")
}

/// Prepares to start this program once more, as the one that gives every byte back. It ends when its standard input does.
pub fn echo_command() -> Command {
    again("--echo")
}

/// The kernel knows which file this program came from, also when it has been renamed or replaced since.
fn again(role: &str) -> Command {
    let mut command = Command::new("/proc/self/exe");
    command.args(["models", role]);
    command
}

/// Does the jobs that come, one after the other, until no more can come.
///
/// # Errors
/// A line that is no job; what read(2) and write(2) say.
pub fn serve(input: impl BufRead, mut output: impl Write) -> io::Result<()> {
    for line in input.lines() {
        let job: Job = line?
            .parse()
            .map_err(|why| io::Error::new(io::ErrorKind::InvalidData, format!("no job: {why}")))?;
        // One write, and shorter than a pipe's atomic unit: whoever finds the first byte of it finds the last one, too.
        output.write_all(format!("{}\n", job.run()).as_bytes())?;
        output.flush()?;
    }
    Ok(())
}

/// Gives every byte back, until no more can come.
///
/// # Errors
/// What read(2) and write(2) say.
pub fn echo(mut input: impl Read, mut output: impl Write) -> io::Result<()> {
    let mut byte = [0];
    while input.read(&mut byte)? == 1 {
        output.write_all(&byte)?;
        output.flush()?;
    }
    Ok(())
}

/// Asks the kernel to kill this process when the one that started it is gone, for whatever reason: nobody would read the answer of a job
/// that takes an hour.
///
/// # Errors
/// What prctl(2) says.
pub fn die_with_parent() -> io::Result<()> {
    Ok(set_parent_process_death_signal(Some(Signal::KILL))?)
}
