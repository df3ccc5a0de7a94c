//! What can go wrong in this library.

use std::io;

/// Says which operation failed, and on what.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A file could not be opened.
    #[error("{name}: {source}")]
    Open {
        /// The file as the command line names it.
        name: String,
        /// What the system said.
        source: io::Error,
    },
    /// A file was opened, but could not be read to its end.
    #[error("{name}: cannot read: {source}")]
    Read {
        /// The file as the command line names it, or `standard input`.
        name: String,
        /// What the system said.
        source: io::Error,
    },
    /// The results could not be written.
    #[error("cannot write the results: {0}")]
    Write(#[source] io::Error),
    /// A range was asked to go nowhere.
    #[error("the step of a range must not be 0")]
    ZeroStep,
}
