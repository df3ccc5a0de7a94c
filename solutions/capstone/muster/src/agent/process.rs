use std::io;
use std::os::fd::{AsFd as _, OwnedFd};
use std::os::unix::process::CommandExt as _;
use std::process::{Child, Command, Stdio};

use daemon::process::{How, kill_group};
use nix::sys::signal::Signal;
use rpc::exec::item::Stream;
use rustix::io::ioctl_fionread;
use rustix::process::{Pid, PidfdFlags, pidfd_open};
use tokio::io::unix::AsyncFd;
use tokio::net::unix::pipe::Receiver;

use super::guard::{self, Guard};
use super::sys;

/// A process with a group of its own, and this end of its outputs. Dropped, it and what is in its group is killed.
pub(super) struct Process {
    child: Child,
    group: Pid,
    /// Becomes readable when the process ends. Its number stays its own until somebody waits for it.
    end: AsyncFd<OwnedFd>,
    outputs: [Option<Receiver>; 2],
    ended: bool,
    guard: Guard,
}

impl Process {
    /// Starts one, with an empty input.
    ///
    /// # Errors
    /// What posix_spawn(3) says, or whoever makes pipes and watches them. Then there is no process.
    pub(super) fn spawn(argv: &[String], guard: &Guard) -> io::Result<Self> {
        let (program, arguments) = argv
            .split_first()
            .ok_or_else(|| io::Error::new(io::ErrorKind::InvalidInput, "the program is missing"))?;
        guard.stand();
        let mut child = Command::new(program)
            .args(arguments)
            .env(guard::VARIABLE, guard.mark())
            .process_group(0)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()?;
        let group = Pid::from_child(&child);
        guard.begin(group);
        let pipe = |pipe: Option<OwnedFd>| pipe.map(Receiver::from_owned_fd).transpose();
        let watch = |child: &mut Child| {
            let end = pidfd_open(group, PidfdFlags::NONBLOCK)?;
            let end = sys::watch(end)?;
            let out = pipe(child.stdout.take().map(OwnedFd::from))?;
            let err = pipe(child.stderr.take().map(OwnedFd::from))?;
            io::Result::Ok((end, [out, err]))
        };
        match watch(&mut child) {
            Ok((end, outputs)) => Ok(Self {
                child,
                group,
                end,
                outputs,
                ended: false,
                guard: guard.clone(),
            }),
            Err(error) => {
                let _ = kill_group(group, Signal::SIGKILL);
                guard.end(group);
                let _ = child.wait();
                Err(error)
            }
        }
    }

    /// Returns whether an output is still read.
    pub(super) fn has(&self, stream: Stream) -> bool {
        self.outputs[stream as usize].is_some()
    }

    /// Returns its end and its outputs, to wait for all of them at once.
    pub(super) fn parts(&mut self) -> (&AsyncFd<OwnedFd>, &mut [Option<Receiver>; 2]) {
        (&self.end, &mut self.outputs)
    }

    /// Closes an output.
    pub(super) fn close(&mut self, stream: Stream) {
        self.outputs[stream as usize] = None;
    }

    /// Sends a signal to its group.
    pub(super) fn signal(&self, signal: Signal) {
        if !self.ended
            && let Err(error) = kill_group(self.group, signal)
        {
            eprintln!(
                "muster-agent: cannot send {signal} to process group {}: {error}",
                self.group
            );
        }
    }

    /// Returns whether it has ended by [`Process::ended`]'s account.
    pub(super) fn has_ended(&self) -> bool {
        self.ended
    }

    /// After its end: kills what it has left in its group. Returns how it ended, and how many bytes stand in the pipes of its outputs; nothing if
    /// it has not ended.
    ///
    /// # Errors
    /// What waitpid(2) says.
    pub(super) fn ended(&mut self) -> io::Result<Option<(How, [u64; 2])>> {
        // As long as nobody has waited for the process, no other group can have its number.
        self.signal(Signal::SIGKILL);
        self.guard.end(self.group);
        let Some(status) = self.child.try_wait()? else {
            self.guard.begin(self.group);
            return Ok(None);
        };
        self.ended = true;
        let how = match (
            std::os::unix::process::ExitStatusExt::signal(&status),
            status.code(),
        ) {
            (Some(signal), _) => How::Killed(signal),
            (None, code) => How::Exited((code.unwrap_or_default() & 0xff) as u8),
        };
        let stands = |pipe: &Option<Receiver>| ioctl_fionread(pipe.as_ref()?.as_fd()).ok();
        Ok(Some((
            how,
            self.outputs.each_ref().map(|pipe| stands(pipe).unwrap_or(0)),
        )))
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        if !self.ended {
            self.signal(Signal::SIGKILL);
            // One that hangs in the kernel is not waited for.
            let limit = rustix::event::Timespec {
                tv_sec: 1,
                tv_nsec: 0,
            };
            let mut wait = [rustix::event::PollFd::new(
                self.end.get_ref(),
                rustix::event::PollFlags::IN,
            )];
            let _ = rustix::event::poll(&mut wait, Some(&limit));
            self.guard.end(self.group);
            let _ = self.child.try_wait();
        }
    }
}
