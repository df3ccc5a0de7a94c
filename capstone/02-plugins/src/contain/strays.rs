//! Processes that a plug-in has left behind.
//!
//! A process whose parent ends becomes a child of the nearest subreaper, which is this process. So all that a plug-in has
//! started is a child of ours sooner or later, whatever group or session it is in. Of which run it is says a variable of
//! its environment. Whoever has thrown that away belongs to nobody, and is ended at once.

use std::fs::File;
use std::hash::{BuildHasher as _, Hasher as _, RandomState};
use std::io::Read as _;
use std::time::{Duration, Instant};

use daemon::process::children;
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;
use rustix::process::{
    Pid, PidfdFlags, Signal, WaitId, WaitIdOptions, WaitOptions, getpgid, kill_process, pidfd_open, waitid,
    waitpid,
};

/// The variable.
pub const VARIABLE: &str = "PLUGIN_RUN";

/// How long one search may take.
const LIMIT: Duration = Duration::from_secs(2);

/// The longest environment that is looked at, in bytes. The kernel takes longer ones.
const LONGEST: u64 = 1 << 20;

/// Returns a mark for a run, which no other ever has.
pub(super) fn mark() -> String {
    let random = || RandomState::new().build_hasher().finish();
    format!("{:016x}{:016x}", random(), random())
}

/// Ends every child that is neither one of `mains` nor marked as of a run that goes on, and all that these leave behind in their turn. Returns
/// how many that were, not counting those that have ended by themselves or are in `group`, which has been killed.
#[expect(unused_variables, reason = "goes with the todo!")]
pub(super) fn end(mains: &[Pid], marks: &[&str], group: Option<Pid>) -> u32 {
    todo!(
        "contain: Look, kill, lay to rest, and look again, for what they had started has come to us meanwhile: until there is nobody, or LIMIT is over."
    )
}
