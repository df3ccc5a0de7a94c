//! The process of a command, with this end of its pipes.

use std::io::{self, ErrorKind};
use std::os::fd::{AsFd as _, OwnedFd};
use std::process::Command;

use daemon::process::{How, kill_group};
use nbnet::poller::{Interest, Poller, Trigger};
use nbnet::slab::{Slab, Token};
use nix::sys::signal::Signal;
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::{OFlags, fcntl_setfl};
use rustix::io::ioctl_fionread;
use rustix::process::{Pid, PidfdFlags, WaitOptions, WaitStatus, pidfd_open, waitpid};

use super::item::Stream;

/// What of a command is watched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Source {
    /// Its standard input, for room.
    Input,
    /// One of its outputs, for something to read.
    Output(Stream),
    /// Its process, for its end.
    End,
}

/// Who is watched, under tokens that are never given twice: an event that was under way when a pipe was closed finds nothing.
pub(super) struct Watcher {
    pub(super) poller: Box<dyn Poller>,
    /// Of which command each token is, and what of it.
    watches: Slab<(u64, Source)>,
}

impl Watcher {
    pub(super) fn new(poller: Box<dyn Poller>) -> Self {
        Self {
            poller,
            watches: Slab::default(),
        }
    }

    /// Returns what is watched under a token.
    pub(super) fn find(&mut self, token: Token) -> Option<(u64, Source)> {
        self.watches.get_mut(token).copied()
    }
}

/// A descriptor, watched or not.
#[derive(Debug)]
pub(super) struct Watched {
    fd: OwnedFd,
    token: Option<Token>,
}

impl Watched {
    fn new(fd: OwnedFd) -> Self {
        Self { fd, token: None }
    }

    /// Watches it for `source`, or no more.
    ///
    /// It is not enough to watch it for nothing: that the other end is closed would be reported all the same, again and again.
    fn watch(&mut self, watch: bool, id: u64, source: Source, watcher: &mut Watcher) -> io::Result<()> {
        match self.token {
            None if watch => {
                let interest = match source {
                    Source::Input => Interest::WRITE,
                    Source::Output(_) | Source::End => Interest::READ,
                };
                let token = watcher.watches.insert((id, source));
                self.token = Some(token);
                watcher
                    .poller
                    .register(self.fd.as_fd(), token, interest, Trigger::Level)
            }
            Some(token) if !watch => {
                self.token = None;
                watcher.watches.remove(token);
                watcher.poller.deregister(self.fd.as_fd())
            }
            _ => Ok(()),
        }
    }

    /// Closes it. A failure to forget it before is none: it is gone afterwards.
    fn close(mut self, id: u64, source: Source, watcher: &mut Watcher) {
        let _ = self.watch(false, id, source, watcher);
    }
}

/// What a read or a write has brought.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Moved {
    /// So many bytes.
    Bytes(usize),
    /// None just now.
    Nothing,
    /// None ever again.
    Closed,
}

/// A process, and this end of its pipes. Each is there until it is closed.
#[derive(Debug)]
pub(super) struct Child {
    /// The number of the command for whose sake it runs.
    id: u64,
    /// Its number, and that of its group; nothing when it is laid to rest, for then they may be somebody else's.
    pid: Option<Pid>,
    end: Watched,
    input: Option<Watched>,
    outputs: [Option<Watched>; 2],
}

impl Child {
    /// Starts one, and watches its end and its outputs.
    ///
    /// # Errors
    /// What posix_spawn(3) says, or whoever makes pipes and watches them. Then there is no process.
    pub(super) fn spawn(command: &mut Command, id: u64, watcher: &mut Watcher) -> io::Result<Self> {
        let mut process = command.spawn()?;
        let pid = Pid::from_child(&process);
        let end = match pidfd_open(pid, PidfdFlags::empty()) {
            Ok(end) => end,
            Err(error) => {
                let _ = kill_group(pid, Signal::SIGKILL);
                process.wait()?;
                return Err(error.into());
            }
        };
        let pipe = |pipe: Option<OwnedFd>| pipe.map(Watched::new);
        let mut child = Self {
            id,
            pid: Some(pid),
            end: Watched::new(end),
            input: pipe(process.stdin.take().map(OwnedFd::from)),
            outputs: [
                pipe(process.stdout.take().map(OwnedFd::from)),
                pipe(process.stderr.take().map(OwnedFd::from)),
            ],
        };
        match child.begin(watcher) {
            Ok(()) => Ok(child),
            Err(error) => {
                child.bury(watcher);
                Err(error)
            }
        }
    }

    fn begin(&mut self, watcher: &mut Watcher) -> io::Result<()> {
        for pipe in self.input.iter().chain(self.outputs.iter().flatten()) {
            // This concerns this end alone: the process still waits for its reader and its writer.
            fcntl_setfl(&pipe.fd, OFlags::NONBLOCK)?;
        }
        self.end.watch(true, self.id, Source::End, watcher)?;
        self.listen(true, watcher)
    }

    /// Goes on or stops to watch its outputs. While nobody reads them, the process waits as soon as its pipes are full.
    ///
    /// # Errors
    /// What epoll_ctl(2) says.
    pub(super) fn listen(&mut self, listen: bool, watcher: &mut Watcher) -> io::Result<()> {
        for stream in Stream::BOTH {
            if let Some(pipe) = &mut self.outputs[stream as usize] {
                pipe.watch(listen, self.id, Source::Output(stream), watcher)?;
            }
        }
        Ok(())
    }

    /// Returns whether an output is still read.
    #[expect(dead_code, reason = "`Running` will use it")]
    pub(super) fn has(&self, stream: Stream) -> bool {
        self.outputs[stream as usize].is_some()
    }

    /// Reads once from an output.
    #[expect(dead_code, reason = "`Running` will use it")]
    pub(super) fn read(&mut self, stream: Stream, into: &mut [u8]) -> Moved {
        let Some(pipe) = &self.outputs[stream as usize] else {
            return Moved::Closed;
        };
        match rustix::io::read(&pipe.fd, into) {
            Ok(0) => Moved::Closed,
            Ok(count) => Moved::Bytes(count),
            Err(error) => failed(error),
        }
    }

    /// Closes an output.
    pub(super) fn close(&mut self, stream: Stream, watcher: &mut Watcher) {
        if let Some(pipe) = self.outputs[stream as usize].take() {
            pipe.close(self.id, Source::Output(stream), watcher);
        }
    }

    /// Writes once to its standard input. It is no failure if it has closed that: then it has enough.
    #[expect(dead_code, reason = "`Running` will use it")]
    pub(super) fn write(&mut self, bytes: &[u8]) -> Moved {
        let Some(pipe) = &self.input else {
            return Moved::Closed;
        };
        match rustix::io::write(&pipe.fd, bytes) {
            Ok(count) => Moved::Bytes(count),
            Err(error) => failed(error),
        }
    }

    /// Watches its standard input for room, or no more.
    ///
    /// # Errors
    /// What epoll_ctl(2) says.
    #[expect(dead_code, reason = "`Running` will use it")]
    pub(super) fn wait_for_room(&mut self, wait: bool, watcher: &mut Watcher) -> io::Result<()> {
        match &mut self.input {
            Some(pipe) => pipe.watch(wait, self.id, Source::Input, watcher),
            None => Ok(()),
        }
    }

    /// Closes its standard input, which is how it learns that nothing more comes.
    pub(super) fn close_input(&mut self, watcher: &mut Watcher) {
        if let Some(pipe) = self.input.take() {
            pipe.close(self.id, Source::Input, watcher);
        }
    }

    /// Sends a signal to its group. That nobody is left in it is no failure; one of them may have become somebody whom this process may not
    /// signal, and that is said.
    pub(super) fn signal(&self, signal: Signal) {
        let Some(pid) = self.pid else { return };
        if let Err(error) = kill_group(pid, signal) {
            eprintln!("rpc: exec: cannot send {signal} to process group {pid}: {error}");
        }
    }

    /// After its process has ended: kills what that has left in its group, and returns how it ended and how many bytes stand in the pipes of its
    /// outputs. Returns nothing if it has not ended.
    ///
    /// # Errors
    /// What waitpid(2) says.
    pub(super) fn ended(&mut self, watcher: &mut Watcher) -> io::Result<Option<(How, [u64; 2])>> {
        // As long as nobody has waited for the process, no other group can have its number.
        self.signal(Signal::SIGKILL);
        let Some(status) = self.wait()? else {
            return Ok(None);
        };
        self.end.watch(false, self.id, Source::End, watcher)?;
        let stands = |pipe: &Option<Watched>| {
            let pipe = pipe.as_ref()?;
            ioctl_fionread(&pipe.fd).ok()
        };
        let owed = self.outputs.each_ref().map(|pipe| stands(pipe).unwrap_or(0));
        Ok(Some((status.into(), owed)))
    }

    /// Lays it to rest, if it has ended.
    fn wait(&mut self) -> io::Result<Option<WaitStatus>> {
        let Some(pid) = self.pid else { return Ok(None) };
        let ended = waitpid(Some(pid), WaitOptions::NOHANG)?;
        if ended.is_some() {
            self.pid = None;
        }
        Ok(ended.map(|(_, status)| status))
    }

    /// Kills it and its group, unless it has ended, and lays it to rest. One that hangs in the kernel is not waited for.
    pub(super) fn bury(mut self, watcher: &mut Watcher) {
        if self.pid.is_some() {
            self.signal(Signal::SIGKILL);
            let limit = Timespec {
                tv_sec: 1,
                tv_nsec: 0,
            };
            let _ = poll(&mut [PollFd::new(&self.end.fd, PollFlags::IN)], Some(&limit));
            let _ = self.wait();
        }
        let _ = self.end.watch(false, self.id, Source::End, watcher);
        self.close_input(watcher);
        for stream in Stream::BOTH {
            self.close(stream, watcher);
        }
    }
}

fn failed(error: rustix::io::Errno) -> Moved {
    match error.kind() {
        ErrorKind::WouldBlock | ErrorKind::Interrupted => Moved::Nothing,
        _ => Moved::Closed,
    }
}
