//! One instance, and who it is: a lock and a number.
//!
//! Whether a daemon is running is what the lock on its file says, and nothing else. The kernel takes the lock away when the last process
//! that holds it has ended, however that came about, while the number stays where it is, and some day another process has it. So the
//! number is believed as long as somebody holds the lock; and the file is removed by whoever holds it, and by nobody else.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::os::fd::{AsFd, BorrowedFd};
use std::os::unix::fs::MetadataExt as _;
#[expect(unused_imports, reason = "`claim` will use it")]
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
#[expect(unused_imports, reason = "`claim` will use it")]
use std::thread;
#[expect(unused_imports, reason = "`claim` will use `Instant`")]
use std::time::{Duration, Instant};

#[expect(unused_imports, reason = "this file will use them")]
use rustix::fs::{FlockOperation, flock};
#[expect(unused_imports, reason = "`claim` and `lock` will use it")]
use rustix::io::Errno;
use rustix::process::Pid;

use super::error::{Error, Result};

/// How long a daemon may need to write its number after it has taken the lock, and those who only look to give the lock back.
pub(super) const PATIENCE: Duration = Duration::from_secs(1);

/// The file of a daemon that is running: this process, or one that it is going to fork. It is locked for as long as a process has it open.
#[derive(Debug)]
pub struct PidFile {
    path: PathBuf,
    file: File,
}

/// What the file of a daemon says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Somebody holds the lock: the process with this id, or one that has not written its id yet.
    Running(Option<Pid>),
    /// The file is there, but nobody holds the lock: a daemon has died and could not remove it.
    Dead,
    /// There is no file.
    Stopped,
}

/// What comes of trying to be the only one.
#[derive(Debug)]
pub enum Claim {
    /// It is this process.
    Ours(PidFile),
    /// Another one is running.
    Theirs(Option<Pid>),
}

impl PidFile {
    /// Tries to be the only one. The file is then locked, exclusively, and empty; it is the file at `path`, and no other that was there
    /// before.
    ///
    /// # Errors
    /// When it cannot be opened, or cannot be locked although nobody holds an exclusive lock.
    ///
    /// Source: flock(2), open(2).
    #[expect(unused_variables, reason = "goes with the todo!")]
    pub fn claim(path: &Path) -> Result<Claim> {
        todo!(
            "daemonize: Open without truncating, lock without waiting. Then look whether the file at `path` is still the one that you have locked."
        )
    }

    /// Writes a process id: decimal digits and a line feed.
    ///
    /// # Errors
    /// What write(2) says.
    pub fn write(&mut self, pid: Pid) -> Result<()> {
        // One write, so that nobody reads half of it.
        self.file
            .write_all(format!("{pid}\n").as_bytes())
            .map_err(Error::file("write", &self.path))
    }

    /// Removes the file, and then gives up the lock. A file that somebody else has put in its place is left alone.
    ///
    /// # Errors
    /// What unlink(2) says.
    pub fn remove(self) -> Result<()> {
        match is_at(&self.file, &self.path) {
            Ok(true) => fs::remove_file(&self.path).map_err(Error::file("remove", &self.path)),
            _ => Ok(()),
        }
    }
}

impl AsFd for PidFile {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.file.as_fd()
    }
}

/// Finds out whether a daemon is running, without being in anybody's way. Its number is what [`PidFile::write`] writes, and nothing that
/// only begins like it.
///
/// # Errors
/// When the file cannot be opened, read or locked, for another reason than that it is not there or that it is locked.
#[expect(unused_variables, reason = "goes with the todo!")]
pub fn look(path: &Path) -> Result<State> {
    todo!(
        "daemonize: Ask with a shared lock: it fails when somebody has an exclusive one. Only then does the number mean anything."
    )
}

/// Whether `file` is the file at `path`.
fn is_at(file: &File, path: &Path) -> io::Result<bool> {
    let ours = file.metadata()?;
    match fs::metadata(path) {
        Ok(there) => Ok((there.dev(), there.ino()) == (ours.dev(), ours.ino())),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}
