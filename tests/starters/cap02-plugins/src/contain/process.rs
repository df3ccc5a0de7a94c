use std::io::{self, ErrorKind};
use std::os::fd::{AsFd as _, OwnedFd};
use std::process::Command;

use daemon::events::{Events, Interest};
use daemon::process::{How, kill_group};
use nix::sys::signal::Signal;
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::{OFlags, fcntl_setfl};
use rustix::process::{Pid, PidfdFlags, WaitOptions, pidfd_open, waitpid};

/// How long a process that was killed is waited for. One that hangs in the kernel may take longer.
const DEATH: Timespec = Timespec {
    tv_sec: 1,
    tv_nsec: 0,
};

/// One of a plug-in's outputs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stream {
    Out,
    Err,
}

/// What of a run is watched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Source {
    Output(Stream),
    End,
}

impl Source {
    const ALL: [Self; 3] = [Self::Output(Stream::Out), Self::Output(Stream::Err), Self::End];

    fn token(self, id: u64) -> u64 {
        let place = Self::ALL
            .iter()
            .position(|source| *source == self)
            .unwrap_or_default();
        id * 3 + place as u64
    }

    /// Returns of which run a token is, and what of it.
    pub(super) fn of(token: u64) -> (u64, Self) {
        (token / 3, Self::ALL[(token % 3) as usize])
    }
}

/// What a read has brought.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Came {
    Bytes(usize),
    /// Nothing just now.
    Nothing,
    /// Nothing ever again.
    Closed,
}

/// A process that is a session of its own, and this end of its outputs.
#[derive(Debug)]
pub(super) struct Process {
    pid: Pid,
    /// Nobody has waited for it: its number, which is that of its group, is its own.
    is_there: bool,
    end: OwnedFd,
    outputs: [Option<OwnedFd>; 2],
}

impl Process {
    /// Starts one, and watches its end and its outputs.
    ///
    /// # Errors
    /// Why there is none.
    pub(super) fn spawn(command: &mut Command, id: u64, events: &Events) -> io::Result<Self> {
        let mut child = command.spawn()?;
        let pid = Pid::from_child(&child);
        let outputs = [
            child.stdout.take().map(OwnedFd::from),
            child.stderr.take().map(OwnedFd::from),
        ];
        let end = match pidfd_open(pid, PidfdFlags::empty()) {
            Ok(end) => end,
            Err(error) => {
                child.kill()?;
                child.wait()?;
                return Err(error.into());
            }
        };
        let mut process = Self {
            pid,
            is_there: true,
            end,
            outputs,
        };
        match process.watch(id, events) {
            Ok(()) => Ok(process),
            Err(error) => {
                process.bury();
                Err(error)
            }
        }
    }

    fn watch(&self, id: u64, events: &Events) -> io::Result<()> {
        events.watch(&self.end, Source::End.token(id), Interest::Read)?;
        for (pipe, stream) in self.outputs.iter().zip([Stream::Out, Stream::Err]) {
            if let Some(pipe) = pipe {
                // This concerns this end alone.
                fcntl_setfl(pipe, OFlags::NONBLOCK)?;
                events.watch(pipe, Source::Output(stream).token(id), Interest::Read)?;
            }
        }
        Ok(())
    }

    /// Returns its number, which is that of its group and of its session.
    pub(super) fn group(&self) -> Pid {
        self.pid
    }

    /// Reads once from an output, which never waits.
    pub(super) fn read(&mut self, stream: Stream, into: &mut [u8]) -> Came {
        let Some(pipe) = &self.outputs[stream as usize] else {
            return Came::Closed;
        };
        match rustix::io::read(pipe.as_fd(), into) {
            Ok(count) if count > 0 => Came::Bytes(count),
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::Interrupted) => {
                Came::Nothing
            }
            // Closed, it is not watched any more either: nobody else has this end.
            _ => {
                self.outputs[stream as usize] = None;
                Came::Closed
            }
        }
    }

    /// Sends a signal to its group. That nobody is left in it is no failure.
    pub(super) fn signal(&self, signal: Signal) {
        if self.is_there
            && let Err(error) = kill_group(self.pid, signal)
        {
            eprintln!(
                "plugins: cannot send {signal} to process group {}: {error}",
                self.pid
            );
        }
    }

    /// After its end: kills what is left in its group, lays it to rest, and says how it ended. Returns nothing if it has
    /// not ended.
    pub(super) fn reap(&mut self) -> Option<How> {
        todo!(
            "contain: As long as nobody has waited for the process, no other group can have its number: so first the signal, then the wait, which does not wait."
        )
    }

    /// Kills it and its group, and lays it to rest.
    pub(super) fn bury(&mut self) {
        if self.is_there {
            self.signal(Signal::SIGKILL);
            let _ = poll(&mut [PollFd::new(&self.end, PollFlags::IN)], Some(&DEATH));
            if matches!(waitpid(Some(self.pid), WaitOptions::NOHANG), Ok(Some(_))) {
                self.is_there = false;
            }
        }
    }
}
