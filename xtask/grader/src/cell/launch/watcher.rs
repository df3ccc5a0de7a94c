//! Watching all that runs in a cell, from outside of it: what a suite's watcher cannot see, or is too slow for.

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ExitStatus};
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::process::{Pid, PidfdFlags, Signal, WaitOptions, kill_process, pidfd_open, wait};

use super::{Doing, Result};
use crate::cell::Broken;

/// How often processes are looked at, and how much more seldom files.
const LOOK: Duration = Duration::from_millis(20);
const FILES_EVERY: u32 = 10;

/// Bytes that a file system keeps free, whoever fills it.
const RESERVE: u64 = 512 << 20;

/// The most files below a folder. No lab writes a tenth of them.
const FILES: u64 = 20_000;

/// What everything in a cell may use together.
#[derive(Debug)]
pub(super) struct Most {
    pub(super) wall: Option<Duration>,
    pub(super) processes: usize,
    pub(super) memory_kib: u64,
    /// Folders, with the bytes that they may hold.
    pub(super) folders: Vec<PathBuf>,
    pub(super) bytes: u64,
    /// Whether the process that was started counts.
    pub(super) with_first: bool,
}

/// Waits until `child` has ended, and ends it with everything below it where it uses too much.
pub(super) fn until_ended(child: &mut Child, most: &Most) -> Result<(ExitStatus, Option<Broken>)> {
    let what = || "watching".to_owned();
    let first = Pid::from_child(child);
    let pidfd = pidfd_open(first, PidfdFlags::empty()).doing(what)?;
    let started = Instant::now();
    let mut broken = None;
    let mut looks = 0;
    let pause = Timespec {
        tv_sec: 0,
        tv_nsec: LOOK.subsec_nanos().into(),
    };
    loop {
        match poll(&mut [PollFd::new(&pidfd, PollFlags::IN)], Some(&pause)) {
            Ok(1..) => break,
            Ok(0) | Err(rustix::io::Errno::INTR) => {}
            Err(error) => return Err(error).doing(what),
        }
        looks += 1;
        let late = most
            .wall
            .is_some_and(|wall| started.elapsed() > wall)
            .then_some(Broken::Time);
        let found = late
            .or_else(|| processes(child.id(), most))
            .or_else(|| match looks % FILES_EVERY {
                0 => files(most),
                _ => None,
            });
        if found.is_some() {
            broken = found;
            kill_tree(child.id());
            let _ = kill_process(first, Signal::KILL);
            break;
        }
    }
    let status = child.wait().doing(what)?;
    // A build or a case can write faster than it is watched, and be done.
    Ok((status, broken.or_else(|| files(most))))
}

/// Ends what is left below this process, which has to be a subreaper.
pub(super) fn end_the_rest() {
    loop {
        kill_descendants();
        match wait(WaitOptions::empty()) {
            Ok(_) | Err(rustix::io::Errno::INTR) => {}
            Err(_) => return,
        }
        // Of many that have ended, each would be looked for again.
        while let Ok(Some(_)) = wait(WaitOptions::NOHANG) {}
    }
}

fn processes(first: u32, most: &Most) -> Option<Broken> {
    let tree = tree(first);
    let counted = &tree[usize::from(!most.with_first)..];
    if counted.len() > most.processes {
        return Some(Broken::Processes);
    }
    let memory: u64 = counted.iter().filter_map(|pid| memory_kib(*pid)).sum();
    (memory > most.memory_kib).then_some(Broken::Memory)
}

fn files(most: &Most) -> Option<Broken> {
    let mut left = (most.bytes, FILES);
    let fits = most.folders.iter().all(|dir| count(dir, &mut left));
    let room = most.folders.first().and_then(|dir| rustix::fs::statvfs(dir).ok());
    let full = room.is_some_and(|room| room.f_bavail.saturating_mul(room.f_frsize) < RESERVE);
    (!fits || full).then_some(Broken::Size)
}

/// Takes what is below `dir` from the bytes and files that are left; says whether it fitted.
fn count(dir: &Path, left: &mut (u64, u64)) -> bool {
    for entry in fs::read_dir(dir).into_iter().flatten().flatten() {
        let Ok(data) = entry.metadata() else { continue };
        let (Some(bytes), Some(files)) = (left.0.checked_sub(data.blocks() * 512), left.1.checked_sub(1))
        else {
            return false;
        };
        *left = (bytes, files);
        if data.is_dir() && !count(&entry.path(), left) {
            return false;
        }
    }
    true
}

/// Lists `pid` and all its descendants, parents first.
fn tree(pid: u32) -> Vec<u32> {
    let mut found = vec![pid];
    let mut next = 0;
    while next < found.len() && found.len() < 4096 {
        found.extend(children(found[next]));
        next += 1;
    }
    found
}

fn children(pid: u32) -> Vec<u32> {
    let tasks = fs::read_dir(format!("/proc/{pid}/task"))
        .into_iter()
        .flatten()
        .flatten();
    let lists = tasks.filter_map(|task| fs::read_to_string(task.path().join("children")).ok());
    lists
        .flat_map(|list| {
            list.split_ascii_whitespace()
                .filter_map(|pid| pid.parse().ok())
                .collect::<Vec<_>>()
        })
        .collect()
}

/// Memory that is nobody's file: anonymous, and shared.
fn memory_kib(pid: u32) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    let field = |name: &str| {
        let line = status.lines().find_map(|line| line.strip_prefix(name))?;
        line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok()
    };
    Some(field("RssAnon:")? + field("RssShmem:").unwrap_or(0))
}

/// Kills `pid` and its descendants.
fn kill_tree(pid: u32) {
    kill_all(|| tree(pid));
}

/// Kills all descendants of this process.
fn kill_descendants() {
    kill_all(|| tree(std::process::id()).split_off(1));
}

/// Kills the processes that `list` finds.
///
/// They are stopped first, and looked for again until there is nobody new: what is stopped has no children. A fork bomb would outgrow
/// whoever kills what it sees.
fn kill_all(list: impl Fn() -> Vec<u32>) {
    const PASSES: usize = 100;
    let send = |pids: &[u32], signal: Signal| {
        for pid in pids.iter().filter_map(|pid| Pid::from_raw(pid.cast_signed())) {
            let _ = kill_process(pid, signal);
        }
    };
    let mut stopped = BTreeSet::new();
    for _ in 0..PASSES {
        let new: Vec<u32> = list().into_iter().filter(|pid| !stopped.contains(pid)).collect();
        if new.is_empty() {
            break;
        }
        send(&new, Signal::STOP);
        stopped.extend(new);
    }
    send(&list(), Signal::KILL);
}
