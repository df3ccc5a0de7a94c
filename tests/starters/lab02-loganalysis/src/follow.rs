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

/// Follows one name.
#[derive(Debug)]
#[expect(dead_code, reason = "`poll` will use the path and the grace")]
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
    #[expect(unused_variables, unused_mut, reason = "goes with the todo!")]
    pub fn poll(&mut self, out: &mut impl Write, mut event: impl FnMut(Event)) -> Result<()> {
        todo!(
            "files: Open what the name points to when it is another file; then read every open file, the oldest first."
        )
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
    #[expect(dead_code, reason = "`poll` will need it for the grace")]
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
}
