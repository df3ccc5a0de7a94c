use std::io::Write;
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::Instant;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;
use rustix::process::{Pid, PidfdFlags, Signal, kill_process_group, pidfd_open};

use super::Failure;
use crate::Message;

/// Runs a program with a notification on its standard input, as JSON in a line. What ends with status 0 has it.
///
/// It gets a process group of its own, and when it has ended, or its time is over, whatever is left in that is killed.
///
/// # Errors
/// It cannot be started, ends with another status, or takes too long. Another try may help.
#[expect(unused_variables, reason = "goes with the todo!")]
pub(super) fn run(argv: &[String], message: &Message, deadline: Instant) -> Result<(), Failure> {
    let Some((program, args)) = argv.split_first() else {
        return Err(Failure::Never("there is no program".to_owned()));
    };
    let wrong = |why: &std::io::Error| Failure::io(program, why);
    let mut text = serde_json::to_vec(message).map_err(|why| Failure::Never(why.to_string()))?;
    text.push(b'\n');
    todo!(
        "notify: Spawn it in its own process group, with a pipe for its input and nothing for its output. A thread writes the text and closes the pipe (whoever does not read it may end all the same: ignore errors), while `ends_by` waits. Nobody waits for that thread: a process that has left the group may hold the pipe and read nothing for ever. Kill the group in any case, then `wait`."
    )
}

/// Waits until a process has ended, or its time is over; says whether it has. It is not reaped.
fn ends_by(child: &Child, deadline: Instant) -> std::io::Result<bool> {
    let pidfd = pidfd_open(Pid::from_child(child), PidfdFlags::empty())?;
    loop {
        let left = deadline.saturating_duration_since(Instant::now());
        let time = Timespec::try_from(left).map_err(|_| Errno::INVAL)?;
        match poll(&mut [PollFd::new(&pidfd, PollFlags::IN)], Some(&time)) {
            Ok(ready) => return Ok(ready > 0),
            Err(Errno::INTR) => {}
            Err(why) => return Err(why.into()),
        }
    }
}
