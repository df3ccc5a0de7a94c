//! The command: its process and its output.

use std::io;
use std::os::fd::OwnedFd;
use std::os::unix::process::CommandExt as _;
use std::process::{Command, Stdio};
use std::time::Instant;

use rustix::io::{Errno, ioctl_fionbio, read};
use rustix::process::Pid;

use super::config::Config;
use super::notify::{Receiver, VARIABLE};

// region:given/service
/// A command that has been started and was not laid to rest yet.
#[derive(Debug, Clone, Copy)]
pub struct Service {
    /// Its process, which leads a group of its own.
    pub pid: Pid,
    /// When it was started.
    pub since: Instant,
}

/// Which of its two outputs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stream {
    /// Standard output.
    Out,
    /// Standard error.
    Err,
}

/// The pipes through which its output comes. They end when the command and all that it has started have closed them.
#[derive(Debug, Default)]
pub struct Output {
    out: Option<OwnedFd>,
    err: Option<OwnedFd>,
}
// endregion:given/service

impl Service {
    /// Starts the command, with an empty standard input and pipes for its output.
    ///
    /// # Errors
    /// What fork(2), chdir(2) or execve(2) say.
    pub fn start(config: &Config, notify: Option<&Receiver>) -> io::Result<(Self, Output)> {
        let mut command = Command::new(&config.command[0]);
        command
            .args(&config.command[1..])
            .current_dir(&config.directory)
            .envs(config.environment.iter().map(|(key, value)| (key, value)))
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .process_group(0);
        match notify {
            Some(notify) => command.env(VARIABLE, notify.name()),
            // If there is one, it is the supervisor's own.
            None => command.env_remove(VARIABLE),
        };
        let since = Instant::now();
        let mut child = command.spawn()?;
        let service = Self {
            pid: Pid::from_child(&child),
            since,
        };
        let output = Output {
            out: child.stdout.take().map(OwnedFd::from),
            err: child.stderr.take().map(OwnedFd::from),
        };
        for pipe in output.pipes() {
            ioctl_fionbio(pipe, true)?;
        }
        Ok((service, output))
    }
}

impl Output {
    /// The pipe of one of the two, until it has ended.
    pub fn pipe(&self, stream: Stream) -> Option<&OwnedFd> {
        match stream {
            Stream::Out => self.out.as_ref(),
            Stream::Err => self.err.as_ref(),
        }
    }

    /// Both pipes, as far as they have not ended.
    pub fn pipes(&self) -> impl Iterator<Item = &OwnedFd> {
        self.out.iter().chain(&self.err)
    }

    /// Reads what is there into `buffer`, at most so much as fits, and returns how much it is: nothing when there is nothing at the moment,
    /// or no more.
    pub fn read(&mut self, stream: Stream, buffer: &mut [u8]) -> usize {
        let pipe = match stream {
            Stream::Out => &mut self.out,
            Stream::Err => &mut self.err,
        };
        let Some(open) = pipe else { return 0 };
        match read(open, buffer) {
            Ok(0) => *pipe = None,
            Ok(length) => return length,
            Err(Errno::AGAIN | Errno::INTR) => {}
            // No other error is known of a pipe. It would come again and again.
            Err(_) => *pipe = None,
        }
        0
    }
}
