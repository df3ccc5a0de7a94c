//! The tables, as MariaDB has them.
//!
//! Names are bytes (`VARBINARY`), for in a column of text `web1` and `web1 ` may be the same. Labels can be longer than a key of an index:
//! of them the index has a hash.

use super::Session;
use crate::engine::{Connection, OptionalExtension as _, Result, SqlError, params};
use crate::error::{Error, Result as StoreResult};
use crate::location::Server;
use crate::schema::VERSION;

/// The first one says whose database it is, and in which version. `writes` counts transactions.
const STORE: &str = "CREATE TABLE IF NOT EXISTS store (
    id BIGINT PRIMARY KEY,
    version BIGINT NOT NULL,
    writes BIGINT NOT NULL
) ENGINE = InnoDB COMMENT = 'muster'";

const TABLES: [&str; 8] = [
    "CREATE TABLE IF NOT EXISTS host (
        id BIGINT PRIMARY KEY AUTO_INCREMENT,
        name VARBINARY(1024) NOT NULL UNIQUE,
        first_ms BIGINT NOT NULL,
        seen_ms BIGINT NOT NULL
    ) ENGINE = InnoDB",
    "CREATE TABLE IF NOT EXISTS series (
        id BIGINT PRIMARY KEY AUTO_INCREMENT,
        host BIGINT NOT NULL REFERENCES host (id),
        name VARBINARY(255) NOT NULL,
        labels LONGTEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
        kind VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
        unit VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
        labels_hash BINARY(32) AS (unhex(sha2(labels, 256))) STORED,
        UNIQUE (host, name, labels_hash),
        INDEX (name)
    ) ENGINE = InnoDB",
    "CREATE TABLE IF NOT EXISTS recent (
        id BIGINT PRIMARY KEY AUTO_INCREMENT,
        host BIGINT NOT NULL,
        from_ms BIGINT NOT NULL,
        until_ms BIGINT NOT NULL,
        count BIGINT NOT NULL,
        samples LONGBLOB NOT NULL,
        INDEX (host, until_ms)
    ) ENGINE = InnoDB",
    "CREATE TABLE IF NOT EXISTS chunk (
        id BIGINT PRIMARY KEY AUTO_INCREMENT,
        series BIGINT NOT NULL,
        from_ms BIGINT NOT NULL,
        until_ms BIGINT NOT NULL,
        count BIGINT NOT NULL,
        data LONGBLOB NOT NULL,
        UNIQUE (series, from_ms)
    ) ENGINE = InnoDB",
    "CREATE TABLE IF NOT EXISTS minute (
        id BIGINT PRIMARY KEY AUTO_INCREMENT,
        series BIGINT NOT NULL,
        from_ms BIGINT NOT NULL,
        count BIGINT NOT NULL,
        data LONGBLOB NOT NULL,
        UNIQUE (series, from_ms)
    ) ENGINE = InnoDB",
    "CREATE TABLE IF NOT EXISTS hour (
        series BIGINT NOT NULL,
        from_ms BIGINT NOT NULL,
        min DOUBLE NOT NULL,
        max DOUBLE NOT NULL,
        sum DOUBLE NOT NULL,
        count BIGINT NOT NULL,
        weight DOUBLE NOT NULL,
        PRIMARY KEY (series, from_ms)
    ) ENGINE = InnoDB",
    "CREATE TABLE IF NOT EXISTS cut (
        resolution VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin PRIMARY KEY,
        before_ms BIGINT NOT NULL
    ) ENGINE = InnoDB",
    "CREATE OR REPLACE VIEW hourly AS
        SELECT host.name AS host, series.name AS metric, series.labels,
            timestampadd(SECOND, hour.from_ms DIV 1000, TIMESTAMP '1970-01-01 00:00:00') AS hour,
            hour.min, hour.max, hour.sum / hour.weight * if(series.kind = 'counter', 1000, 1) AS avg, hour.count
        FROM hour JOIN series ON series.id = hour.series JOIN host ON host.id = series.host",
];

/// Opens a database to write; makes the tables if there are none.
pub(crate) fn open_to_write(server: &Server) -> StoreResult<Connection> {
    let fault = |source| Error::Open {
        path: server.to_string().into(),
        source,
    };
    let session = Session::connect(server).map_err(fault)?;
    let connection = Connection::MariaDb(Box::new(session));
    match version(&connection, server)? {
        Some(VERSION) => {}
        _ => bring_up(&connection, server)?,
    }
    Ok(connection)
}

/// Opens a database to read. It must be there, and up to date.
pub(crate) fn open_to_read(server: &Server) -> StoreResult<Connection> {
    let path = || server.to_string().into();
    let session = Session::connect(server).map_err(|source| Error::Open { path: path(), source })?;
    let connection = Connection::MariaDb(Box::new(session));
    match version(&connection, server)? {
        Some(VERSION) => Ok(connection),
        Some(found) => Err(Error::Outdated {
            path: path(),
            found,
            known: VERSION,
        }),
        None => Err(Error::Foreign { path: path() }),
    }
}

/// Returns the version of the tables; `None` if there are none.
fn version(connection: &Connection, server: &Server) -> StoreResult<Option<i64>> {
    let path = || server.to_string().into();
    let found = found(connection).map_err(|source| Error::Open { path: path(), source })?;
    match found {
        Found::Nothing => Ok(None),
        Found::Others => Err(Error::Foreign { path: path() }),
        Found::Ours(version) if (0..=VERSION).contains(&version) => Ok(Some(version)),
        Found::Ours(found) => Err(Error::Version {
            path: path(),
            found,
            known: VERSION,
        }),
    }
}

/// What a database holds.
enum Found {
    Nothing,
    Others,
    Ours(i64),
}

fn found(connection: &Connection) -> Result<Found> {
    let count = |which: &str| {
        let sql =
            format!("SELECT count(*) FROM information_schema.tables WHERE table_schema = database(){which}");
        connection.query_row(&sql, params![], |row| row.get::<i64>(0))
    };
    if count(" AND table_name = 'store' AND table_comment = 'muster'")? == 0 {
        return Ok(match count("")? {
            0 => Found::Nothing,
            _ => Found::Others,
        });
    }
    let version = connection
        .query_row("SELECT version FROM store WHERE id = 1", params![], |row| {
            row.get(0)
        })
        .optional()?;
    Ok(Found::Ours(version.unwrap_or(0)))
}

/// Makes the tables. Each is a transaction of its own for MariaDB, so the version comes last: whoever is stopped in between begins anew.
fn bring_up(connection: &Connection, server: &Server) -> StoreResult<()> {
    let fault = |source| Error::Open {
        path: server.to_string().into(),
        source,
    };
    // Two programs may open a new database at the same moment: only one makes the tables.
    let lock = format!("muster {}", server.database);
    let name: String = lock.chars().take(60).collect();
    let locked = connection
        .query_row("SELECT get_lock(?1, 30)", params![name], |row| {
            row.get::<Option<i64>>(0)
        })
        .map_err(fault)?;
    if locked != Some(1) {
        return Err(fault(SqlError::Unfit("somebody else makes its tables".into())));
    }
    if version(connection, server)? != Some(VERSION) {
        for sql in [STORE, "INSERT IGNORE INTO store VALUES (1, 0, 0)"]
            .into_iter()
            .chain(TABLES)
        {
            connection.execute(sql, params![]).map_err(fault)?;
        }
        connection
            .execute("UPDATE store SET version = ?1 WHERE id = 1", params![VERSION])
            .map_err(fault)?;
    }
    connection
        .query_row("SELECT release_lock(?1)", params![name], |_| Ok(()))
        .map_err(fault)
}
