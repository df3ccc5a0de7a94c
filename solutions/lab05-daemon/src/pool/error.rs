//! What can end a pool before its jobs are done.

use std::io;
use std::path::PathBuf;

/// Why the pool could not go on. What goes wrong with one job is a result and no error.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The jobs cannot be read.
    #[error("cannot read jobs from standard input")]
    Input(#[source] io::Error),
    /// Nor can a folder of them.
    #[error("cannot read jobs from {}", path.display())]
    Folder {
        /// The folder.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The results cannot be written; [`io::ErrorKind::BrokenPipe`] when nobody reads them any more.
    #[error("cannot write results to standard output")]
    Output(#[source] io::Error),
    /// The kernel does not let this process watch over its children.
    #[error("cannot watch over the jobs")]
    Watch(#[from] io::Error),
}
