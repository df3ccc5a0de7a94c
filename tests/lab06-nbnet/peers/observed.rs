//! What /proc says of a server, and of connections.
//!
//! Source: proc_pid_status(5), proc_pid_stat(5), proc_pid_net(5).

use std::fs;
use std::net::SocketAddr;
use std::thread;
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

    /// Whether there is a thread, and none that runs or wants to.
    pub(crate) fn all_sleep(&self) -> bool {
        self.all_are('S')
    }

    /// Whether there is a thread, and all are stopped by a signal.
    pub(crate) fn all_are_stopped(&self) -> bool {
        self.all_are('T')
    }

    fn all_are(&self, state: char) -> bool {
        !self.0.is_empty() && self.0.iter().all(|thread| thread.state == state)
    }
}

/// Waits until no thread of a process runs or wants to, and says whether that came within a second.
pub(super) fn falls_asleep(pid: u32) -> bool {
    let since = Instant::now();
    while !all_sleep(pid) {
        if since.elapsed() > Duration::from_secs(1) {
            return false;
        }
        thread::yield_now();
    }
    true
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

/// Bytes that have come to `local` from `remote` and that nobody has read; `None` when there is no such connection.
pub(super) fn unread(local: SocketAddr, remote: SocketAddr) -> Option<u64> {
    let table = fs::read_to_string("/proc/self/net/tcp").ok()?;
    let (local, remote) = (written(local)?, written(remote)?);
    table.lines().skip(1).find_map(|line| {
        let mut fields = line.split_ascii_whitespace().skip(1);
        if fields.next()? != local || fields.next()? != remote {
            return None;
        }
        let (_, unread) = fields.nth(1)?.split_once(':')?;
        u64::from_str_radix(unread, 16).ok()
    })
}

/// An address as /proc/net/tcp writes it: the four bytes as a number of this machine, then the port.
fn written(address: SocketAddr) -> Option<String> {
    match address {
        SocketAddr::V4(address) => {
            let ip = u32::from_ne_bytes(address.ip().octets());
            Some(format!("{ip:08X}:{:04X}", address.port()))
        }
        SocketAddr::V6(_) => None,
    }
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
