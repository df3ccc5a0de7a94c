//! An index beside the log.
//!
//! The file `LOG.index` is a header of [`HEADER`] bytes and entries of [`ENTRY`] bytes, all numbers little-endian:
//!
//! | bytes | what |
//! |---|---|
//! | 0..8 | `logindex` |
//! | 8..16 | the log's inode |
//! | 16..24 | how many bytes of the log it covers |
//! | 24..32 | how many entries follow |
//! | 32..96 | the log's first 64 bytes |
//! | each entry, 0..8 | where a line starts in the log |
//! | each entry, 8..16 | the latest time before that line, in seconds since 1970 |
//!
//! Entries of one size need no index of their own: the n-th lies at `HEADER + n * ENTRY`. Since an entry tells the *latest* time
//! before it, its times never go back even where the log's do, and the first record of a time or later can be found in any log.

use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::os::unix::fs::{FileExt, MetadataExt};
use std::path::{Path, PathBuf};

use crate::error::{Error, Result};
use crate::layout;
use crate::seek::Log;

/// Bytes of the header.
pub const HEADER: u64 = 96;

/// Bytes of an entry.
pub const ENTRY: u64 = 16;

/// Bytes of the log between two entries, at least.
pub const STRIDE: u64 = 64 << 10;

const MAGIC: &[u8; 8] = b"logindex";

// region:given/entry
/// One entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entry {
    /// Where a line starts in the log.
    pub start: u64,
    /// The latest time of all records before it, in seconds since 1970; `i64::MIN` when there is none.
    pub latest: i64,
}
// endregion:given/entry

/// What an index says of the log it was made for.
#[derive(Debug, PartialEq, Eq)]
struct Header {
    inode: u64,
    covers: u64,
    entries: u64,
    beginning: [u8; 64],
}

impl Header {
    /// Describes `log` as it is now.
    fn of(log: &File, covers: u64, entries: u64) -> io::Result<Self> {
        let mut beginning = [0; 64];
        let length = covers.min(64) as usize;
        log.read_exact_at(&mut beginning[..length], 0)?;
        Ok(Self {
            inode: log.metadata()?.ino(),
            covers,
            entries,
            beginning,
        })
    }

    fn to_bytes(&self) -> Vec<u8> {
        let mut out = MAGIC.to_vec();
        for number in [self.inode, self.covers, self.entries] {
            out.extend_from_slice(&number.to_le_bytes());
        }
        out.extend_from_slice(&self.beginning);
        out
    }

    fn from_bytes(bytes: &[u8; HEADER as usize]) -> Option<Self> {
        let number = |at: usize| bytes[at..at + 8].try_into().map(u64::from_le_bytes).ok();
        let beginning = bytes[32..].try_into().ok()?;
        bytes.starts_with(MAGIC).then_some(())?;
        Some(Self {
            inode: number(8)?,
            covers: number(16)?,
            entries: number(24)?,
            beginning,
        })
    }
}

/// Returns the name of the index of `log`.
pub fn path_of(log: &Path) -> PathBuf {
    let mut name = log.as_os_str().to_owned();
    name.push(".index");
    name.into()
}

/// Reads the log once, from its start to its present end, and returns an entry for about every [`STRIDE`] bytes of it.
///
/// The first entry is `start` 0 and `latest` [`i64::MIN`]; each further one is the first line that starts at least a stride after
/// the entry before.
///
/// # Errors
/// What reading says.
pub fn entries(log: &Log<'_>) -> io::Result<Vec<Entry>> {
    // region:index/entries Walk over all lines, remember the latest time so far, and note a line when the stride is over.
    let mut parser = crate::record::Parser::default();
    let mut latest = i64::MIN;
    let mut entries = vec![Entry { start: 0, latest }];
    let mut due = STRIDE;
    log.for_each_line::<()>(0, |line| {
        if line.start >= due {
            entries.push(Entry {
                start: line.start,
                latest,
            });
            due = line.start + STRIDE;
        }
        latest = crate::seek::time_of(&mut parser, line).map_or(latest, |time| time.max(latest));
        Ok(std::ops::ControlFlow::Continue(()))
    })?;
    Ok(entries)
    // endregion:index/entries
}

/// Makes the index of the log at `path`, and returns how many entries it has and how many bytes of the log it covers.
///
/// It is written under another name and then renamed, so that nobody ever reads half of it.
///
/// # Errors
/// [`Error::Io`] when the log cannot be read or the index not be written.
pub fn build(path: &Path) -> Result<(u64, u64)> {
    let file = File::open(path).map_err(Error::io("open", path))?;
    let size = file.metadata().map_err(Error::io("inspect", path))?.size();
    let extents = layout::extents(&file, size).map_err(Error::io("find the holes of", path))?;
    let entries = entries(&Log::new(&file, extents)).map_err(Error::io("read", path))?;
    let header = Header::of(&file, size, entries.len() as u64).map_err(Error::io("read", path))?;

    let index = path_of(path);
    let mut unfinished = index.clone().into_os_string();
    unfinished.push(".new");
    let unfinished = PathBuf::from(unfinished);
    let mut bytes = header.to_bytes();
    for entry in &entries {
        bytes.extend_from_slice(&entry.start.to_le_bytes());
        bytes.extend_from_slice(&entry.latest.to_le_bytes());
    }
    File::create(&unfinished)
        .and_then(|mut file| file.write_all(&bytes))
        .map_err(Error::io("write", &unfinished))?;
    fs::rename(&unfinished, &index).map_err(Error::io("rename", &unfinished))?;
    Ok((header.entries, size))
}

/// An index that was found beside its log and is of this log.
#[derive(Debug)]
pub struct Index {
    file: File,
    header: Header,
}

impl Index {
    /// Opens the index of the log at `path`, which is open as `log`.
    ///
    /// Returns `None` when there is none, or when it was made for another file or for what the log held before it was cut: the inode
    /// differs, the log is shorter than what the index covers, or it begins differently. A log that has only grown is fine.
    ///
    /// # Errors
    /// [`Error::Io`] when there is one that cannot be read.
    pub fn open(path: &Path, log: &File) -> Result<Option<Self>> {
        let name = path_of(path);
        let mut file = match File::open(&name) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(Error::io("open", &name)(error)),
        };
        let mut bytes = [0; HEADER as usize];
        match file.read_exact(&mut bytes) {
            Ok(()) => {}
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(None),
            Err(error) => return Err(Error::io("read", &name)(error)),
        }
        let length = file.metadata().map_err(Error::io("inspect", &name))?.len();
        let size = log.metadata().map_err(Error::io("inspect", path))?.len();
        let Some(header) = Header::from_bytes(&bytes).filter(|header| header.covers <= size) else {
            return Ok(None);
        };
        let now = Header::of(log, header.covers, header.entries).map_err(Error::io("read", path))?;
        let whole = header
            .entries
            .checked_mul(ENTRY)
            .is_some_and(|bytes| length == HEADER + bytes);
        Ok((now == header && whole && header.entries > 0).then_some(Self { file, header }))
    }

    /// Returns how many bytes of the log it covers.
    pub fn covers(&self) -> u64 {
        self.header.covers
    }

    /// Returns the place in the log from which to look for the first record of `target` or later: the last entry before which
    /// everything is earlier.
    ///
    /// # Errors
    /// What reading says.
    pub fn start_for(&self, target: i64) -> io::Result<u64> {
        // region:index/start_for Halve the entries, reading only those that are asked about.
        let (mut low, mut high) = (0, self.header.entries);
        while high - low > 1 {
            let middle = low + (high - low) / 2;
            match self.entry(middle)?.latest < target {
                true => low = middle,
                false => high = middle,
            }
        }
        Ok(self.entry(low)?.start)
        // endregion:index/start_for
    }

    /// Reads the `n`-th entry.
    ///
    /// # Errors
    /// What reading says.
    pub fn entry(&self, n: u64) -> io::Result<Entry> {
        let mut bytes = [0; ENTRY as usize];
        self.file.read_exact_at(&mut bytes, HEADER + n * ENTRY)?;
        let (start, latest) = bytes.split_at(8);
        Ok(Entry {
            start: u64::from_le_bytes(start.try_into().unwrap_or_default()),
            latest: i64::from_le_bytes(latest.try_into().unwrap_or_default()),
        })
    }
}
