//! Watching a program that runs: its output, its limits, its end.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::os::fd::{AsFd, OwnedFd};
use std::process::{Child, ExitStatus};
use std::sync::{Arc, Condvar, Mutex, MutexGuard};
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::process::{Pid, PidfdFlags, Signal, kill_process, kill_process_group, pidfd_open};

use crate::process::{self, Usage};
use crate::suite::Limits;

/// How long after a program's end its pipes may stay open (a child of it holds them) before they are given up.
const PIPE_GRACE: Duration = Duration::from_millis(200);

/// How often memory, time and processes are looked at while a program runs: at first, and when it has run for [`SETTLED`].
///
/// A look reads a file or two of each process. A server that is watched for seconds, with a dozen beside it, would be watched by half a processor.
const LOOK: Duration = Duration::from_millis(2);
const LATER_LOOK: Duration = Duration::from_millis(10);
const SETTLED: Duration = Duration::from_millis(300);

/// What a program has printed so far, shared between its watcher and the case.
#[derive(Default)]
pub(crate) struct Shared {
    pub(crate) seen: Mutex<Seen>,
    pub(crate) changed: Condvar,
}

#[derive(Default)]
pub(crate) struct Seen {
    pub(crate) stdout: Vec<u8>,
    pub(crate) stderr: Vec<u8>,
    pub(crate) usage: Usage,
    pub(crate) over: bool,
}

impl Shared {
    pub(crate) fn lock(&self) -> MutexGuard<'_, Seen> {
        self.seen
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

/// The limit that a program broke.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Broken {
    Wall,
    Cpu,
    Memory,
    Output,
    Processes,
}

/// What the watching thread needs.
pub(crate) struct Watch {
    pub(crate) shared: Arc<Shared>,
    pub(crate) limits: Limits,
    pub(crate) started: Instant,
    pub(crate) observe_threads: bool,
    pub(crate) read_at_most: Option<usize>,
}

/// What the watching thread found.
pub(crate) struct Watched {
    pub(crate) status: ExitStatus,
    pub(crate) broken: Option<Broken>,
    pub(crate) wall: Duration,
    pub(crate) cpu: Duration,
    pub(crate) peak_kib: u64,
    pub(crate) bytes_read: Option<u64>,
    pub(crate) threads: Vec<Duration>,
}

impl Watch {
    /// Reads the program's output and watches its limits until it has ended and its pipes, or terminals, are closed.
    pub(crate) fn until_ended(
        self,
        mut child: Child,
        mut stdout: Option<OwnedFd>,
        mut stderr: Option<OwnedFd>,
    ) -> io::Result<Watched> {
        let pid = child.id();
        let pidfd = pidfd_open(Pid::from_child(&child), PidfdFlags::empty())?;
        let mut buffer = vec![0; 64 << 10];
        let mut ended: Option<Instant> = None;
        let mut broken = None;
        let mut peak_kib = 0;
        let mut cpu = Duration::ZERO;
        let mut bytes_read = None;
        let mut wall = Duration::ZERO;
        let mut threads = BTreeMap::new();
        let mut looked = self.started;

        loop {
            let (out_ready, err_ready, end_ready) =
                self.wait_for_any(&stdout, &stderr, ended.is_none().then_some(&pidfd))?;
            if out_ready {
                self.read_into(
                    &mut stdout,
                    &mut buffer,
                    |seen| &mut seen.stdout,
                    self.read_at_most,
                )?;
            }
            if err_ready {
                self.read_into(&mut stderr, &mut buffer, |seen| &mut seen.stderr, None)?;
            }
            if end_ready {
                wall = self.started.elapsed();
                ended = Some(Instant::now());
                // A program that has ended keeps its numbers until it is waited for.
                cpu = cpu.max(process::cpu(pid).unwrap_or_default());
                bytes_read = process::bytes_read(pid).or(bytes_read);
            }
            match ended {
                Some(at) if stdout.is_none() && stderr.is_none() || at.elapsed() > PIPE_GRACE => break,
                Some(_) => continue,
                None => {}
            }
            if looked.elapsed() >= self.pause() {
                looked = Instant::now();
                let usage = process::usage(pid);
                peak_kib = peak_kib.max(usage.anonymous_kib);
                cpu = cpu.max(usage.cpu);
                bytes_read = process::bytes_read(pid).or(bytes_read);
                if self.observe_threads {
                    process::threads(pid, &mut threads);
                }
                self.shared.lock().usage = usage;
                broken = broken.or(self.broken(&usage));
            }
            if self.shared.lock().over {
                broken = broken.or(Some(Broken::Output));
            }
            if broken.is_some() {
                kill_tree(pid);
            }
        }
        // What it left behind in its own group goes with it; the case's end takes the rest.
        let _ = kill_process_group(Pid::from_child(&child), Signal::KILL);
        let status = child.wait()?;
        self.shared.changed.notify_all();
        Ok(Watched {
            status,
            broken,
            wall,
            cpu,
            peak_kib,
            bytes_read,
            threads: threads.into_values().collect(),
        })
    }

    /// How long to wait between two looks.
    fn pause(&self) -> Duration {
        // What threads have done is known only as long as they are there.
        match self.observe_threads || self.started.elapsed() < SETTLED {
            true => LOOK,
            false => LATER_LOOK,
        }
    }

    fn wait_for_any(
        &self,
        stdout: &Option<OwnedFd>,
        stderr: &Option<OwnedFd>,
        pidfd: Option<&OwnedFd>,
    ) -> io::Result<(bool, bool, bool)> {
        let sources = [stdout.as_ref(), stderr.as_ref(), pidfd];
        let mut fds: Vec<PollFd<'_>> = sources
            .iter()
            .flatten()
            .map(|fd| PollFd::new(*fd, PollFlags::IN))
            .collect();
        let timeout = Timespec {
            tv_sec: 0,
            tv_nsec: self.pause().subsec_nanos().into(),
        };
        match poll(&mut fds, Some(&timeout)) {
            Ok(_) | Err(rustix::io::Errno::INTR) => {}
            Err(error) => return Err(error.into()),
        }
        let mut ready = fds.iter().map(|fd| !fd.revents().is_empty());
        let mut next = |source: Option<&OwnedFd>| source.is_some() && ready.next().unwrap_or(false);
        Ok((next(sources[0]), next(sources[1]), next(sources[2])))
    }

    /// Reads once from `pipe` into the shared buffer; closes the pipe at its end, or when `at_most` bytes have come.
    fn read_into(
        &self,
        pipe: &mut Option<OwnedFd>,
        buffer: &mut [u8],
        target: fn(&mut Seen) -> &mut Vec<u8>,
        at_most: Option<usize>,
    ) -> io::Result<()> {
        let Some(fd) = pipe else { return Ok(()) };
        let read = match rustix::io::read(fd.as_fd(), &mut *buffer) {
            Ok(read) => read,
            Err(rustix::io::Errno::INTR) => return Ok(()),
            // A terminal ends like this when nobody has it open any more.
            Err(rustix::io::Errno::IO) => 0,
            Err(error) => return Err(error.into()),
        };
        let mut seen = self.shared.lock();
        let target_bytes = target(&mut seen);
        let room = self.limits.output_bytes.saturating_sub(target_bytes.len());
        target_bytes.extend_from_slice(&buffer[..read.min(room)]);
        let enough = at_most.is_some_and(|most| target_bytes.len() >= most);
        seen.over |= read > room;
        if read == 0 || enough {
            *pipe = None;
        }
        drop(seen);
        self.shared.changed.notify_all();
        Ok(())
    }

    fn broken(&self, usage: &Usage) -> Option<Broken> {
        if usage.anonymous_kib > self.limits.memory_kib {
            Some(Broken::Memory)
        } else if usage.processes > self.limits.processes {
            Some(Broken::Processes)
        } else if self.started.elapsed() > self.limits.wall {
            Some(Broken::Wall)
        } else if usage.cpu > self.limits.cpu {
            Some(Broken::Cpu)
        } else {
            None
        }
    }
}

/// Kills `pid` and its descendants.
pub(crate) fn kill_tree(pid: u32) {
    kill_all(|| process::tree(pid));
}

/// Kills all descendants of this process.
pub(crate) fn kill_descendants() {
    kill_all(|| process::tree(std::process::id()).split_off(1));
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
