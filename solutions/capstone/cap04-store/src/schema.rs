//! The tables, and how a database comes to have them.

use std::path::Path;
use std::time::Duration;

use rusqlite::{Connection, OpenFlags};

use crate::error::{Error, Fault, Result};
use crate::location::Location;
use crate::{engine, migrate};

/// Tells this store's files from other databases (`PRAGMA application_id`): "must".
const APPLICATION: i64 = 0x6d75_7374;

/// The version of the tables below (`PRAGMA user_version`).
pub(crate) const VERSION: i64 = 2;

// region:given/tables
/// What all versions have.
const NAMES: &str = "
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
";

/// What version 2 has in the place of version 1's table `sample`.
///
/// Rows of `recent`, `chunk` and `minute` are only inserted and deleted, and a new one goes to the end of its table: full pages, and what
/// is old lies together. Whatever is the newest of a series has to be found by an index.
const SAMPLES: &str = "
    CREATE INDEX series_name ON series (name);
    CREATE TABLE recent (
        id INTEGER PRIMARY KEY,
        host INTEGER NOT NULL,
        from_ms INTEGER NOT NULL,
        until_ms INTEGER NOT NULL,
        count INTEGER NOT NULL,
        samples BLOB NOT NULL
    ) STRICT;
    CREATE INDEX recent_host ON recent (host, until_ms);
    CREATE TABLE chunk (
        id INTEGER PRIMARY KEY,
        series INTEGER NOT NULL,
        from_ms INTEGER NOT NULL,
        until_ms INTEGER NOT NULL,
        count INTEGER NOT NULL,
        data BLOB NOT NULL,
        UNIQUE (series, from_ms)
    ) STRICT;
    CREATE TABLE minute (
        id INTEGER PRIMARY KEY,
        series INTEGER NOT NULL,
        from_ms INTEGER NOT NULL,
        count INTEGER NOT NULL,
        data BLOB NOT NULL,
        UNIQUE (series, from_ms)
    ) STRICT;
    CREATE TABLE hour (
        series INTEGER NOT NULL,
        from_ms INTEGER NOT NULL,
        min REAL NOT NULL,
        max REAL NOT NULL,
        sum REAL NOT NULL,
        count INTEGER NOT NULL,
        weight REAL NOT NULL,
        PRIMARY KEY (series, from_ms)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE cut (
        resolution TEXT PRIMARY KEY,
        before_ms INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE VIEW hourly AS
        SELECT host.name AS host, series.name AS metric, series.labels, datetime(hour.from_ms / 1000, 'unixepoch') AS hour,
            hour.min, hour.max, hour.sum / hour.weight * iif(series.kind = 'counter', 1000, 1) AS avg, hour.count
        FROM hour JOIN series ON series.id = hour.series JOIN host ON host.id = series.host;
";
// endregion:given/tables

/// How long a connection waits for a lock of another process, such as somebody's `sqlite3`.
const PATIENCE: Duration = Duration::from_secs(5);

/// Opens a database to write, makes it if there is none, and brings its tables up to date.
pub(crate) fn open_to_write(location: &Location) -> Result<engine::Connection> {
    match location {
        Location::File(path) => open_file_to_write(path),
        #[cfg(feature = "mariadb")]
        Location::Server(server) => engine::mariadb::open_to_write(server),
    }
}

/// Opens a database to read. It must be there, and up to date.
pub(crate) fn open_to_read(location: &Location) -> Result<engine::Connection> {
    match location {
        Location::File(path) => open_file_to_read(path).map(engine::Connection::Sqlite),
        #[cfg(feature = "mariadb")]
        Location::Server(server) => engine::mariadb::open_to_read(server),
    }
}

fn open_file_to_write(path: &Path) -> Result<engine::Connection> {
    let fault = |source: rusqlite::Error| Error::Open {
        path: path.into(),
        source: source.into(),
    };
    let connection = Connection::open(path).map_err(fault)?;
    connection.busy_timeout(PATIENCE).map_err(fault)?;
    // Before anything else is done: a file of somebody else is left as it is.
    let found = check(&connection, path)?;
    if found == 0 {
        // Has to come before the first page is written.
        connection
            .pragma_update(None, "auto_vacuum", "incremental")
            .map_err(fault)?;
    }
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
    connection
        .pragma_update(None, "cache_size", -65_536)
        .map_err(fault)?;
    // 16 MiB of log: it bounds how long opening takes after a kill.
    connection
        .pragma_update(None, "wal_autocheckpoint", 4096)
        .map_err(fault)?;
    connection.set_prepared_statement_cache_capacity(64);
    let mut connection = engine::Connection::Sqlite(connection);
    if found < VERSION {
        bring_up(&mut connection, path)?;
    }
    Ok(connection)
}

/// Opens a file to read.
pub(crate) fn open_file_to_read(path: &Path) -> Result<Connection> {
    let fault = |source: rusqlite::Error| Error::Open {
        path: path.into(),
        source: source.into(),
    };
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags).map_err(fault)?;
    connection.busy_timeout(PATIENCE).map_err(fault)?;
    connection
        .pragma_update(None, "mmap_size", 1 << 30)
        .map_err(fault)?;
    connection.set_prepared_statement_cache_capacity(64);
    match check(&connection, path)? {
        VERSION => Ok(connection),
        0 => Err(Error::Foreign { path: path.into() }),
        found => Err(Error::Outdated {
            path: path.into(),
            found,
            known: VERSION,
        }),
    }
}

/// Returns the version of the schema; 0 if the database is empty.
fn check(connection: &Connection, path: &Path) -> Result<i64> {
    let fault = |source: rusqlite::Error| Error::Open {
        path: path.into(),
        source: source.into(),
    };
    // region:append A file is ours by its `application_id`, or if it is empty (none, and no row in `sqlite_schema`); what is newer than VERSION is refused.
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
    if !(0..=VERSION).contains(&found) {
        return Err(Error::Version {
            path: path.into(),
            found,
            known: VERSION,
        });
    }
    Ok(found)
    // endregion:append
}

/// Makes the tables, or brings those of an earlier release up to date.
fn bring_up(connection: &mut engine::Connection, path: &Path) -> Result<()> {
    let wrong = |why| match why {
        Fault::Sql(source) => Error::Open {
            path: path.into(),
            source,
        },
        other => other.write(path),
    };
    // Two programs may open a new file at the same moment: only one makes the tables.
    let transaction = connection
        .begin_immediate()
        .map_err(|source| wrong(source.into()))?;
    let version = match transaction.file() {
        Some(file) => check(file, path)?,
        None => return Ok(()),
    };
    let run = |sql: &str| match transaction.file() {
        Some(file) => file
            .execute_batch(sql)
            .map_err(|source| wrong(Fault::Sql(source.into()))),
        None => Ok(()),
    };
    if version == 0 {
        run(NAMES)?;
    }
    if version < VERSION {
        run(SAMPLES)?;
    }
    if version == 1 {
        migrate::from_1(&transaction).map_err(wrong)?;
    }
    run(&format!(
        "PRAGMA application_id = {APPLICATION}; PRAGMA user_version = {VERSION}"
    ))?;
    transaction.commit().map_err(|source| wrong(source.into()))?;
    if version == 1
        && let Some(file) = connection.file()
    {
        // The table of before is gone and its pages are free: the file becomes as small as what is in it.
        file.execute_batch("PRAGMA auto_vacuum = incremental; VACUUM")
            .map_err(|source| wrong(Fault::Sql(source.into())))?;
    }
    Ok(())
}
