//! What /proc says of a tree of processes.
//!
//! Source: proc_pid_status(5), proc_pid_stat(5), proc_pid_task(5).

use std::collections::BTreeMap;
use std::fs;
use std::time::Duration;

/// The length of a clock tick in /proc: USER_HZ is 100 on every architecture that Linux has for servers.
const TICK: Duration = Duration::from_millis(10);

/// One look at a tree.
#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct Usage {
    /// Anonymous resident memory, in KiB, over all processes of the tree.
    pub(crate) anonymous_kib: u64,
    /// User and system time, children that were waited for included.
    pub(crate) cpu: Duration,
    pub(crate) processes: usize,
}

/// Looks at `pid` and all its descendants.
pub(crate) fn usage(pid: u32) -> Usage {
    let mut total = Usage::default();
    for pid in tree(pid) {
        total.anonymous_kib += anonymous_kib(pid).unwrap_or(0);
        total.cpu += cpu(pid).unwrap_or_default();
        total.processes += 1;
    }
    total
}

/// Lists `pid` and all its descendants, parents first.
pub(crate) fn tree(pid: u32) -> Vec<u32> {
    let mut found = vec![pid];
    let mut next = 0;
    while next < found.len() {
        found.extend(children(found[next]));
        next += 1;
        // A fork bomb may grow as fast as it is read; what was found is enough to act on.
        if found.len() > 4096 {
            break;
        }
    }
    found
}

/// Lists the children of every thread of `pid`.
pub(crate) fn children(pid: u32) -> Vec<u32> {
    let Ok(tasks) = fs::read_dir(format!("/proc/{pid}/task")) else {
        return Vec::new();
    };
    tasks
        .filter_map(|task| fs::read_to_string(task.ok()?.path().join("children")).ok())
        .flat_map(|list| {
            list.split_ascii_whitespace()
                .filter_map(|pid| pid.parse().ok())
                .collect::<Vec<_>>()
        })
        .collect()
}

/// Reads the time each thread of `pid` has been on a processor, by thread id.
pub(crate) fn threads(pid: u32, into: &mut BTreeMap<u32, Duration>) {
    let Ok(tasks) = fs::read_dir(format!("/proc/{pid}/task")) else {
        return;
    };
    for task in tasks.flatten() {
        let Some(tid) = task.file_name().to_str().and_then(|name| name.parse().ok()) else {
            continue;
        };
        let Ok(text) = fs::read_to_string(task.path().join("schedstat")) else {
            continue;
        };
        let nanos = text
            .split(' ')
            .next()
            .and_then(|field| field.parse().ok())
            .unwrap_or(0);
        into.insert(tid, Duration::from_nanos(nanos));
    }
}

/// Reads user and system time of `pid`, also of one that has ended and was not yet waited for.
pub(crate) fn cpu(pid: u32) -> Option<Duration> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // The name in parentheses may hold anything, a closing parenthesis too: the fields start after the last one.
    let fields: Vec<&str> = stat.rsplit_once(')')?.1.split_ascii_whitespace().collect();
    let ticks: u32 = fields
        .get(11..15)?
        .iter()
        .filter_map(|field| field.parse::<u32>().ok())
        .sum();
    Some(TICK * ticks)
}

fn anonymous_kib(pid: u32) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("RssAnon:"))?;
    line.trim().strip_suffix("kB")?.trim().parse().ok()
}

/// Bytes that `pid` asked for by read calls so far (`rchar` of /proc/PID/io), also of one that has ended and was not yet waited for.
pub(crate) fn bytes_read(pid: u32) -> Option<u64> {
    let io = fs::read_to_string(format!("/proc/{pid}/io")).ok()?;
    io.lines()
        .find_map(|line| line.strip_prefix("rchar: "))?
        .trim()
        .parse()
        .ok()
}
