use std::{io, path::PathBuf};

/// Says what could not be read; the other readings of the same round are not touched by it.
#[derive(Debug, thiserror::Error)]
pub enum Problem {
    /// The file is there and cannot be read.
    #[error("cannot read {}", path.display())]
    Read {
        /// Which file, below the root.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A line is not what the kernel writes.
    #[error("{}, line {line}: {what}", path.display())]
    Line {
        /// Which file, below the root.
        path: PathBuf,
        /// Which line, from 1.
        line: usize,
        /// What is wrong with it.
        what: String,
    },
}
