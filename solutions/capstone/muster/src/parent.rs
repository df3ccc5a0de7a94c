//! Processes that end with the one that has started them.

use std::io;

use rustix::process::{Pid, Signal, getppid, set_parent_process_death_signal};

use crate::error::{Error, Result};

/// Sees to it that this process is sent SIGTERM when its parent `pid` ends, however that comes about.
///
/// # Errors
/// [`Error::System`], also if that process is not its parent, or not any more: then it has ended before this could be arranged.
///
/// Source: prctl(2), `PR_SET_PDEATHSIG`.
pub fn follow(pid: u32) -> Result<()> {
    let failed = Error::system("follow the parent");
    if let Err(why) = set_parent_process_death_signal(Some(Signal::TERM)) {
        return Err(failed(why.into()));
    }
    let parent = getppid().map(Pid::as_raw_nonzero);
    match parent.is_some_and(|parent| u32::try_from(parent.get()) == Ok(pid)) {
        true => Ok(()),
        false => Err(failed(io::Error::other(format!("process {pid} is not it")))),
    }
}
