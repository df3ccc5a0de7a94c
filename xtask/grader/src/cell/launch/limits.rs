//! The kernel's own limits on one process, below those that a suite watches.
//!
//! Source: getrlimit(2). They are wider than the limits of a lab, so that it is the suite's watcher that names what was broken; these hold
//! where a program is faster than a watcher.

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

use super::{Doing, Result};

/// What a lab allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Limits {
    pub(super) cpu_ms: u64,
    pub(super) memory_mib: u64,
    pub(super) processes: u64,
    pub(super) file_mib: u64,
}

/// Tasks beyond a lab's processes: each process may have threads, and a server has one for each connection perhaps.
const TASKS: u64 = 512;

impl Limits {
    /// Reads `COURSE_LIMITS`: `wall_ms,cpu_ms,memory_mib,output_mib,processes,file_mib`.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let numbers: Vec<u64> = text
            .split(',')
            .map(|part| part.parse().ok())
            .collect::<Option<_>>()?;
        let [_, cpu_ms, memory_mib, _, processes, file_mib] = numbers[..] else {
            return None;
        };
        Some(Self {
            cpu_ms,
            memory_mib,
            processes,
            file_mib,
        })
    }

    /// Sets them for this process. `tasks_before` is how many tasks count as this user's already.
    pub(super) fn set(self, tasks_before: u64) -> Result {
        let mib = |mib: u64| mib << 20;
        for (resource, most) in [
            (Resource::Core, 0),
            (Resource::Cpu, self.cpu_ms.div_ceil(1000) + 2),
            (Resource::Fsize, mib(self.file_mib)),
            // Stacks of threads and the arenas of an allocator count here long before they are memory.
            (Resource::Data, mib(self.memory_mib * 4 + 4096)),
            (Resource::Nproc, tasks_before + self.processes + TASKS),
            (Resource::Msgqueue, 0),
        ] {
            let now = getrlimit(resource).maximum.unwrap_or(u64::MAX);
            let most = Some(most.min(now));
            setrlimit(
                resource,
                Rlimit {
                    current: most,
                    maximum: most,
                },
            )
            .doing(|| format!("limiting {resource:?}"))?;
        }
        Ok(())
    }
}

/// How many tasks of this user there are: without a user namespace of its own, RLIMIT_NPROC counts them all.
pub(super) fn tasks_of_this_user() -> u64 {
    let uid = rustix::process::geteuid().as_raw().to_string();
    let entries = std::fs::read_dir("/proc").into_iter().flatten().flatten();
    let threads = entries.filter_map(|entry| {
        let status = std::fs::read_to_string(entry.path().join("status")).ok()?;
        let field = |name: &str| status.lines().find_map(|line| line.strip_prefix(name));
        let own = field("Uid:")?.split_whitespace().next() == Some(&*uid);
        own.then(|| field("Threads:")?.trim().parse::<u64>().ok())
            .flatten()
    });
    threads.sum()
}
