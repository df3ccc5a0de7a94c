use std::io;
use std::path::{Path, PathBuf};

/// What goes wrong in this library, with the file, the host or the peer that it is about.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A file cannot be read.
    #[error("cannot read {}", path.display())]
    Read {
        /// Which one.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// A file or a folder cannot be written.
    #[error("cannot write {}", path.display())]
    Write {
        /// Which one.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// A configuration is not what it must be.
    #[error("{}:{line}: {why}", path.display())]
    Config {
        /// Its file.
        path: PathBuf,
        /// The line, from 1 on.
        line: usize,
        /// What is wrong.
        why: String,
    },
    /// A file is not what it should be.
    #[error("{}: {why}", path.display())]
    File {
        /// Which one.
        path: PathBuf,
        /// What is wrong.
        why: String,
    },
    /// A certificate cannot be made.
    #[error("cannot make the certificate of {of}")]
    Certificate {
        /// Of whom.
        of: String,
        /// Why.
        source: rcgen::Error,
    },
    /// A name is none of a host.
    #[error("{name:?} is no name of a host: {why}")]
    Name {
        /// What was given.
        name: String,
        /// What is wrong with it.
        why: &'static str,
    },
    /// A certificate does not say whose it is.
    #[error("the certificate names nobody of a fleet: {0}")]
    Nobody(String),
    /// The system does not give what is needed.
    #[error("cannot {what}")]
    System {
        /// What for.
        what: &'static str,
        /// What it says.
        source: io::Error,
    },
    /// The store is not to be had.
    #[error(transparent)]
    Store(#[from] store::Error),
    /// A spool is not to be had.
    #[error(transparent)]
    Spool(#[from] transfer::Error),
    /// A server of this host cannot be asked.
    #[error(transparent)]
    Service(#[from] collect::ServiceError),
    /// The pages are not to be had.
    #[error(transparent)]
    Pages(Box<dashboard::Error>),
    /// What is stored cannot be sent on.
    #[error(transparent)]
    Forward(#[from] forward::Error),
    /// The server cannot serve.
    #[error(transparent)]
    Server(#[from] nbnet::Error),
    /// An Alertmanager cannot be spoken with as its URL says.
    #[error("alertmanagers: {0}")]
    Alertmanager(String),
    /// The hub does not answer as it should.
    #[error("{hub}: {why}")]
    Hub {
        /// Its address.
        hub: String,
        /// What went wrong. It says all that its own sources do.
        why: rpc::Error,
    },
}

/// The result of what can go wrong.
pub type Result<T> = std::result::Result<T, Error>;

impl Error {
    /// Makes an [`Error::Read`] of what the system says.
    pub(crate) fn read(path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::Read { path, source }
    }

    /// Makes an [`Error::Write`] of what the system says.
    pub(crate) fn write(path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::Write { path, source }
    }

    /// Makes an [`Error::Pages`] of what the dashboard says.
    pub(crate) fn pages(why: dashboard::Error) -> Self {
        Self::Pages(Box::new(why))
    }

    /// Makes an [`Error::System`] of what the system says.
    pub(crate) fn system(what: &'static str) -> impl FnOnce(io::Error) -> Self {
        move |source| Self::System { what, source }
    }
}
