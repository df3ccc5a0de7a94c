//! A file of records in the order of their numbers.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt as _;
use std::path::{Path, PathBuf};

use super::record::{HEAD, Head, LONGEST_BODY, Place};
use crate::error::{Error, Result};

/// How much is read at a time.
const CHUNK: usize = 64 << 10;

/// What comes next in a segment.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Next {
    /// A record.
    Record { sequence: u64, body: Vec<u8> },
    /// A record's numbers are lost; what follows is whole again.
    Damaged { first: u64, last: u64 },
    /// There is nothing more from this place on but bytes that are no record, if any.
    End { left: u64 },
}

/// Reads a segment from a place on. Whatever is in the file, it needs memory for one record and one piece.
#[derive(Debug)]
pub(super) struct Scan {
    path: PathBuf,
    file: File,
    epoch: u64,
    first: u64,
    /// Where it is.
    pub(super) offset: u64,
    /// The least number that can follow.
    pub(super) expected: u64,
    /// The highest that can.
    last: u64,
    /// What was read, and where it lies in the file.
    buffer: Vec<u8>,
    base: u64,
}

impl Scan {
    /// Begins at the beginning of a segment with the numbers `first` to `last`.
    pub(super) fn open(path: &Path, epoch: u64, first: u64, last: u64) -> Result<Self> {
        let file = File::open(path).map_err(Error::system("open", path))?;
        Ok(Self {
            path: path.to_owned(),
            file,
            epoch,
            first,
            offset: 0,
            expected: first,
            last,
            buffer: Vec::new(),
            base: 0,
        })
    }

    /// Notes that there are records up to this number now.
    pub(super) fn grow_to(&mut self, last: u64) {
        if self.last != last {
            self.last = last;
            // What was read at the end may not have been whole.
            self.buffer.clear();
        }
    }

    /// Returns the first number of the segment.
    pub(super) fn first(&self) -> u64 {
        self.first
    }

    /// Returns what comes next, and goes behind it.
    pub(super) fn next(&mut self) -> Result<Next> {
        todo!(
            "spool: The end is where no number can follow, or no byte does. Else the record that is expected, if it is at this place and whole (`record_at`, `pass`); anything else is a matter of `skip`."
        )
    }

    /// Says what is wrong at this place, and goes to the next whole record.
    fn skip(&mut self) -> Result<Next> {
        todo!(
            "recover: If a whole record with a later number is here: the numbers before it are damaged. Else look for the next whole record, byte by byte from the next one on (`search`): all before it is damaged. If there is none, this is the end."
        )
    }

    fn pass(&mut self, head: Head) {
        self.offset += (HEAD + head.length) as u64;
        self.expected = head.sequence + 1;
    }

    /// Returns the highest number that may have been begun in what is left at the end. By the book, `next` is the next number.
    #[expect(unused_variables, reason = "goes with the todo!")]
    pub(super) fn may_hold(&mut self, next: u64, left: u64) -> Result<u64> {
        todo!(
            "recover: If a head is here whose record would reach to the end of the file or beyond: its number. Else there may be one for each HEAD bytes, rounded up, and the first of them is `next` or what is expected, whichever is higher: what the book has settled was given already."
        )
    }

    /// Returns how many bytes follow.
    fn left(&self) -> Result<u64> {
        let length = self
            .file
            .metadata()
            .map_err(Error::system("read", &self.path))?
            .len();
        Ok(length.saturating_sub(self.offset))
    }

    /// Looks for the next whole record, byte by byte.
    #[expect(unused_variables, reason = "goes with the todo!")]
    fn search(&mut self, from: u64) -> Result<Option<(u64, Head)>> {
        todo!(
            "recover: Try `record_at` at one place after the other, until there are fewer bytes than a HEAD."
        )
    }

    /// Reads the record at a place: its head, and its body if that is what was written.
    fn record_at(&mut self, offset: u64) -> Result<Option<(Head, Option<Vec<u8>>)>> {
        let place = Place {
            epoch: self.epoch,
            first: self.first,
            offset,
        };
        let numbers = (self.expected, self.last);
        let Some(head) = Head::read(self.bytes(offset, HEAD)?, place, numbers) else {
            return Ok(None);
        };
        let body = self.bytes(offset + HEAD as u64, head.length)?;
        let body = head.is_of(body).then(|| body.to_vec());
        Ok(Some((head, body)))
    }

    /// Returns so many bytes of the file from a place on, fewer at its end.
    fn bytes(&mut self, offset: u64, count: usize) -> Result<&[u8]> {
        debug_assert!(count <= LONGEST_BODY);
        let have = self.base + self.buffer.len() as u64;
        if offset < self.base || offset + count as u64 > have {
            self.buffer.resize(count.max(CHUNK), 0);
            let mut filled = 0;
            while filled < self.buffer.len() {
                match self
                    .file
                    .read_at(&mut self.buffer[filled..], offset + filled as u64)
                {
                    Ok(0) => break,
                    Ok(read) => filled += read,
                    Err(why) if why.kind() == io::ErrorKind::Interrupted => {}
                    Err(why) => {
                        self.buffer.clear();
                        return Err(Error::system("read", &self.path)(why));
                    }
                }
            }
            self.buffer.truncate(filled);
            self.base = offset;
        }
        let from = usize::try_from(offset - self.base).unwrap_or(usize::MAX);
        let rest = self.buffer.get(from..).unwrap_or_default();
        Ok(&rest[..count.min(rest.len())])
    }
}
