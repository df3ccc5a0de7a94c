//! One process with its pipes.

use std::io::{self, ErrorKind};
use std::os::fd::{AsFd, OwnedFd};
//~pool #[expect(unused_imports, reason = "`spawn` will use it")]
use std::os::unix::process::CommandExt as _;
//~pool #[expect(unused_imports, reason = "`spawn` will use them")]
use std::process::{Command, Stdio};

use rustix::fs::{OFlags, fcntl_setfl};
use rustix::process::Pid;

use crate::events::{Events, Interest};
use crate::pool::capture::{Captured, Lines};
use crate::pool::job::Job;
use crate::pool::settings::Settings;
//~pool #[expect(unused_imports, reason = "`spawn` will use it")]
use crate::sys;

/// How often the pipes of a process that has ended are read at most. Somebody else may hold them, and write as fast as they are read.
//~pool #[expect(dead_code, reason = "`finish` will use it")]
const LAST_READS: usize = 16;

/// Which pipe.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stream {
    /// Its standard input.
    In,
    /// Its standard output.
    Out,
    /// Its standard error.
    Err,
}

// region:given/child
/// A process, and this end of its pipes. Each is closed when it has come to its end.
#[derive(Debug)]
pub struct Child {
    pid: Pid,
    input: Option<OwnedFd>,
    out: Option<OwnedFd>,
    err: Option<OwnedFd>,
    /// What its standard input is still to get.
    feed: Vec<u8>,
    /// How much of that it has got.
    fed: usize,
    captured: Captured,
    lines: Lines,
}
// endregion:given/child

/// Returns the token under which a pipe is watched.
pub fn token(pid: Pid, stream: Stream) -> u64 {
    u64::from(pid.as_raw_nonzero().get().unsigned_abs()) << 2 | stream as u64
}

/// Returns whose pipe it is that is watched under `token`.
pub fn owner(token: u64) -> Option<(Pid, Stream)> {
    let pid = Pid::from_raw(i32::try_from(token >> 2).ok()?)?;
    let streams = [Stream::In, Stream::Out, Stream::Err];
    Some((pid, *streams.get(token as usize & 3)?))
}

impl Child {
    /// Starts the process of a job.
    ///
    /// # Errors
    /// What posix_spawn(3) says, or whoever makes its pipes.
    pub fn spawn(settings: &Settings, job: &Job) -> io::Result<Self> {
        // region:pool/spawn `settings.command` and the job's arguments, in a process group of its own (`process_group`), its outputs piped.
        let mut command = Command::new(&settings.command[0]);
        command
            .args(&settings.command[1..])
            .args(&job.args)
            .process_group(0)
            .stdin(match job.stdin {
                Some(_) => Stdio::piped(),
                None => Stdio::null(),
            })
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        if let Some(bytes) = settings.memory {
            sys::limit_memory(&mut command, bytes);
        }
        let mut child = command.spawn()?;
        Ok(Self {
            pid: Pid::from_child(&child),
            input: child.stdin.take().map(OwnedFd::from),
            out: child.stdout.take().map(OwnedFd::from),
            err: child.stderr.take().map(OwnedFd::from),
            feed: job.stdin.clone().unwrap_or_default(),
            fed: 0,
            captured: Captured::default(),
            lines: Lines::new(&job.id.label()),
        })
        // endregion:pool/spawn
    }

    /// Its id.
    pub fn pid(&self) -> Pid {
        self.pid
    }

    /// Watches its pipes. None of them lets anybody wait from now on.
    ///
    /// # Errors
    /// What epoll_ctl(2) or fcntl(2) say.
    pub fn watch(&self, events: &Events) -> io::Result<()> {
        for (pipe, stream, interest) in [
            (&self.input, Stream::In, Interest::Write),
            (&self.out, Stream::Out, Interest::Read),
            (&self.err, Stream::Err, Interest::Read),
        ] {
            if let Some(pipe) = pipe {
                // This concerns this end alone: the process still waits for its reader.
                fcntl_setfl(pipe, OFlags::NONBLOCK)?;
                events.watch(pipe, token(self.pid, stream), interest)?;
            }
        }
        Ok(())
    }

    /// Goes on or stops to watch its standard error.
    ///
    /// # Errors
    /// What epoll_ctl(2) says.
    pub fn listen(&self, events: &Events, listen: bool) -> io::Result<()> {
        match &self.err {
            Some(err) if listen => events.watch(err, token(self.pid, Stream::Err), Interest::Read),
            Some(err) => events.forget(err),
            None => Ok(()),
        }
    }

    /// Does what one of its pipes is ready for; lines of its standard error go to `notes`.
    ///
    /// # Errors
    /// What read(2) says.
    pub fn ready(&mut self, stream: Stream, buffer: &mut [u8], notes: &mut Vec<u8>) -> io::Result<()> {
        match stream {
            Stream::In => self.feed(),
            Stream::Out => self.captured.push(read(&mut self.out, buffer)?),
            Stream::Err => self.lines.push(read(&mut self.err, buffer)?, notes),
        }
        Ok(())
    }

    /// After its end: reads what still stands in its pipes, and returns what its standard output began with.
    ///
    /// # Errors
    /// What read(2) says.
    //~pool #[expect(clippy::ptr_arg, reason = "lines will be added to it")]
    pub fn finish(self, buffer: &mut [u8], notes: &mut Vec<u8>) -> io::Result<Captured> {
        // region:pool/finish Read until nothing is there, but not for ever. A line that has no end ends here.
        let Self {
            mut out,
            mut err,
            mut captured,
            mut lines,
            ..
        } = self;
        for _ in 0..LAST_READS {
            match read(&mut out, buffer)? {
                [] => break,
                bytes => captured.push(bytes),
            }
        }
        for _ in 0..LAST_READS {
            match read(&mut err, buffer)? {
                [] => break,
                bytes => lines.push(bytes, notes),
            }
        }
        lines.end(notes);
        Ok(captured)
        // endregion:pool/finish
    }

    /// Writes as much of its input as there is room for.
    fn feed(&mut self) {
        let Some(input) = &self.input else { return };
        match rustix::io::write(input, &self.feed[self.fed..]) {
            Ok(written) => self.fed += written,
            Err(rustix::io::Errno::INTR | rustix::io::Errno::AGAIN) => {}
            // It does not want to read all of it. That is its own affair.
            Err(_) => self.fed = self.feed.len(),
        }
        if self.fed == self.feed.len() {
            self.input = None;
            self.feed = Vec::new();
            self.fed = 0;
        }
    }
}

/// Reads once, and closes the pipe at its end. Returns nothing then, or when nothing is there yet.
fn read<'a>(pipe: &mut Option<OwnedFd>, buffer: &'a mut [u8]) -> io::Result<&'a [u8]> {
    let Some(open) = pipe else { return Ok(&[]) };
    match rustix::io::read(open.as_fd(), &mut *buffer).map_err(io::Error::from) {
        Ok(0) => {
            *pipe = None;
            Ok(&[])
        }
        Ok(read) => Ok(&buffer[..read]),
        Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::Interrupted) => Ok(&[]),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_leads_back_to_its_pipe() {
        for pid in [1, 4711, i32::MAX] {
            let pid = Pid::from_raw(pid).expect("positive");
            for stream in [Stream::In, Stream::Out, Stream::Err] {
                assert_eq!(owner(token(pid, stream)), Some((pid, stream)));
            }
        }
        for nobodys in [0, 1, 2, 7, u64::MAX] {
            assert_eq!(owner(nobodys), None);
        }
    }
}
