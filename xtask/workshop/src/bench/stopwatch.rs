//! Times one run of a program: wall clock, processor time of its whole family, peak of its memory.

use std::fs;
use std::process::{Child, Command, ExitStatus};
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::process::{Pid, PidfdFlags, WaitId, WaitIdOptions, pidfd_open, waitid};

/// The length of a clock tick in /proc: USER_HZ is 100 on every architecture that Linux has for servers.
const TICK: Duration = Duration::from_millis(10);

/// How often memory is looked at.
const LOOK: Duration = Duration::from_millis(5);

/// What one run took.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Run {
    pub(crate) wall: Duration,
    /// User and system time with that of all children that were waited for, to 10 ms.
    pub(crate) cpu: Duration,
    /// The largest anonymous memory of the program and its descendants that was seen, in KiB; 0 where it was not watched.
    pub(crate) peak_kib: u64,
    pub(crate) status: ExitStatus,
}

/// Whether a run's memory is watched, which disturbs its timing a little.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Memory {
    Watched,
    Ignored,
}

/// Runs `command` to its end, or kills it after `limit`.
///
/// # Errors
/// The program cannot be started, or took longer than `limit` ([`std::io::ErrorKind::TimedOut`]).
pub(crate) fn run(command: &mut Command, memory: Memory, limit: Duration) -> std::io::Result<Run> {
    let started = Instant::now();
    let child = command.spawn()?;
    let subject = child.id();
    let watched = watch(&child, subject, memory, started, limit);
    finish(child, watched)
}

/// Runs `command`, the client of a server, to its end, or kills it after `limit`. What the server with the id `server` had of memory at
/// most, and what it took of the processors' time, is told in the place of the client's own.
///
/// # Errors
/// The client cannot be started, or took longer than `limit` ([`std::io::ErrorKind::TimedOut`]).
pub(crate) fn drive(command: &mut Command, server: u32, limit: Duration) -> std::io::Result<Run> {
    let before = family_cpu(server);
    let started = Instant::now();
    let child = command.spawn()?;
    let watched = watch(&child, server, Memory::Watched, started, limit);
    let run = finish(child, watched)?;
    let cpu = run.cpu.saturating_sub(before);
    Ok(Run { cpu, ..run })
}

/// Waits for the child, and kills it before that if it has not come to its end.
fn finish(mut child: Child, watched: std::io::Result<Option<Run>>) -> std::io::Result<Run> {
    if !matches!(watched, Ok(Some(_))) {
        // Whatever went wrong, no program stays behind.
        let _ = child.kill();
    }
    let status = child.wait()?;
    match watched? {
        Some(run) => Ok(Run { status, ..run }),
        None => Err(std::io::ErrorKind::TimedOut.into()),
    }
}

/// Waits for the end of `child` and reads what `subject` took, before the child is waited for; `None` when the limit came first.
fn watch(
    child: &Child,
    subject: u32,
    memory: Memory,
    started: Instant,
    limit: Duration,
) -> std::io::Result<Option<Run>> {
    let pid = Pid::from_child(child);
    let ended = pidfd_open(pid, PidfdFlags::empty())?;
    let mut peak_kib = 0;
    loop {
        let left = limit.saturating_sub(started.elapsed());
        let timeout = match memory {
            Memory::Watched => left.min(LOOK),
            Memory::Ignored => left,
        };
        let timeout = Timespec {
            tv_sec: timeout.as_secs().cast_signed(),
            tv_nsec: timeout.subsec_nanos().into(),
        };
        match poll(&mut [PollFd::new(&ended, PollFlags::IN)], Some(&timeout)) {
            Ok(1..) => break,
            Ok(_) if started.elapsed() >= limit => return Ok(None),
            Ok(_) => peak_kib = peak_kib.max(family_kib(subject)),
            Err(rustix::io::Errno::INTR) => {}
            Err(error) => return Err(error.into()),
        }
    }
    let wall = started.elapsed();
    // With NOWAIT it stays a zombie, whose times /proc still tells.
    waitid(WaitId::Pid(pid), WaitIdOptions::EXITED | WaitIdOptions::NOWAIT)?;
    Ok(Some(Run {
        wall,
        cpu: family_cpu(subject),
        peak_kib,
        status: ExitStatus::default(),
    }))
}

/// User and system time of a process, of its children that were waited for, and of its descendants that still run.
///
/// Source: proc_pid_stat(5), fields 14 to 17.
fn family_cpu(pid: u32) -> Duration {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    // The program's name, field 2, may hold spaces and parentheses: count from behind its last one.
    let fields = stat.rsplit_once(')').map_or("", |(_, fields)| fields);
    let ticks: u32 = fields
        .split_whitespace()
        .skip(11)
        .take(4)
        .filter_map(|field| field.parse::<u32>().ok())
        .sum();
    let own = TICK * ticks;
    own + children(pid).map(family_cpu).sum::<Duration>()
}

/// The ids of a process's children, as far as its first thread has started them.
fn children(pid: u32) -> impl Iterator<Item = u32> {
    let children = fs::read_to_string(format!("/proc/{pid}/task/{pid}/children")).unwrap_or_default();
    let ids: Vec<u32> = children
        .split_whitespace()
        .filter_map(|pid| pid.parse().ok())
        .collect();
    ids.into_iter()
}

/// Anonymous resident memory of a process and all its descendants, in KiB. Mapped files do not count: they are the cache's.
///
/// Source: proc_pid_status(5), proc_tid_children(5).
fn family_kib(pid: u32) -> u64 {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    let own: u64 = status
        .lines()
        .find_map(|line| {
            line.strip_prefix("RssAnon:")?
                .trim()
                .strip_suffix(" kB")?
                .parse()
                .ok()
        })
        .unwrap_or(0);
    own + children(pid).map(family_kib).sum::<u64>()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn time(line: &str, limit: Duration) -> std::io::Result<Run> {
        run(Command::new("sh").args(["-c", line]), Memory::Watched, limit)
    }

    #[test]
    fn processor_time_of_children_counts_and_waiting_does_not() {
        let busy = time(
            "sh -c 'i=0; while [ $i -lt 200000 ]; do i=$((i+1)); done'; true",
            Duration::from_secs(60),
        );
        let busy = busy.expect("it ends");
        assert!(busy.status.success() && busy.cpu >= TICK, "{busy:?}");
        let idle = time("sleep 0.2", Duration::from_secs(60)).expect("it ends");
        assert!(
            idle.wall >= Duration::from_millis(200) && idle.cpu < idle.wall / 2,
            "{idle:?}"
        );
    }

    #[test]
    fn a_run_beyond_its_limit_is_ended() {
        let error = time("exec sleep 60", Duration::from_millis(50)).expect_err("the limit");
        assert_eq!(error.kind(), std::io::ErrorKind::TimedOut);
    }

    #[test]
    fn the_status_of_a_program_is_its_own() {
        let ended = time("exit 3", Duration::from_secs(60)).expect("it ends");
        assert_eq!(ended.status.code(), Some(3));
    }
}
