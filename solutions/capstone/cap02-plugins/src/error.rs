use std::io;
use std::path::{Path, PathBuf};

/// What is wrong with a manifest, its script or its folder.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A file or a folder cannot be read.
    #[error("{}: cannot read it: {source}", path.display())]
    Read {
        /// Which.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// A manifest is none.
    #[error("{}, line {line}: {what}", path.display())]
    Manifest {
        /// Which file.
        path: PathBuf,
        /// Which line, from 1.
        line: usize,
        /// What is wrong there.
        what: String,
    },
    /// A file as a whole is not what it should be.
    #[error("{}: {what}", path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// What is wrong with it.
        what: String,
    },
}

impl Error {
    /// Makes an error of what a read of `path` says.
    pub(crate) fn read(path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::Read { path, source }
    }
}
