use std::{mem::MaybeUninit, path::Path};

use rustix::{
    fd::{AsFd, OwnedFd},
    fs::{CWD, Mode, OFlags, RawDir, openat},
    io::{Errno, read},
};

use crate::{
    Collector, Labels, Metric, Problem,
    Unit::Count,
    host::{Host, Round, is_absent},
};

pub(crate) static METRICS: [Metric; 3] = [
    Metric::gauge(
        "processes.in_state",
        Count,
        "Processes in a state.",
        "/proc/PID/stat, field 3",
    ),
    Metric::gauge(
        "processes.total",
        Count,
        "Processes.",
        "/proc, number of folders PID",
    ),
    Metric::gauge(
        "processes.threads",
        Count,
        "Threads of all processes.",
        "/proc/PID/stat, field 20",
    ),
];

const STATES: [&str; 8] = [
    "running", "sleeping", "blocked", "idle", "stopped", "traced", "zombie", "other",
];

/// Counts processes by state.
#[derive(Debug)]
pub(crate) struct Processes {
    labels: [Labels; STATES.len()],
}

/// What one process is counted by.
#[derive(Debug, PartialEq)]
struct Process {
    /// An index into the states.
    state: usize,
    /// An int in the kernel.
    threads: u32,
}

#[derive(Debug, Default)]
struct Sums {
    states: [u64; STATES.len()],
    threads: u64,
    /// The lowest number of a process whose `stat` is not what the kernel writes, and how many there are.
    broken: Option<u32>,
    faults: usize,
}

impl Default for Processes {
    fn default() -> Processes {
        Processes {
            labels: STATES.map(|state| Labels::one("state", state)),
        }
    }
}

impl Collector for Processes {
    fn name(&self) -> &'static str {
        "processes"
    }

    fn collect(&mut self, host: &mut Host, round: &mut Round<'_>) {
        let path = host.path("proc");
        let sums = openat(
            CWD,
            &path,
            OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC,
            Mode::empty(),
        )
        .and_then(|proc| count(&proc));
        match sums {
            Ok(sums) => self.add(&path, &sums, round),
            Err(why) => {
                let why = why.into();
                if !is_absent(&why) {
                    round.problems.push(Problem::Read {
                        path: path.join("PID/stat"),
                        why,
                    });
                }
            }
        }
    }
}

impl Processes {
    fn add(&self, proc: &Path, sums: &Sums, round: &mut Round<'_>) {
        if let Some(id) = sums.broken {
            round.problems.push(Problem::Line {
                path: proc.join(format!("{id}/stat")),
                line: 1,
                what: "has no state or no number of threads".into(),
                more: sums.faults - 1,
            });
        }
        let total: u64 = sums.states.iter().sum();
        if total == 0 {
            return;
        }
        let [count, all, threads] = &METRICS;
        for (labels, sum) in self.labels.iter().zip(sums.states) {
            round.add(count, labels, sum as f64);
        }
        round.add(all, &Labels::none(), total as f64);
        round.add(threads, &Labels::none(), sums.threads as f64);
    }
}

/// Reads the `stat` of every folder that has a number for a name.
///
/// There may be ten thousand of them, so this makes three kernel calls for each, and allocates nothing.
fn count(proc: &OwnedFd) -> rustix::io::Result<Sums> {
    let mut sums = Sums::default();
    let mut names = [MaybeUninit::uninit(); 4096];
    let mut folder = RawDir::new(proc.as_fd(), &mut names);
    let mut path = String::new();
    // Its longest fields fill some 400 bytes.
    let mut text = [0; 1024];
    while let Some(entry) = folder.next() {
        let entry = entry?;
        let name = entry
            .file_name()
            .to_str()
            .ok()
            .filter(|name| !name.starts_with('+'));
        let Some((name, id)) = name.and_then(|name| Some((name, name.parse().ok()?))) else {
            continue;
        };
        path.clear();
        path.push_str(name);
        path.push_str("/stat");
        let stat = openat(proc, &*path, OFlags::RDONLY | OFlags::CLOEXEC, Mode::empty());
        match stat.and_then(|stat| read(stat, &mut text)) {
            Ok(length) => match parse(&text[..length]) {
                Some(process) => {
                    sums.states[process.state] += 1;
                    sums.threads += u64::from(process.threads);
                }
                None => {
                    sums.faults += 1;
                    sums.broken = Some(sums.broken.map_or(id, |first| first.min(id)));
                }
            },
            // It has ended since, or is somebody else's where /proc is mounted with hidepid.
            Err(Errno::NOENT | Errno::NOTDIR | Errno::SRCH | Errno::ACCESS | Errno::PERM) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(sums)
}

/// Reads what a process is counted by. Its name may be any bytes, parentheses and spaces too, but what follows is not.
///
/// Source: proc_pid_stat(5).
#[expect(unused_variables, reason = "goes with the todo!")]
fn parse(stat: &[u8]) -> Option<Process> {
    todo!(
        "tables: The name ends at the last parenthesis. Behind it come field 3, the state, and field 20, the threads."
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_process_may_be_called_anything() {
        let rest = "1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18";
        for (name, state, expected) in [
            ("cat", "R", 0),
            ("a) S 1 (b", "D", 2),
            ("x\ny", "Z", 6),
            ("", "t", 5),
            ("kworker/0:1-events", "I", 3),
            ("parked", "P", 7),
        ] {
            let stat = format!("18153 ({name}) {state} {rest}\n");
            assert_eq!(
                parse(stat.as_bytes()),
                Some(Process {
                    state: expected,
                    threads: 17
                }),
                "{stat}"
            );
        }
        let stat = [b"1 (\xff\xfe) S ", rest.as_bytes()].concat();
        assert_eq!(
            parse(&stat),
            Some(Process {
                state: 1,
                threads: 17
            })
        );
        for broken in [
            "",
            "1",
            "1 (a",
            "1 (a)",
            "1 (a) ",
            "1 (a) S 1",
            "1 (a) S 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 -7",
            "1 (a) S 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 +7",
        ] {
            assert_eq!(parse(broken.as_bytes()), None, "{broken}");
        }
    }
}
