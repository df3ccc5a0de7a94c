use std::{io, path::PathBuf};

/// Says what could not be read; the other readings of the same round are not touched by it.
#[derive(Debug, thiserror::Error)]
pub enum Problem {
    /// The file is there and cannot be read.
    #[error("cannot read {}: {why}", path.display())]
    Read {
        /// Which file, with the root.
        path: PathBuf,
        /// What the system says.
        why: io::Error,
    },
    /// The file is longer than any that a kernel makes.
    #[error("{} is longer than {limit} bytes", path.display())]
    TooLong {
        /// Which file, with the root.
        path: PathBuf,
        /// How many bytes are read at most.
        limit: usize,
    },
    /// A line is not what the kernel writes; what other lines say was read.
    #[error("{}, line {line}: {what}{}", path.display(), More(*more))]
    Line {
        /// Which file, with the root.
        path: PathBuf,
        /// Which line, from 1.
        line: usize,
        /// What is wrong with it.
        what: String,
        /// How many more faults the file has. A broken file makes one problem, not one for each of its lines.
        more: usize,
    },
    /// A file that is no text is not what it should be.
    #[error("{}: {what}", path.display())]
    Record {
        /// Which file, with the root.
        path: PathBuf,
        /// What is wrong with it.
        what: String,
    },
}

struct More(usize);

impl std::fmt::Display for More {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.0 {
            0 => Ok(()),
            more => write!(f, " (and {more} more)"),
        }
    }
}
