//! What can go wrong.

use std::io;
use std::path::{Path, PathBuf};

/// The result of everything in this library that touches a file or reads an argument.
pub type Result<T> = std::result::Result<T, Error>;

/// An operation that failed, and on what.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The system refused something.
    #[error("{}: cannot {operation}", path.display())]
    Io {
        /// What was tried, to follow "cannot".
        operation: &'static str,
        /// The file it was tried on.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// Standard output or error could not be written.
    #[error("cannot write the output")]
    Output(#[source] io::Error),
    /// An argument is no point in time.
    #[error("`{0}` is no time: write 2026-11-23T20:47:48Z, 2026-11-23, or 23/Nov/2026:20:47:48 +0000")]
    Time(String),
    /// An argument is neither a status nor a class of them.
    #[error("`{0}` is no status: write 404, or 4xx for the whole class")]
    Status(String),
    /// An argument is no regular expression.
    #[error("`{pattern}` is no regular expression")]
    Pattern {
        /// The argument.
        pattern: String,
        /// What is wrong with it.
        source: Box<regex::Error>,
    },
    /// A part of a file lies outside of it.
    #[error("{}: bytes {start}..{end} are not inside the file, which has {size}", path.display())]
    Outside {
        /// The file.
        path: PathBuf,
        /// The first byte asked for.
        start: u64,
        /// The byte after the last one asked for.
        end: u64,
        /// The file's size in bytes.
        size: u64,
    },
}

impl Error {
    /// Makes the function that [`Result::map_err`](std::result::Result::map_err) wants: it adds what was tried and on what.
    pub fn io(operation: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::Io {
            operation,
            path,
            source,
        }
    }
}
