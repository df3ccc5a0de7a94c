//! The tables, and how a database comes to have them.

use std::path::Path;
use std::time::Duration;

use rusqlite::{Connection, OpenFlags, TransactionBehavior};

use crate::error::{Error, Result};

/// Tells this store's files from other databases (`PRAGMA application_id`): "must".
const APPLICATION: i64 = 0x6d75_7374;

/// What turns a database of version n into one of version n + 1. Released steps are never changed, only added to.
///
/// The samples are clustered: the table is the tree of its key, so that a series' samples lie one behind the other.
const STEPS: [&str; 1] = ["
    CREATE TABLE host (
        id INTEGER PRIMARY KEY,
        name TEXT NOT NULL UNIQUE,
        first_ms INTEGER NOT NULL,
        seen_ms INTEGER NOT NULL
    ) STRICT;
    CREATE TABLE series (
        id INTEGER PRIMARY KEY,
        host INTEGER NOT NULL REFERENCES host (id),
        name TEXT NOT NULL,
        labels TEXT NOT NULL,
        kind TEXT NOT NULL,
        unit TEXT NOT NULL,
        UNIQUE (host, name, labels)
    ) STRICT;
    CREATE TABLE sample (
        series INTEGER NOT NULL,
        time_ms INTEGER NOT NULL,
        value REAL NOT NULL,
        PRIMARY KEY (series, time_ms)
    ) STRICT, WITHOUT ROWID;
"];

/// How long a connection waits for a lock of another process, such as somebody's `sqlite3`.
const PATIENCE: Duration = Duration::from_secs(5);

/// Opens a database to write, makes it if there is none, and brings its tables up to date.
pub(crate) fn open_to_write(path: &Path) -> Result<Connection> {
    let fault = |source| Error::Open {
        path: path.into(),
        source,
    };
    let mut connection = Connection::open(path).map_err(fault)?;
    connection.busy_timeout(PATIENCE).map_err(fault)?;
    connection
        .pragma_update(None, "journal_mode", "wal")
        .map_err(fault)?;
    // Each commit waits for the disk: an acknowledgement is worth nothing if a power cut takes it back.
    connection
        .pragma_update(None, "synchronous", "full")
        .map_err(fault)?;
    connection
        .pragma_update(None, "foreign_keys", true)
        .map_err(fault)?;
    // 64 MiB: the last page of every series should stay in memory, for each of them is written to in turn.
    connection
        .pragma_update(None, "cache_size", -65_536)
        .map_err(fault)?;
    // A report writes to the last page of each of its series, and the next one to the same pages again. The log is put into the
    // database only when each of these pages has changed many times: 64 MiB of it, which also bounds how long opening takes after a kill.
    connection
        .pragma_update(None, "wal_autocheckpoint", 16_384)
        .map_err(fault)?;
    migrate(&mut connection, path)?;
    Ok(connection)
}

/// Opens a database to read. It must be there.
pub(crate) fn open_to_read(path: &Path) -> Result<Connection> {
    let fault = |source| Error::Open {
        path: path.into(),
        source,
    };
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags).map_err(fault)?;
    connection.busy_timeout(PATIENCE).map_err(fault)?;
    connection
        .pragma_update(None, "mmap_size", 1 << 30)
        .map_err(fault)?;
    check(&connection, path)?;
    Ok(connection)
}

/// Returns the version of the schema; 0 if the database is empty.
fn check(connection: &Connection, path: &Path) -> Result<usize> {
    let fault = |source| Error::Open {
        path: path.into(),
        source,
    };
    let pragma = |name| {
        connection
            .pragma_query_value(None, name, |row| row.get::<_, i64>(0))
            .map_err(fault)
    };
    let (application, found) = (pragma("application_id")?, pragma("user_version")?);
    let tables: i64 = connection
        .query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))
        .map_err(fault)?;
    if application != APPLICATION && (application != 0 || tables != 0) {
        return Err(Error::Foreign { path: path.into() });
    }
    match usize::try_from(found) {
        Ok(version) if version <= STEPS.len() => Ok(version),
        _ => Err(Error::Version {
            path: path.into(),
            found,
            known: STEPS.len() as i64,
        }),
    }
}

fn migrate(connection: &mut Connection, path: &Path) -> Result<()> {
    let fault = |source| Error::Open {
        path: path.into(),
        source,
    };
    // Two programs may open a new file at the same moment: only one makes the tables.
    let transaction = connection
        .transaction_with_behavior(TransactionBehavior::Immediate)
        .map_err(fault)?;
    let version = check(&transaction, path)?;
    for step in &STEPS[version..] {
        transaction.execute_batch(step).map_err(fault)?;
    }
    transaction
        .pragma_update(None, "application_id", APPLICATION)
        .map_err(fault)?;
    transaction
        .pragma_update(None, "user_version", STEPS.len() as i64)
        .map_err(fault)?;
    transaction.commit().map_err(fault)
}
