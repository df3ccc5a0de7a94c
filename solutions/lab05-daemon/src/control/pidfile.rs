//! One instance, and who it is: a lock and a number.
//!
//! Whether a daemon is running is what the lock on its file says, and nothing else. The kernel takes the lock away when the last process
//! that holds it has ended, however that came about, while the number stays where it is, and some day another process has it. So the
//! number is believed as long as somebody holds the lock; and the file is removed by whoever holds it, and by nobody else.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::os::fd::{AsFd, BorrowedFd};
use std::os::unix::fs::MetadataExt as _;
//~daemonize #[expect(unused_imports, reason = "`claim` will use it")]
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
//~daemonize #[expect(unused_imports, reason = "`claim` will use it")]
use std::thread;
//~daemonize #[expect(unused_imports, reason = "`claim` will use `Instant`")]
use std::time::{Duration, Instant};

//~daemonize #[expect(unused_imports, reason = "this file will use them")]
use rustix::fs::{FlockOperation, flock};
//~daemonize #[expect(unused_imports, reason = "`claim` and `lock` will use it")]
use rustix::io::Errno;
use rustix::process::Pid;

use super::error::{Error, Result};

/// How long a daemon may need to write its number after it has taken the lock, and those who only look to give the lock back.
pub(super) const PATIENCE: Duration = Duration::from_secs(1);

// region:given/pidfile
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
// endregion:given/pidfile

impl PidFile {
    /// Tries to be the only one. The file is then locked, exclusively, and empty; it is the file at `path`, and no other that was there
    /// before.
    ///
    /// # Errors
    /// When it cannot be opened, or cannot be locked although nobody holds an exclusive lock.
    ///
    /// Source: flock(2), open(2).
    pub fn claim(path: &Path) -> Result<Claim> {
        // region:daemonize/claim Open without truncating, lock without waiting. Then look whether the file at `path` is still the one that you have locked.
        let started = Instant::now();
        loop {
            let file = File::options()
                .read(true)
                .write(true)
                .create(true)
                .truncate(false)
                .mode(0o644)
                .open(path)
                .map_err(Error::file("open", path))?;
            if !lock(&file, FlockOperation::NonBlockingLockExclusive).map_err(Error::file("lock", path))? {
                // Somebody may have had it for a moment only, to look, or may have ended by now: then again.
                if let State::Running(pid) = look(path)? {
                    return Ok(Claim::Theirs(pid));
                }
                if started.elapsed() > PATIENCE {
                    return Err(Error::file("lock", path)(Errno::WOULDBLOCK));
                }
                thread::sleep(Duration::from_millis(1));
                continue;
            }
            // Whoever had the lock before may have removed the file after it was opened here. Then nobody else would ever find this lock.
            if is_at(&file, path).map_err(Error::file("look at", path))? {
                file.set_len(0).map_err(Error::file("write", path))?;
                let path = path.to_owned();
                return Ok(Claim::Ours(Self { path, file }));
            }
        }
        // endregion:daemonize/claim
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
pub fn look(path: &Path) -> Result<State> {
    // region:daemonize/look Ask with a shared lock: it fails when somebody has an exclusive one. Only then does the number mean anything.
    let mut file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(State::Stopped),
        Err(error) => return Err(Error::file("open", path)(error)),
    };
    // A shared lock, since two who ask must not take each other for a daemon. It goes with `file`.
    if lock(&file, FlockOperation::NonBlockingLockShared).map_err(Error::file("lock", path))? {
        return Ok(State::Dead);
    }
    let text = io::read_to_string(&mut file).map_err(Error::file("read", path))?;
    Ok(State::Running(number(&text)))
    // endregion:daemonize/look
}

// region:daemonize
/// Locks a file if that can be done at once. Returns whether it could.
fn lock(file: &File, operation: FlockOperation) -> io::Result<bool> {
    match flock(file, operation) {
        Ok(()) => Ok(true),
        Err(Errno::WOULDBLOCK) => Ok(false),
        Err(error) => Err(error.into()),
    }
}

/// Reads the number that [`PidFile::write`] has written, and nothing that only looks like one.
fn number(text: &str) -> Option<Pid> {
    let digits = text.strip_suffix('\n')?;
    let are_digits = digits.bytes().all(|digit| digit.is_ascii_digit());
    Pid::from_raw(digits.parse().ok().filter(|_| are_digits)?)
}
// endregion:daemonize

/// Whether `file` is the file at `path`.
fn is_at(file: &File, path: &Path) -> io::Result<bool> {
    let ours = file.metadata()?;
    match fs::metadata(path) {
        Ok(there) => Ok((there.dev(), there.ino()) == (ours.dev(), ours.ino())),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}
