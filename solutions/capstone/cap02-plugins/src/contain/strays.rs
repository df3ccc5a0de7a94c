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
pub(super) fn end(mains: &[Pid], marks: &[&str], group: Option<Pid>) -> u32 {
    // region:contain/strays Look, kill, lay to rest, and look again, for what they had started has come to us meanwhile: until there is nobody, or LIMIT is over.
    let until = Instant::now() + LIMIT;
    let mut killed = 0;
    loop {
        // To look for children means to go through all of /proc.
        if mains.is_empty() && has_no_child() {
            return killed;
        }
        let strays: Vec<Pid> = children()
            .unwrap_or_default()
            .into_iter()
            .filter(|pid| !mains.contains(pid) && !has_ended(*pid) && !is_marked(*pid, marks))
            .collect();
        if strays.is_empty() || Instant::now() >= until {
            return killed;
        }
        for &pid in &strays {
            let is_of_group = group.is_some() && getpgid(Some(pid)).ok() == group;
            if kill_process(pid, Signal::KILL).is_ok() && !is_of_group {
                killed += 1;
            }
        }
        for pid in strays {
            lay_to_rest(pid, until);
        }
    }
    // endregion:contain/strays
}

// region:contain/helpers
fn has_no_child() -> bool {
    let look = WaitIdOptions::EXITED | WaitIdOptions::NOHANG | WaitIdOptions::NOWAIT;
    matches!(waitid(WaitId::All, look), Err(Errno::CHILD))
}

/// Lays a child to rest if it has ended.
fn has_ended(pid: Pid) -> bool {
    matches!(waitpid(Some(pid), WaitOptions::NOHANG), Ok(Some(_)))
}

/// Waits for a child that was killed. Its number is its own until then.
fn lay_to_rest(pid: Pid, until: Instant) {
    let left = until.saturating_duration_since(Instant::now());
    let left = Timespec {
        tv_sec: left.as_secs() as i64,
        tv_nsec: left.subsec_nanos().into(),
    };
    if let Ok(end) = pidfd_open(pid, PidfdFlags::empty()) {
        let _ = poll(&mut [PollFd::new(&end, PollFlags::IN)], Some(&left));
    }
    has_ended(pid);
}

/// Says whether a process has one of these marks in its environment. Of one that does not let itself be looked at, none is known.
fn is_marked(pid: Pid, marks: &[&str]) -> bool {
    let mut environment = Vec::new();
    let read = File::open(format!("/proc/{pid}/environ"))
        .and_then(|file| file.take(LONGEST).read_to_end(&mut environment));
    read.is_ok()
        && environment.split(|byte| *byte == 0).any(|variable| {
            let mark = variable.strip_prefix(VARIABLE.as_bytes());
            let mark = mark.and_then(|mark| mark.strip_prefix(b"="));
            mark.is_some_and(|mark| marks.iter().any(|other| other.as_bytes() == mark))
        })
}
// endregion:contain/helpers
