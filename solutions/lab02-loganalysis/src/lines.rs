//! A file cut into lines in bounded memory.

use std::fs::File;
use std::io::{self, Read};
use std::os::unix::fs::FileExt;

/// The longest line that is kept whole, in bytes. nginx bounds a request's headers to 32 KiB by default; what is longer than
/// this is no log line but damage, say the hole that a crash or a careless rotation left.
pub const LONGEST: usize = 64 << 10;

// region:given/line
/// One line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Line<'a> {
    /// The line without its line feed; of one longer than [`LONGEST`] the last [`LONGEST`] bytes, where a record may
    /// yet be found.
    pub text: &'a [u8],
    /// Where the line starts in the input.
    pub start: u64,
    /// Where the next line starts.
    pub end: u64,
    /// Whether its beginning was dropped.
    pub clipped: bool,
}
// endregion:given/line

/// Reads lines from anything, holding one buffer however long they are.
#[derive(Debug)]
//~parse #[expect(dead_code, reason = "`next` will read all of them")]
pub struct Lines<R> {
    source: R,
    step: usize,
    buffer: Vec<u8>,
    /// The unread bytes are `buffer[from..to]`.
    from: usize,
    to: usize,
    /// Where `buffer[from]` lies in the input.
    offset: u64,
}

impl<R: Read> Lines<R> {
    /// Reads `source` in steps of `step` bytes. `start` is where its first byte lies in the file, for [`Line::start`].
    pub fn new(source: R, step: usize, start: u64) -> Self {
        Self {
            source,
            step,
            buffer: vec![0; step + LONGEST],
            from: 0,
            to: 0,
            offset: start,
        }
    }

    /// Returns the next line, or `None` at the end. A last line without a line feed is a line.
    ///
    /// # Errors
    /// What the source says.
    #[expect(
        clippy::should_implement_trait,
        reason = "an Iterator's items could not borrow from the buffer"
    )]
    pub fn next(&mut self) -> io::Result<Option<Line<'_>>> {
        // region:parse/lines Look for a line feed in what is buffered; while there is none, drop what is too long and fill up.
        let start = self.offset;
        let mut searched = 0;
        let mut clipped = false;
        let (from, to) = loop {
            if let Some(at) = memchr::memchr(b'\n', &self.buffer[self.from + searched..self.to]) {
                let from = self.from;
                let to = from + searched + at;
                self.from = to + 1;
                self.offset += (self.from - from) as u64;
                break (from, to);
            }
            searched = self.to - self.from;
            if searched > LONGEST {
                let excess = searched - LONGEST;
                self.from += excess;
                self.offset += excess as u64;
                searched = LONGEST;
                clipped = true;
            }
            if self.fill()? == 0 {
                if searched == 0 {
                    return Ok(None);
                }
                let from = self.from;
                self.from = self.to;
                self.offset += searched as u64;
                break (from, self.to);
            }
        };
        let excess = (to - from).saturating_sub(LONGEST);
        Ok(Some(Line {
            text: &self.buffer[from + excess..to],
            start,
            end: self.offset,
            clipped: clipped || excess > 0,
        }))
        // endregion:parse/lines
    }

    /// Reads once, behind what is unread, and returns how many bytes came.
    //~parse #[expect(dead_code, reason = "`next` will call it")]
    fn fill(&mut self) -> io::Result<usize> {
        if self.from > 0 {
            self.buffer.copy_within(self.from..self.to, 0);
            self.to -= self.from;
            self.from = 0;
        }
        loop {
            match self.source.read(&mut self.buffer[self.to..self.to + self.step]) {
                Ok(read) => {
                    self.to += read;
                    return Ok(read);
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
    }
}

/// A part of a file, read by position: any number of them can read one open file at once, since none moves its cursor.
///
/// Source: pread(2).
#[derive(Debug)]
pub struct Section<'a> {
    file: &'a File,
    next: u64,
    end: u64,
}

impl<'a> Section<'a> {
    /// Makes a reader of the bytes `start..end`.
    pub fn new(file: &'a File, start: u64, end: u64) -> Self {
        Self {
            file,
            next: start,
            end,
        }
    }
}

impl Read for Section<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let left = usize::try_from(self.end.saturating_sub(self.next)).unwrap_or(usize::MAX);
        let wanted = buffer.len().min(left);
        let read = self.file.read_at(&mut buffer[..wanted], self.next)?;
        self.next += read as u64;
        Ok(read)
    }
}
