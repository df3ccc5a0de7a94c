//! A log followed through its rotations.
//!
//! A name is not a file. `logrotate` renames the log and makes a new one under the old name, or copies it and cuts the original to
//! nothing, and some set-ups do both. A follower therefore holds on to files by their descriptors, and looks at three things: what
//! inode the name points to now, how long each file is, and whether the bytes before its place are still those that it read.

use std::fs::File;
use std::io::{self, Write};
use std::os::unix::fs::{FileExt, MetadataExt};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use crate::error::{Error, Result};

/// How long a file that lost its name is still read, unless told otherwise: the server goes on writing to it until it opens the new one.
pub const GRACE: Duration = Duration::from_secs(5);

/// How many bytes before the reading place are compared. Longer than the part that two log lines are likely to share.
const FINGERPRINT: usize = 256;

/// What is read at once. A line that is longer comes in pieces.
const BUFFER: usize = 64 << 10;

// region:given/event
/// Something that happened to the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Event {
    /// A file is being followed.
    Opened {
        /// Its inode.
        inode: u64,
    },
    /// The name points to another file now; the one before is still read.
    Replaced {
        /// The file before.
        old: u64,
        /// The file now.
        new: u64,
    },
    /// A file was cut, and is read from its beginning again.
    Truncated {
        /// Its inode.
        inode: u64,
    },
}
// endregion:given/event

/// Follows one name.
#[derive(Debug)]
//~files #[expect(dead_code, reason = "`poll` will use the path and the grace")]
pub struct Follower {
    path: PathBuf,
    /// How long a file that lost the name is read while nothing comes to it.
    grace: Duration,
    /// The file that has the name last, and before it those that had it and may still be written to.
    tails: Vec<Tail>,
}

impl Follower {
    /// Follows `path`, from its beginning or from its last line feed on. A file that is not there yet is waited for.
    ///
    /// A file that lost the name is read until nothing has come to it for `grace`, as a rule [`GRACE`].
    ///
    /// # Errors
    /// [`Error::Io`] when there is a file and it cannot be read.
    pub fn new(path: &Path, from_start: bool, grace: Duration) -> Result<Self> {
        let mut follower = Self {
            path: path.to_owned(),
            grace,
            tails: Vec::new(),
        };
        if let Some(mut tail) = Tail::open(path).map_err(Error::io("open", path))? {
            if !from_start {
                tail.skip_whole_lines().map_err(Error::io("read", path))?;
            }
            follower.tails.push(tail);
        }
        Ok(follower)
    }

    /// Returns the inode that is followed.
    pub fn inode(&self) -> Option<u64> {
        self.tails.last().map(|tail| tail.id.1)
    }

    /// Writes the lines that have come since the last call, flushes `out`, and says what happened to the log.
    ///
    /// In this order:
    ///
    /// 1. When the name points to another file than before, that one is opened, with [`Event::Opened`] for the first file ever and
    ///    [`Event::Replaced`] for every other. A file that gets its name back is gone on with where it was left: a log that is moved away
    ///    and back again repeats nothing.
    /// 2. Every file is read to its end, in the order in which they got the name. One that was cut is read from its start, with
    ///    [`Event::Truncated`] before its first line. An unfinished line stays where it is, unless it is longer than what is read at
    ///    once: then it comes in pieces.
    /// 3. A file without the name is given up and closed when its grace is over: it begins when the name is seen to point elsewhere, however
    ///    long nothing had come before, and begins again with every byte that comes. Its unfinished line is then written with a line
    ///    feed behind it.
    ///
    /// A name that points to nothing takes no file its name: the file is followed for as long as there is no other.
    ///
    /// What cannot be had: lines that were written and cut away between two calls, and a file that had the name only between two.
    ///
    /// # Errors
    /// [`Error::Io`] when a file cannot be read, [`Error::Output`] when `out` cannot be written.
    pub fn poll(&mut self, out: &mut impl Write, mut event: impl FnMut(Event)) -> Result<()> {
        // region:files/poll Open what the name points to when it is another file; then read every open file, the oldest first.
        let named = match std::fs::metadata(&self.path) {
            Ok(metadata) => Some((metadata.dev(), metadata.ino())),
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(error) => return Err(Error::io("inspect", &self.path)(error)),
        };
        let current = self.tails.last().map(|tail| tail.id);
        if named.is_some()
            && named != current
            && let Some(opened) = Tail::open(&self.path).map_err(Error::io("open", &self.path))?
            && Some(opened.id) != current
        {
            let new = opened.id.1;
            event(match current {
                Some((_, old)) => Event::Replaced { old, new },
                None => Event::Opened { inode: new },
            });
            if let Some(tail) = self.tails.last_mut() {
                tail.changed = Instant::now();
            }
            let held = self.tails.iter().position(|tail| tail.id == opened.id);
            let tail = held.map_or(opened, |at| self.tails.remove(at));
            self.tails.push(tail);
        }
        for tail in &mut self.tails {
            if tail.was_cut().map_err(Error::io("read", &self.path))? {
                event(Event::Truncated { inode: tail.id.1 });
                tail.restart();
            }
            tail.copy_lines(&self.path, out)?;
        }
        let without_name = ..self.tails.len().saturating_sub(1);
        for tail in self
            .tails
            .extract_if(without_name, |tail| tail.changed.elapsed() > self.grace)
        {
            tail.copy_rest(&self.path, out)?;
        }
        out.flush().map_err(Error::Output)
        // endregion:files/poll
    }
}

/// One file, and how far it was read.
#[derive(Debug)]
struct Tail {
    file: File,
    /// Device and inode: together they name a file, and nothing else gets them while it is open.
    id: (u64, u64),
    /// Where the first line begins that was not yet printed.
    offset: u64,
    /// The last bytes before `offset`, at most [`FINGERPRINT`].
    before: Vec<u8>,
    /// How many bytes of an unfinished line there were behind `offset`.
    //~files #[expect(dead_code, reason = "`poll` will need it for the grace")]
    unfinished: usize,
    /// When something last came, or the file lost its name.
    changed: Instant,
}

impl Tail {
    /// Opens what `path` points to now; `None` when it is gone again.
    fn open(path: &Path) -> io::Result<Option<Self>> {
        let file = match File::open(path) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error),
        };
        let metadata = file.metadata()?;
        Ok(Some(Self {
            file,
            id: (metadata.dev(), metadata.ino()),
            offset: 0,
            before: Vec::new(),
            unfinished: 0,
            changed: Instant::now(),
        }))
    }

    /// Goes to behind the last line feed, so that a line that is being written will be printed whole; of one that is longer than
    /// [`BUFFER`] already, the last part.
    fn skip_whole_lines(&mut self) -> io::Result<()> {
        let size = self.file.metadata()?.size();
        let start = size.saturating_sub(BUFFER as u64);
        let mut buffer = vec![0; BUFFER];
        let read = self.file.read_at(&mut buffer, start)?;
        let whole = memchr::memrchr(b'\n', &buffer[..read]).map_or(0, |at| at + 1);
        self.advance(start + whole as u64, &buffer[..whole]);
        Ok(())
    }

    /// Goes on to `offset`, which `read` leads up to.
    fn advance(&mut self, offset: u64, read: &[u8]) {
        self.before
            .extend_from_slice(&read[read.len().saturating_sub(FINGERPRINT)..]);
        self.before.drain(..self.before.len().saturating_sub(FINGERPRINT));
        self.offset = offset;
        self.changed = Instant::now();
    }
    // region:files

    /// Whether the file is shorter than what was read of it, or has other bytes there: it was cut, and may have grown since.
    fn was_cut(&self) -> io::Result<bool> {
        let mut now = [0; FINGERPRINT];
        let now = &mut now[..self.before.len()];
        match self
            .file
            .read_exact_at(now, self.offset - self.before.len() as u64)
        {
            Ok(()) => Ok(*now != self.before[..]),
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Ok(true),
            Err(error) => Err(error),
        }
    }

    fn restart(&mut self) {
        self.offset = 0;
        self.before.clear();
        self.unfinished = 0;
        self.changed = Instant::now();
    }

    /// Prints the whole lines that are there, and leaves an unfinished one for later.
    fn copy_lines(&mut self, path: &Path, out: &mut impl Write) -> Result<()> {
        let mut buffer = vec![0; BUFFER];
        loop {
            let read = self
                .file
                .read_at(&mut buffer, self.offset)
                .map_err(Error::io("read", path))?;
            let whole = match memchr::memrchr(b'\n', &buffer[..read]) {
                Some(at) => at + 1,
                None if read == BUFFER => read,
                None => {
                    if read != self.unfinished {
                        self.unfinished = read;
                        self.changed = Instant::now();
                    }
                    return Ok(());
                }
            };
            out.write_all(&buffer[..whole]).map_err(Error::Output)?;
            self.advance(self.offset + whole as u64, &buffer[..whole]);
        }
    }

    /// Prints what is left of a file that nobody writes to any more: a line that was never finished.
    fn copy_rest(self, path: &Path, out: &mut impl Write) -> Result<()> {
        let mut buffer = vec![0; BUFFER];
        let read = self
            .file
            .read_at(&mut buffer, self.offset)
            .map_err(Error::io("read", path))?;
        if read > 0 {
            buffer.truncate(read);
            buffer.push(b'\n');
            out.write_all(&buffer).map_err(Error::Output)?;
        }
        Ok(())
    }
    // endregion:files
}
