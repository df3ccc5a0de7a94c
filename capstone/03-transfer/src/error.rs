//! What goes wrong.

use std::io;
use std::path::{Path, PathBuf};

/// The result of what can go wrong.
pub type Result<T> = std::result::Result<T, Error>;

/// What goes wrong, and with which file.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The system does not do something.
    ///
    /// Its text has the reason, so that it can be said in one line by whoever has it; so there is no source beside that, or the reason would be said twice.
    #[error("{}: cannot {what}: {why}", path.display())]
    System {
        /// What it does not do.
        what: &'static str,
        /// With which file.
        path: PathBuf,
        /// Why.
        why: io::Error,
    },
    /// Another process has it.
    #[error("{}: another process has this open", .0.display())]
    Locked(PathBuf),
    /// A file is not what was written, and there is no way around it.
    #[error("{}: byte {at}: {why}", path.display())]
    Damaged {
        /// Which file.
        path: PathBuf,
        /// Where in it.
        at: u64,
        /// What is wrong.
        why: String,
    },
    /// The spool holds as much as it may, or the disk does, and the oldest are not to be given up.
    #[error("{}: full: {why}", path.display())]
    Full {
        /// The spool's folder.
        path: PathBuf,
        /// Which bound it has reached.
        why: String,
    },
    /// A record is longer than any may be: [`crate::spool::LONGEST`].
    #[error("a record of {0} bytes: at most {most} are taken", most = crate::spool::LONGEST)]
    TooLong(usize),
    /// A name is none that a source may have.
    #[error("{0:?} is no name of a source: 1 to 128 of a-z, A-Z, 0-9, dot, dash and underscore")]
    Name(String),
    /// After a failed sync(2) nobody knows what is on the disk: the spool takes nothing more until it is opened again.
    #[error("{}: an earlier write has failed: open it again", .0.display())]
    Broken(PathBuf),
    /// There is no server, or no thread.
    #[error("cannot {what}: {why}")]
    Serve {
        /// What could not be done.
        what: &'static str,
        /// Why.
        why: String,
    },
}

impl Error {
    /// Makes an [`Error::System`] of what the system says.
    pub(crate) fn system(what: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |why| Self::System { what, path, why }
    }

    /// Returns whether there is no room: on the disk, or for this user, or in one file.
    pub(crate) fn is_no_room(&self) -> bool {
        let Self::System { why, .. } = self else {
            return false;
        };
        matches!(
            why.kind(),
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded | io::ErrorKind::FileTooLarge
        )
    }
}

#[cfg(test)]
mod tests {
    use std::error::Error as _;

    use super::*;

    #[test]
    fn a_message_says_its_reason_once() {
        let why = Error::system("open", Path::new("nofile"))(io::Error::from_raw_os_error(2));
        assert_eq!(
            why.to_string(),
            "nofile: cannot open: No such file or directory (os error 2)"
        );
        // Whoever prints an error with its sources prints no second one.
        assert!(why.source().is_none());
    }
}
