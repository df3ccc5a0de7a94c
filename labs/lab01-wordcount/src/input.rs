//! Opening and reading what the command line names.

use std::ffi::{OsStr, OsString};
use std::fs::{self, File, Metadata};
use std::io::{self, ErrorKind, Read, Seek, SeekFrom};
use std::ops::Range;
use std::os::fd::AsFd;
use std::os::unix::fs::FileExt;

use crate::Error;

/// Something to read: a file, or standard input.
#[derive(Debug)]
pub struct Input {
    file: File,
    name: String,
}

impl Input {
    /// Opens the file `operand`; `-` is standard input.
    ///
    /// # Errors
    /// [`Error::Open`] names the operand.
    pub fn open(operand: &OsStr) -> Result<Input, Error> {
        let name = operand.to_string_lossy().into_owned();
        let opened = if operand == "-" {
            stdin()
        } else {
            File::open(operand)
        };
        match opened {
            Ok(file) => Ok(Input { file, name }),
            Err(source) => Err(Error::Open { name, source }),
        }
    }

    /// Takes standard input, which is what a command line without a file means.
    ///
    /// # Errors
    /// [`Error::Open`] when the process has no standard input.
    pub fn standard() -> Result<Input, Error> {
        let name = "standard input".to_owned();
        match stdin() {
            Ok(file) => Ok(Input { file, name }),
            Err(source) => Err(Error::Open { name, source }),
        }
    }

    /// Turns an error of reading this input into one that names it.
    pub fn read_error(&self, source: io::Error) -> Error {
        Error::Read {
            name: self.name.clone(),
            source,
        }
    }

    /// Tells where the bytes that are still to be read lie, in bytes from the start of the file; `None` when the
    /// input is no regular file, and so has no place for a byte nor a size.
    pub fn unread(&self) -> Option<Range<u64>> {
        let about = self.file.metadata().ok().filter(Metadata::is_file)?;
        let position = (&self.file).stream_position().ok()?;
        Some(position..about.len().max(position))
    }

    /// Skips what need not be read to know its size: all of a regular file but its last page. Says how many bytes
    /// that were. Files under /proc give no size, or a wrong one, so the end is always read.
    pub fn skip_to_last_page(&mut self) -> u64 {
        const PAGE: u64 = 4096;
        let Some(unread) = self.unread() else { return 0 };
        let target = unread.end.saturating_sub(1) / PAGE * PAGE;
        if target > unread.start && self.file.seek(SeekFrom::Start(target)).is_ok() {
            target - unread.start
        } else {
            0
        }
    }

    /// Moves to the end of the file, where reading it all would have left it. Whoever shares the descriptor, such as a
    /// second `-` or the next command of a shell, finds nothing left.
    ///
    /// # Errors
    /// Those of lseek(2); a regular file has none.
    pub fn move_to_end(&self) -> io::Result<()> {
        (&self.file).seek(SeekFrom::End(0)).map(drop)
    }

    /// Makes a reader of the bytes of `place`, which moves no other reader; an end of `u64::MAX` is the end that the
    /// file has by then.
    pub fn part(&self, place: Range<u64>) -> Part<'_> {
        Part {
            file: &self.file,
            place,
        }
    }
}

/// Reads on when a signal interrupted it, which is no error.
impl Read for Input {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        retry(|| self.file.read(buffer))
    }
}

/// A part of a regular file, read by position, so that many threads can read one file at once.
#[derive(Clone, Debug)]
pub struct Part<'a> {
    file: &'a File,
    place: Range<u64>,
}

/// Reads on when a signal interrupted it, which is no error.
impl Read for Part<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let left = self.place.end - self.place.start;
        let wanted = buffer.len().min(usize::try_from(left).unwrap_or(usize::MAX));
        let read = retry(|| self.file.read_at(&mut buffer[..wanted], self.place.start))?;
        self.place.start += read as u64;
        Ok(read)
    }
}

/// Asks the system about each operand before any is read, as `wc` does; `None` where it has no answer. No operand at
/// all means standard input.
pub fn about_each(operands: &[OsString]) -> Vec<Option<Metadata>> {
    let about = |operand: &OsString| {
        if operand == "-" {
            stdin()?.metadata()
        } else {
            fs::metadata(operand)
        }
    };
    if operands.is_empty() {
        return vec![about(&OsString::from("-")).ok()];
    }
    operands.iter().map(|operand| about(operand).ok()).collect()
}

/// Standard input without the buffer that the standard library puts in front of it.
fn stdin() -> io::Result<File> {
    io::stdin().as_fd().try_clone_to_owned().map(File::from)
}

fn retry(mut read: impl FnMut() -> io::Result<usize>) -> io::Result<usize> {
    loop {
        match read() {
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            ended => return ended,
        }
    }
}
