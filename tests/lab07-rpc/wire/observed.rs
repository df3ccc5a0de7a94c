//! What /proc says of a program.
//!
//! Source: proc_pid_status(5), proc_pid_stat(5), proc_pid_fd(5).

use std::fs;
use std::time::{Duration, Instant};

/// The threads of a process at one moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Threads(Vec<Thread>);

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Thread {
    id: u32,
    state: char,
    /// Times that it went to sleep, and times that another was let in.
    switches: [u64; 2],
}

impl Threads {
    /// Looks at all threads of a process.
    pub(crate) fn of(pid: u32) -> Self {
        let mut threads: Vec<Thread> = fs::read_dir(format!("/proc/{pid}/task"))
            .into_iter()
            .flatten()
            .flatten()
            .filter_map(|task| {
                let id = task.file_name().to_str()?.parse().ok()?;
                let status = fs::read_to_string(task.path().join("status")).ok()?;
                Some(Thread {
                    id,
                    state: field(&status, "State:")?.chars().next()?,
                    switches: [
                        number(&status, "voluntary_ctxt_switches:")?,
                        number(&status, "nonvoluntary_ctxt_switches:")?,
                    ],
                })
            })
            .collect();
        threads.sort();
        Self(threads)
    }

    /// How many there are.
    pub(crate) fn count(&self) -> usize {
        self.0.len()
    }

    /// Whether there is a thread, and none that runs or wants to.
    pub(crate) fn all_sleep(&self) -> bool {
        !self.0.is_empty() && self.0.iter().all(|thread| thread.state == 'S')
    }
}

/// Returns a number of /proc/PID/status: `RssAnon:`, say, in KiB.
pub(crate) fn number_in_status(pid: u32, name: &str) -> u64 {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    field(&status, name)
        .and_then(|value| value.trim_end_matches(" kB").parse().ok())
        .unwrap_or(0)
}

/// Open sockets of a process.
pub(crate) fn sockets(pid: u32) -> usize {
    let Ok(entries) = fs::read_dir(format!("/proc/{pid}/fd")) else {
        return 0;
    };
    entries
        .flatten()
        .filter_map(|entry| fs::read_link(entry.path()).ok())
        .filter(|target| target.to_string_lossy().starts_with("socket:"))
        .count()
}

/// Waits until no thread of a process runs or wants to; a second at most. What was sent to it before has been read then, if it was wanted.
pub(super) fn falls_asleep(pid: u32) {
    let since = Instant::now();
    while !all_sleep(pid) && since.elapsed() < Duration::from_secs(1) {
        std::thread::yield_now();
    }
}

/// As [`Threads::all_sleep`], for those who look often.
fn all_sleep(pid: u32) -> bool {
    let Ok(tasks) = fs::read_dir(format!("/proc/{pid}/task")) else {
        return true;
    };
    tasks
        .flatten()
        .filter_map(|task| fs::read_to_string(task.path().join("stat")).ok())
        .all(|stat| {
            stat.rsplit_once(") ")
                .is_some_and(|(_, rest)| rest.starts_with('S'))
        })
}

/// Returns the time that all threads of a process, those that have ended too, had a processor for; nothing for a process that is gone.
pub(crate) fn processor_time(pid: u32) -> Duration {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    let fields = stat.rsplit_once(") ").map_or("", |(_, fields)| fields);
    // Fields 14 and 15, in ticks of a hundredth of a second.
    let ticks = fields.split(' ').skip(11).take(2);
    Duration::from_millis(ticks.filter_map(|ticks| ticks.parse::<u64>().ok()).sum::<u64>() * 10)
}

fn field<'a>(status: &'a str, name: &str) -> Option<&'a str> {
    status
        .lines()
        .find_map(|line| line.strip_prefix(name))
        .map(str::trim)
}

fn number(status: &str, name: &str) -> Option<u64> {
    field(status, name)?.parse().ok()
}
