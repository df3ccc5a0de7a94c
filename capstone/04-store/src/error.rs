use std::path::{Path, PathBuf};

use crate::codec::Damaged;
use crate::engine::SqlError;
use crate::reader::SeriesId;

/// The result of what can go wrong.
pub type Result<T> = std::result::Result<T, Error>;

/// Says what the store could not do, and with which file.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The file cannot be opened or made, or is no database.
    #[error("cannot open {}", path.display())]
    Open {
        /// The database: its file, or its address.
        path: PathBuf,
        /// What the database says.
        source: SqlError,
    },
    /// The file is a database of another program.
    #[error("{} is a database, but not one of this store", path.display())]
    Foreign {
        /// The database: its file, or its address.
        path: PathBuf,
    },
    /// The file was written by a later release.
    #[error("{} has schema {found}, and this release knows schemas up to {known}", path.display())]
    Version {
        /// The database: its file, or its address.
        path: PathBuf,
        /// The version that the file has.
        found: i64,
        /// The newest version that this program knows.
        known: i64,
    },
    /// The file was written by an earlier release, and nobody has opened it to write since.
    #[error("{} has schema {found}, and has to be opened to write once, which makes it schema {known}", path.display())]
    Outdated {
        /// The database: its file, or its address.
        path: PathBuf,
        /// The version that the file has.
        found: i64,
        /// The version that can be read.
        known: i64,
    },
    /// A transaction failed, and nothing of it was kept.
    #[error("cannot write to {}", path.display())]
    Write {
        /// The database: its file, or its address.
        path: PathBuf,
        /// What the database says.
        source: SqlError,
    },
    /// A question could not be answered.
    #[error("cannot read {}", path.display())]
    Read {
        /// The database: its file, or its address.
        path: PathBuf,
        /// What the database says.
        source: SqlError,
    },
    /// A row holds what this program never writes.
    #[error("{}: series {series} has the {what} `{found}`, which means nothing", path.display())]
    Row {
        /// The database: its file, or its address.
        path: PathBuf,
        /// The number of the series.
        series: i64,
        /// The column.
        what: &'static str,
        /// What is in it.
        found: String,
    },
    /// Samples in the database cannot be decoded.
    #[error("{}: {place} is damaged", path.display())]
    Damaged {
        /// The database: its file, or its address.
        path: PathBuf,
        /// Which of its rows.
        place: Place,
        /// What is wrong with it.
        source: Damaged,
    },
    /// A copy of the database cannot be made, or there is a file of its name.
    #[error("cannot copy to {}", path.display())]
    Copy {
        /// The copy.
        path: PathBuf,
        /// What the system or SQLite says.
        source: std::io::Error,
    },
    /// No thread could be started for the writer.
    #[error("cannot start a thread to write with")]
    Thread {
        /// What the system says.
        source: std::io::Error,
    },
    /// The queue of the writer is full: whoever sent the batch should send it again later.
    #[error("the store is busy: {waiting} batches wait to be written")]
    Busy {
        /// How many wait.
        waiting: usize,
    },
    /// The writer has ended.
    #[error("the store is closed")]
    Closed,
}

/// Names a row that holds samples.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Place {
    /// A row of the table `recent`.
    #[error("row {0} of recent")]
    Recent(i64),
    /// The chunk of a series that begins at a time.
    #[error("the chunk of series {} from {from_ms}", series.0)]
    Chunk {
        /// The series.
        series: SeriesId,
        /// When it begins, in milliseconds since 1970-01-01 UTC.
        from_ms: i64,
    },
    /// The minutes of a series in the window that begins at a time.
    #[error("the minutes of series {} from {from_ms}", series.0)]
    Minutes {
        /// The series.
        series: SeriesId,
        /// When the window begins, in milliseconds since 1970-01-01 UTC.
        from_ms: i64,
    },
}

impl Error {
    /// Says whether the way to a server was lost in the middle of a transaction, of which nobody knows whether it was committed.
    pub(crate) fn is_lost(&self) -> bool {
        matches!(self, Self::Write { source, .. } if source.is_lost())
    }
}

/// What can go wrong below, where nobody knows the file's name.
#[derive(Debug)]
pub(crate) enum Fault {
    Sql(SqlError),
    Damaged(Place, Damaged),
}

impl From<SqlError> for Fault {
    fn from(source: SqlError) -> Self {
        Self::Sql(source)
    }
}

impl Fault {
    /// Says it of a file that is read.
    pub(crate) fn read(self, path: &Path) -> Error {
        let path = path.into();
        match self {
            Self::Sql(source) => Error::Read { path, source },
            Self::Damaged(place, source) => Error::Damaged { path, place, source },
        }
    }

    /// Says it of a file that is written.
    pub(crate) fn write(self, path: &Path) -> Error {
        let path = path.into();
        match self {
            Self::Sql(source) => Error::Write { path, source },
            Self::Damaged(place, source) => Error::Damaged { path, place, source },
        }
    }
}
