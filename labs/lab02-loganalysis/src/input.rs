//! Files, standard input and gzip opened alike.

use std::fs::File;
use std::io::{self, Cursor, Read};
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

use crate::error::{Error, Result};

/// The bytes that a gzip stream begins with. Source: RFC 1952, section 2.3.1.
pub const GZIP: [u8; 2] = [0x1f, 0x8b];

/// An opened log.
pub enum Input {
    /// A plain file on a disk, which can be read at any place.
    File(File),
    /// Anything that comes once and in order: a pipe, standard input, what a gzip stream holds.
    Stream(Box<dyn Read>),
}

impl Input {
    /// Opens `path`, or standard input for `-`.
    ///
    /// What begins with the two bytes [`GZIP`] is unpacked while it is read, whatever its name says and wherever it comes from;
    /// all members of it, since `cat a.gz b.gz` is a gzip file too.
    ///
    /// # Errors
    /// [`Error::Io`] when it cannot be opened or its beginning cannot be read.
    pub fn open(path: &Path) -> Result<Self> {
        let (input, start) = if path == Path::new("-") {
            peek(Box::new(io::stdin())).map_err(Error::io("read", path))?
        } else {
            let file = File::open(path).map_err(Error::io("open", path))?;
            if file.metadata().map_err(Error::io("inspect", path))?.is_file() {
                let mut start = [0; 2];
                let read = file.read_at(&mut start, 0).map_err(Error::io("read", path))?;
                (Self::File(file), start[..read].to_vec())
            } else {
                peek(Box::new(file)).map_err(Error::io("read", path))?
            }
        };
        Ok(match start == GZIP {
            true => Self::Stream(unpacked(input.into_reader())),
            false => input,
        })
    }

    /// Returns a reader of the whole input.
    pub fn into_reader(self) -> Box<dyn Read> {
        match self {
            Self::File(file) => Box::new(file),
            Self::Stream(stream) => stream,
        }
    }
}

/// Returns a reader of what a gzip stream holds.
#[expect(unused_variables, reason = "goes with the todo!")]
fn unpacked(stream: Box<dyn Read>) -> Box<dyn Read> {
    todo!("report: Wrap the stream in one of flate2's readers: the one that goes on after the first member.")
}

/// Reads the first two bytes of a stream, and puts them back in front of it.
fn peek(mut stream: Box<dyn Read>) -> io::Result<(Input, Vec<u8>)> {
    let mut start = Vec::new();
    stream.by_ref().take(GZIP.len() as u64).read_to_end(&mut start)?;
    let whole = Cursor::new(start.clone()).chain(stream);
    Ok((Input::Stream(Box::new(whole)), start))
}

/// A log's name, for messages: `standard input` for `-`.
pub fn display_name(path: &Path) -> PathBuf {
    match path {
        path if path == Path::new("-") => PathBuf::from("standard input"),
        path => path.to_owned(),
    }
}
