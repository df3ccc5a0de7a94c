use std::path::PathBuf;

/// The result of what can go wrong.
pub type Result<T> = std::result::Result<T, Error>;

/// Says what the store could not do, and with which file.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The file cannot be opened or made, or is no database.
    #[error("cannot open {}", path.display())]
    Open {
        /// The database.
        path: PathBuf,
        /// What SQLite says.
        source: rusqlite::Error,
    },
    /// The file is a database of another program.
    #[error("{} is a database, but not one of this store", path.display())]
    Foreign {
        /// The database.
        path: PathBuf,
    },
    /// The file was written by a later release.
    #[error("{} has schema {found}, and this release knows schemas up to {known}", path.display())]
    Version {
        /// The database.
        path: PathBuf,
        /// The version that the file has.
        found: i64,
        /// The newest version that this program knows.
        known: i64,
    },
    /// A transaction failed, and nothing of it was kept.
    #[error("cannot write to {}", path.display())]
    Write {
        /// The database.
        path: PathBuf,
        /// What SQLite says.
        source: rusqlite::Error,
    },
    /// A question could not be answered.
    #[error("cannot read {}", path.display())]
    Read {
        /// The database.
        path: PathBuf,
        /// What SQLite says.
        source: rusqlite::Error,
    },
    /// A row holds what this program never writes.
    #[error("{}: series {series} has the {what} `{found}`, which means nothing", path.display())]
    Row {
        /// The database.
        path: PathBuf,
        /// The number of the series.
        series: i64,
        /// The column.
        what: &'static str,
        /// What is in it.
        found: String,
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
