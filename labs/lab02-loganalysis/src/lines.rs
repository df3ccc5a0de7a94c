//! A file cut into lines in bounded memory.

use std::fs::File;
use std::io::{self, Read};
use std::os::unix::fs::FileExt;

/// The longest line that is kept whole, in bytes. nginx bounds a request's headers to 32 KiB by default; what is longer than
/// this is no log line but damage, say the hole that a crash or a careless rotation left.
pub const LONGEST: usize = 64 << 10;

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

/// Reads lines from anything, holding one buffer however long they are.
#[derive(Debug)]
#[expect(dead_code, reason = "`next` will read all of them")]
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
        todo!(
            "parse: Look for a line feed in what is buffered; while there is none, drop what is too long and fill up."
        )
    }

    /// Reads once, behind what is unread, and returns how many bytes came.
    #[expect(dead_code, reason = "`next` will call it")]
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
