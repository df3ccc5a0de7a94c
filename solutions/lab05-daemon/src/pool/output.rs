//! A stream that is written without waiting for its reader.
//!
//! The pool has other things to do than to wait until somebody scrolls on in `less`: time limits pass, jobs end, and `SIGTERM` comes.
//! Standard output could be made non-blocking, but it is shared with whoever else has it open, the shell for one.

use std::io::{self, ErrorKind};
use std::os::fd::OwnedFd;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::{FileType, fstat};

use crate::events::{Events, Interest};

/// As much as a pipe takes whole whenever poll(2) says that it can be written at all.
///
/// Source: pipe(7), `PIPE_BUF`.
const PIECE: usize = 4096;

/// With more than this waiting, in bytes, nothing should be done that makes more of it.
const FULL: usize = 64 << 10;

/// A stream, and what waits to be written to it.
#[derive(Debug)]
pub struct Output {
    to: OwnedFd,
    token: u64,
    waiting: Vec<u8>,
    /// How much of it is written.
    written: usize,
    /// What it is watched for when nothing waits: the end of its reader, or nothing.
    idle: Option<Interest>,
    watched: Option<Interest>,
}

impl Output {
    /// Takes a stream, which will be watched under this token while something waits.
    pub fn new(to: OwnedFd, token: u64) -> Self {
        Self {
            to,
            token,
            waiting: Vec::new(),
            written: 0,
            idle: None,
            watched: None,
        }
    }

    /// Watches for the end of its reader as well, where that is possible. That it has come is told again and again: this is for a stream
    /// without whose reader nothing goes on.
    ///
    /// # Errors
    /// What fstat(2) or epoll_ctl(2) say.
    pub fn watch_reader(&mut self, events: &Events) -> io::Result<()> {
        // There is never anything to read at this end of a pipe: the only news from there is that its reader is gone.
        let pipe = FileType::from_raw_mode(fstat(&self.to)?.st_mode) == FileType::Fifo;
        self.idle = pipe.then_some(Interest::Read);
        self.watch(events, self.idle)
    }

    /// What waits, to be added to.
    pub fn waiting(&mut self) -> &mut Vec<u8> {
        &mut self.waiting
    }

    /// Whether everything is written.
    pub fn is_empty(&self) -> bool {
        self.waiting.is_empty()
    }

    /// Whether so much waits that nothing should be done that makes more of it.
    pub fn is_full(&self) -> bool {
        self.waiting.len() - self.written > FULL
    }

    /// Writes as much as is taken at once.
    ///
    /// # Errors
    /// What write(2) says; [`ErrorKind::BrokenPipe`] when nobody reads it any more.
    pub fn flush(&mut self, events: &Events) -> io::Result<()> {
        while self.written < self.waiting.len() && self.takes_more()? {
            let rest = &self.waiting[self.written..];
            match rustix::io::write(&self.to, &rest[..rest.len().min(PIECE)]) {
                Ok(written) => self.written += written,
                Err(rustix::io::Errno::INTR) => {}
                Err(rustix::io::Errno::AGAIN) => break,
                Err(error) => return Err(error.into()),
            }
        }
        if self.written == self.waiting.len() {
            self.waiting.clear();
            self.written = 0;
            return self.watch(events, self.idle);
        }
        if self.written > FULL {
            self.waiting.drain(..self.written);
            self.written = 0;
        }
        self.watch(events, Some(Interest::Write))
    }

    /// Forgets what waits, since nobody will read it.
    ///
    /// # Errors
    /// What epoll_ctl(2) says.
    pub fn give_up(&mut self, events: &Events) -> io::Result<()> {
        self.waiting.clear();
        self.written = 0;
        self.watch(events, self.idle)
    }

    /// Looks whether the stream has a reader.
    ///
    /// # Errors
    /// [`ErrorKind::BrokenPipe`] when it has none.
    pub fn check(&self) -> io::Result<()> {
        match self.look()?.contains(PollFlags::ERR) {
            true => Err(ErrorKind::BrokenPipe.into()),
            false => Ok(()),
        }
    }

    fn takes_more(&self) -> io::Result<bool> {
        Ok(!self.look()?.is_empty())
    }

    fn look(&self) -> io::Result<PollFlags> {
        let mut fds = [PollFd::new(&self.to, PollFlags::OUT)];
        match poll(&mut fds, Some(&Timespec::default())) {
            Ok(_) => Ok(fds[0].revents()),
            Err(rustix::io::Errno::INTR) => Ok(PollFlags::empty()),
            Err(error) => Err(error.into()),
        }
    }

    fn watch(&mut self, events: &Events, interest: Option<Interest>) -> io::Result<()> {
        if self.watched == interest {
            return Ok(());
        }
        if self.watched.is_some() {
            events.forget(&self.to)?;
        }
        if let Some(interest) = interest {
            events.watch(&self.to, self.token, interest)?;
        }
        self.watched = interest;
        Ok(())
    }
}
