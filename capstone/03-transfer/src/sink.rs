//! A plain store: a file that only grows.
//!
//! ```text
//! SOURCE EPOCH SEQUENCE LENGTH SUM    epoch and sum (CRC-32 of all before it in the line, and of the body) hexadecimal
//! the body, and a line feed
//! ```
//!
//! What has been taken is read from the file itself, so it cannot disagree with it. `FILE.marks` says it up to some place in the file, so that opening reads
//! only what is behind that.

use std::fs::File;
use std::io::{self, BufRead as _, BufReader, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};
use crate::files;
use crate::marks::Marks;
use crate::origin::{self, Origin};
use crate::receive::{self, Store};
use crate::spool::LONGEST_BODY;
use crate::wire::{Answer, Item};

/// After so many bytes it is written down what has been taken.
const CHECKPOINT: u64 = 4 << 20;

/// The longest first line of a record.
const LONGEST_LINE: u64 = 256;

/// A file that records are appended to.
#[derive(Debug)]
pub struct Sink {
    path: PathBuf,
    file: File,
    length: u64,
    marks: Marks,
    noted: u64,
    broken: bool,
    _lock: File,
}

#[derive(Serialize, Deserialize)]
struct Noted {
    length: u64,
    marks: Marks,
}

impl Sink {
    /// Opens a file, or makes it. A torn record at its end is cut: nobody was told that it is stored.
    ///
    /// # Errors
    /// [`Error::Damaged`] if there are whole records behind one that is not; what the system does not do.
    #[expect(unused_variables, reason = "goes with the todo!")]
    pub fn open(path: &Path) -> Result<Self> {
        todo!(
            "window: Take the lock (`.lock` behind the name), open for appending, and make its name durable. Begin with what `.marks` says, if it says it of no more than there is; scan on from there. Behind the last whole record: an error if there is another whole one (`find`), else cut. Sync the file in any case: what a killed sink had written and not synced is known from now on, and `stored` will be said of it."
        )
    }

    /// Returns what it has.
    pub fn marks(&self) -> &Marks {
        &self.marks
    }

    /// Writes down what it has, if that is not so already: the next opening need not read it all.
    ///
    /// # Errors
    /// What the system does not do.
    pub fn save(&mut self) -> Result<()> {
        match !self.broken && self.noted < self.length {
            true => self.note(),
            false => Ok(()),
        }
    }

    /// Appends, durably; all of it or nothing.
    #[expect(unused_variables, reason = "goes with the todo!")]
    fn append(&mut self, bytes: &[u8]) -> Result<()> {
        todo!(
            "window: Write and sync. After a failed write cut to the old length; Error::Full if there is no room. Broken if the cut fails, or the sync."
        )
    }

    fn note(&mut self) -> Result<()> {
        let noted = Noted {
            length: self.length,
            marks: self.marks.clone(),
        };
        let body = serde_json::to_vec(&noted).unwrap_or_default();
        files::replace(&with(&self.path, ".marks"), &body)?;
        self.noted = self.length;
        Ok(())
    }
}

impl Store for Sink {
    #[expect(unused_variables, reason = "goes with the todo!")]
    fn commit(&mut self, items: &[Item]) -> Result<Answer> {
        todo!(
            "window: Not if it is broken. Sort; append the fresh ones in one piece; then `kept`, and note the marks (`note`) when CHECKPOINT bytes are behind the last note."
        )
    }
}

impl Drop for Sink {
    fn drop(&mut self) {
        // It only makes the next opening slower.
        let _ = self.save();
    }
}

/// Appends a record.
fn write(out: &mut Vec<u8>, origin: &Origin, body: &[u8]) {
    let Origin {
        source,
        epoch,
        sequence,
    } = origin;
    let head = format!("{source} {epoch:016x} {sequence} {}", body.len());
    let mut hasher = crc32fast::Hasher::new();
    hasher.update(head.as_bytes());
    hasher.update(body);
    out.extend_from_slice(format!("{head} {:08x}\n", hasher.finalize()).as_bytes());
    out.extend_from_slice(body);
    out.push(b'\n');
}

/// Reads records from a place on. Returns where the last one ends that is whole.
///
/// # Errors
/// What the system does not do.
pub fn scan(path: &Path, from: u64, mut see: impl FnMut(&Origin, &[u8])) -> Result<u64> {
    let mut file = File::open(path).map_err(Error::system("open", path))?;
    file.seek(SeekFrom::Start(from))
        .map_err(Error::system("read", path))?;
    let mut reader = BufReader::with_capacity(64 << 10, file);
    let mut end = from;
    while let Some((origin, body, length)) = read(&mut reader).map_err(Error::system("read", path))? {
        see(&origin, &body);
        end += length;
    }
    Ok(end)
}

/// Reads one record; `None` if there is none that is whole.
fn read(reader: &mut BufReader<File>) -> io::Result<Option<(Origin, Vec<u8>, u64)>> {
    let mut line = Vec::new();
    reader.take(LONGEST_LINE).read_until(b'\n', &mut line)?;
    let Some((origin, length, sum, head)) = parse(&line) else {
        return Ok(None);
    };
    let mut body = Vec::new();
    reader.take(length as u64 + 1).read_to_end(&mut body)?;
    let ended = body.len() == length + 1 && body.pop() == Some(b'\n');
    let mut hasher = crc32fast::Hasher::new();
    hasher.update(head.as_bytes());
    hasher.update(&body);
    let size = (line.len() + length + 1) as u64;
    Ok((ended && hasher.finalize() == sum).then_some((origin, body, size)))
}

/// Reads a record's first line: origin, length, sum, and what the sum is of.
fn parse(line: &[u8]) -> Option<(Origin, usize, u32, &str)> {
    let line = std::str::from_utf8(line).ok()?.strip_suffix('\n')?;
    let (head, sum) = line.rsplit_once(' ')?;
    let mut words = head.split(' ');
    let mut word = || words.next();
    let source = word()?;
    origin::check_name(source).ok()?;
    let epoch = u64::from_str_radix(word()?, 16).ok()?;
    let sequence = word()?.parse().ok()?;
    let length = word()?.parse().ok().filter(|&length| length <= LONGEST_BODY)?;
    let origin = Origin {
        source: source.to_owned(),
        epoch,
        sequence,
    };
    let sum = u32::from_str_radix(sum, 16).ok()?;
    word().is_none().then_some((origin, length, sum, head))
}

/// Looks for a whole record from a place on. It begins a line.
fn find(path: &Path, from: u64) -> Result<Option<u64>> {
    let open = || File::open(path).map_err(Error::system("open", path));
    let mut lines = BufReader::new(open()?);
    lines
        .seek(SeekFrom::Start(from))
        .map_err(Error::system("read", path))?;
    let (mut at, mut line) = (from, Vec::new());
    loop {
        line.clear();
        let piece = lines
            .by_ref()
            .take(LONGEST_BODY as u64)
            .read_until(b'\n', &mut line);
        let read = piece.map_err(Error::system("read", path))?;
        if read == 0 {
            return Ok(None);
        }
        at += read as u64;
        if line.ends_with(b"\n") {
            let mut file = open()?;
            file.seek(SeekFrom::Start(at))
                .map_err(Error::system("read", path))?;
            let mut line = Vec::new();
            let mut reader = BufReader::with_capacity(512, file);
            reader
                .by_ref()
                .take(LONGEST_LINE)
                .read_until(b'\n', &mut line)
                .map_err(Error::system("read", path))?;
            if parse(&line).is_some() {
                reader
                    .seek(SeekFrom::Start(at))
                    .map_err(Error::system("read", path))?;
                if read_one(&mut reader, path)? {
                    return Ok(Some(at));
                }
            }
        }
    }
}

fn read_one(reader: &mut BufReader<File>, path: &Path) -> Result<bool> {
    Ok(read(reader).map_err(Error::system("read", path))?.is_some())
}

fn with(path: &Path, end: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(end);
    PathBuf::from(name)
}
