//! What a parent does with its processes: signals for them, their ends, and those that they leave behind.

use std::fmt;
use std::fs;
use std::io;

use nix::sys::signal::{self, Signal};
use rustix::io::Errno;
use rustix::process::{
    Pid, WaitOptions, WaitStatus, getpid, kill_process, kill_process_group, set_child_subreaper, wait,
};

// region:given/how
/// How a process ended. Its text is the end of a sentence: `exited with status 3`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum How {
    /// By itself, with this status.
    Exited(u8),
    /// By the signal with this number. Those from 32 on have no names.
    Killed(i32),
}

/// A process that has ended, and that this process, its parent, has laid to rest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reaped {
    /// What its id was. From now on the kernel may give it to another process.
    pub pid: Pid,
    /// How it ended.
    pub how: How,
}
// endregion:given/how

impl fmt::Display for How {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Exited(status) => write!(f, "exited with status {status}"),
            Self::Killed(number) => {
                write!(f, "killed by signal {number}")?;
                match Signal::try_from(*number) {
                    Ok(signal) => write!(f, " ({})", signal.as_str()),
                    Err(_) => Ok(()),
                }
            }
        }
    }
}

impl From<WaitStatus> for How {
    fn from(status: WaitStatus) -> Self {
        match (status.terminating_signal(), status.exit_status()) {
            (Some(signal), _) => Self::Killed(signal),
            // The kernel keeps eight bits of what exit(3) was given.
            (None, status) => Self::Exited((status.unwrap_or_default() & 0xff) as u8),
        }
    }
}

/// Lays to rest every child that has ended, and returns how each did. Waits for nobody.
///
/// Several ends may be one `SIGCHLD`; so this goes on until nobody is left. Strangers that a subreaper was given are among them.
/// [`std::process::Child::wait`] finds none of them any more.
///
/// # Errors
/// What waitpid(2) says. That there is no child at all is no error.
pub fn reap() -> io::Result<Vec<Reaped>> {
    // region:signals/reap
    let mut reaped = Vec::new();
    loop {
        match wait(WaitOptions::NOHANG) {
            Ok(Some((pid, status))) => reaped.push(Reaped {
                pid,
                how: status.into(),
            }),
            Ok(None) | Err(Errno::CHILD) => return Ok(reaped),
            Err(Errno::INTR) => {}
            Err(error) => return Err(error.into()),
        }
    }
    //~ // Stage signals: go on until nobody is left.
    //~ match wait(WaitOptions::NOHANG) {
    //~     Ok(ended) => Ok(ended
    //~         .map(|(pid, status)| Reaped {
    //~             pid,
    //~             how: status.into(),
    //~         })
    //~         .into_iter()
    //~         .collect()),
    //~     Err(Errno::CHILD | Errno::INTR) => Ok(Vec::new()),
    //~     Err(error) => Err(error.into()),
    //~ }
    // endregion:signals/reap
}

/// Sends a signal to a process group, which has the id of the process that was its first. That nobody is left in it is no error.
///
/// # Errors
/// What kill(2) says.
pub fn kill_group(group: Pid, signal: Signal) -> io::Result<()> {
    match kill_process_group(group, plain(signal)) {
        Ok(()) | Err(Errno::SRCH) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

/// Lets this process become the parent of whatever its children leave behind: a daemon that a job has started comes back to it, and does
/// not escape to process 1.
///
/// # Errors
/// What prctl(2) says.
pub fn become_subreaper() -> io::Result<()> {
    Ok(set_child_subreaper(Some(getpid()))?)
}

/// Kills every descendant of this process and lays it to rest, whatever group or session it has moved to. Returns who they were.
///
/// It needs a subreaper: only children are killed, whose ids nobody else can have as long as they are not waited for. What they leave
/// behind become children in their turn, and so on, until there are none.
///
/// # Errors
/// What waitpid(2) or reading /proc say, or `EPERM` for a child that changed its user and may not be killed.
pub fn kill_all_descendants() -> io::Result<Vec<Reaped>> {
    let mut reaped = Vec::new();
    loop {
        kill_children()?;
        match wait(WaitOptions::empty()) {
            Ok(Some((pid, status))) => reaped.push(Reaped {
                pid,
                how: status.into(),
            }),
            Ok(None) | Err(Errno::INTR) => {}
            Err(Errno::CHILD) => return Ok(reaped),
            Err(error) => return Err(error.into()),
        }
        reaped.append(&mut reap()?);
    }
}

fn kill_children() -> io::Result<()> {
    if getpid() == Pid::INIT {
        // Everything in a namespace descends from its process 1; and /proc may be that of another namespace.
        return match signal::kill(nix::unistd::Pid::from_raw(-1), Signal::SIGKILL) {
            Ok(()) | Err(nix::Error::ESRCH) => Ok(()),
            Err(error) => Err(error.into()),
        };
    }
    for child in children()? {
        kill_process(child, rustix::process::Signal::KILL)?;
    }
    Ok(())
}

/// Lists the children of this process, as far as they were its children all the while; those that have ended and were not waited for are among them.
///
/// # Errors
/// What reading /proc says.
///
/// Source: proc_pid_stat(5).
pub fn children() -> io::Result<Vec<Pid>> {
    let me = getpid();
    let mut found = Vec::new();
    for entry in fs::read_dir("/proc")? {
        let name = entry?.file_name();
        let Some(pid) = name
            .to_str()
            .and_then(|name| name.parse().ok())
            .and_then(Pid::from_raw)
        else {
            continue;
        };
        // It may end while this looks.
        let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
        if parent(&stat) == Some(me) {
            found.push(pid);
        }
    }
    Ok(found)
}

/// Finds the parent in a line of /proc/PID/stat. The name in parentheses may hold anything, parentheses and line feeds too.
fn parent(stat: &str) -> Option<Pid> {
    let (_, fields) = stat.rsplit_once(')')?;
    Pid::from_raw(fields.split_ascii_whitespace().nth(1)?.parse().ok()?)
}

/// The same signal in rustix's words. Both crates name the same numbers.
pub(crate) fn plain(signal: Signal) -> rustix::process::Signal {
    rustix::process::Signal::from_named_raw(signal as i32)
        .expect("every signal with a name has one in both crates")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_end_is_told_in_words() {
        for (how, expected) in [
            (How::Exited(0), "exited with status 0"),
            (How::Exited(255), "exited with status 255"),
            (How::Killed(9), "killed by signal 9 (SIGKILL)"),
            (How::Killed(15), "killed by signal 15 (SIGTERM)"),
            (How::Killed(40), "killed by signal 40"),
        ] {
            assert_eq!(how.to_string(), expected);
        }
    }

    #[test]
    fn the_parent_stands_behind_the_last_parenthesis() {
        for (stat, expected) in [
            ("12 (sh) S 7 12 12 0 -1", Some(7)),
            ("12 (a) S 99 (b) R 8 12 12", Some(8)),
            ("12 (init) S 0 1 1", None),
            ("", None),
        ] {
            assert_eq!(parent(stat), expected.and_then(Pid::from_raw), "{stat}");
        }
    }

    #[test]
    fn every_signal_has_the_same_number_in_both_crates() {
        for signal in Signal::iterator() {
            assert_eq!(plain(signal).as_raw(), signal as i32);
        }
    }
}
