//! What goes wrong.

use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// The result of what can go wrong.
pub type Result<T> = std::result::Result<T, Error>;

// region:given/error
/// Why a daemon is not what was asked for.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A file could not be read, opened, locked, written or removed.
    #[error("cannot {operation} {}: {why}", path.display())]
    File {
        /// What was tried.
        operation: &'static str,
        /// The file.
        path: PathBuf,
        /// What the system says.
        why: io::Error,
    },
    /// The configuration says something that cannot be.
    #[error("{}:{line}: {why}", path.display())]
    Config {
        /// The file.
        path: PathBuf,
        /// The line, from 1 on.
        line: usize,
        /// What is wrong there.
        why: String,
    },
    /// The command has not become ready. The sentence says why, beginning with its name.
    #[error("{0}")]
    NotReady(String),
    /// The process could not become a daemon.
    #[error("cannot become a daemon: {0}")]
    Daemonize(io::Error),
    /// The supervisor could not do what it is there for.
    #[error("cannot {operation}: {why}")]
    System {
        /// What was tried.
        operation: &'static str,
        /// What the system says.
        why: io::Error,
    },
    /// A process may not be told anything.
    #[error("cannot send a signal to process {pid}: {why}")]
    Signal {
        /// The process.
        pid: i32,
        /// What the system says.
        why: io::Error,
    },
    /// The daemon has not ended in time.
    #[error("{name} is still running after {} ms", after.as_millis())]
    StillRunning {
        /// Its name.
        name: String,
        /// How long it was waited for.
        after: Duration,
    },
}
// endregion:given/error

impl Error {
    /// Returns what makes the error of a file from what the system says: for `map_err`.
    pub fn file<E: Into<io::Error>>(operation: &'static str, path: &Path) -> impl FnOnce(E) -> Self {
        move |why| Self::File {
            operation,
            path: path.to_owned(),
            why: why.into(),
        }
    }

    /// Returns what makes the error of a call that is about no file, from what the system says: for `map_err`.
    pub fn system<E: Into<io::Error>>(operation: &'static str) -> impl FnOnce(E) -> Self {
        move |why| Self::System {
            operation,
            why: why.into(),
        }
    }
}
