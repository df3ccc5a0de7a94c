//! The one place where databases differ: a connection of SQLite or of MariaDB, asked in the same words.
//!
//! What is above speaks SQL that both understand, with parameters `?1`, `?2`, and so on. Its names are those of rusqlite. Where the two have
//! no word in common, a method of [`Connection`] says it: what a write transaction locks, whether somebody else has written, what is free.

#[cfg(feature = "mariadb")]
pub(crate) mod mariadb;
mod row;
pub(crate) mod sqlite;
mod transaction;
mod value;

use std::fmt;

pub(crate) use row::{OptionalExtension, Row, Rows};
pub(crate) use value::{Bind, Bound, Column, params};

/// The result of a statement.
pub(crate) type Result<T> = std::result::Result<T, SqlError>;

/// What a database says, or what says that there is none.
#[derive(Debug, thiserror::Error)]
pub enum SqlError {
    /// SQLite says it.
    #[error(transparent)]
    Sqlite(#[from] rusqlite::Error),
    /// MariaDB says it, or the way to it.
    #[cfg(feature = "mariadb")]
    #[error(transparent)]
    MariaDb(#[from] mysql::Error),
    /// There is no row where one has to be.
    #[error("the statement returned no rows")]
    NoRow,
    /// A column holds another type than the one that this program writes.
    #[error("column {0} is of another type")]
    Type(usize),
    /// The server is set up in a way in which it cannot keep what this program promises.
    #[error("{0}")]
    Unfit(String),
}

impl SqlError {
    /// Says whether the connection is gone, and with it the transaction: whether that was committed is not known.
    pub(crate) fn is_lost(&self) -> bool {
        match self {
            #[cfg(feature = "mariadb")]
            Self::MariaDb(error) => mariadb::is_lost(error),
            _ => false,
        }
    }
}

/// A connection to a database. It belongs to one thread at a time.
pub(crate) enum Connection {
    Sqlite(rusqlite::Connection),
    #[cfg(feature = "mariadb")]
    MariaDb(Box<mariadb::Session>),
}

/// A statement, ready to be given its parameters.
pub(crate) enum Statement<'c> {
    Sqlite(rusqlite::CachedStatement<'c>),
    #[cfg(feature = "mariadb")]
    MariaDb(&'c mariadb::Session, String),
}

impl Connection {
    /// Prepares a statement, or finds it among those that were prepared.
    pub(crate) fn prepare_cached(&self, sql: &str) -> Result<Statement<'_>> {
        Ok(match self {
            Self::Sqlite(connection) => Statement::Sqlite(connection.prepare_cached(sql)?),
            #[cfg(feature = "mariadb")]
            Self::MariaDb(session) => Statement::MariaDb(session, sql.into()),
        })
    }

    /// Runs a statement that has no rows, and returns how many it has changed.
    pub(crate) fn execute(&self, sql: &str, params: &[Bound<'_>]) -> Result<usize> {
        self.prepare_cached(sql)?.execute(params)
    }

    /// Asks for one row, which has to be there.
    pub(crate) fn query_row<T>(
        &self,
        sql: &str,
        params: &[Bound<'_>],
        read: impl FnOnce(&Row<'_>) -> Result<T>,
    ) -> Result<T> {
        self.prepare_cached(sql)?.query_row(params, read)
    }

    /// Returns what has the file of SQLite; `None` if it is no file.
    pub(crate) fn file(&self) -> Option<&rusqlite::Connection> {
        match self {
            Self::Sqlite(connection) => Some(connection),
            #[cfg(feature = "mariadb")]
            Self::MariaDb(_) => None,
        }
    }

    /// Returns the number that the row which was inserted last has got.
    pub(crate) fn last_insert_rowid(&self) -> i64 {
        match self {
            Self::Sqlite(connection) => connection.last_insert_rowid(),
            #[cfg(feature = "mariadb")]
            Self::MariaDb(session) => session.last_insert_rowid(),
        }
    }

    /// Returns a number that is another one when somebody else has written. To be asked within a transaction.
    pub(crate) fn others(&self) -> Result<i64> {
        match self {
            Self::Sqlite(connection) => {
                Ok(connection.pragma_query_value(None, "data_version", |row| row.get(0))?)
            }
            #[cfg(feature = "mariadb")]
            Self::MariaDb(session) => Ok(session.others()),
        }
    }

    /// Returns what asks for the names of all series, each once and sorted.
    pub(crate) fn names(&self) -> &'static str {
        match self {
            // From each name the index leads to the next, however many series have it.
            Self::Sqlite(_) => {
                "WITH RECURSIVE next (name) AS (SELECT min(name) FROM series UNION ALL \
                 SELECT (SELECT min(name) FROM series WHERE name > next.name) FROM next WHERE next.name IS NOT NULL) \
                 SELECT name FROM next WHERE name IS NOT NULL"
            }
            // MariaDB skips from name to name by itself, and ends a recursion after 1000 steps.
            #[cfg(feature = "mariadb")]
            Self::MariaDb(_) => "SELECT DISTINCT name FROM series ORDER BY name",
        }
    }

    /// Returns what the database itself finds wrong with it. To be asked outside of a transaction.
    pub(crate) fn integrity(&self) -> Result<Option<String>> {
        match self {
            Self::Sqlite(connection) => sqlite::integrity(connection),
            #[cfg(feature = "mariadb")]
            Self::MariaDb(session) => session.integrity(),
        }
    }

    /// Returns how many bytes the database has on the disk, and how many of these are free.
    pub(crate) fn size(&self) -> Result<(u64, u64)> {
        match self {
            Self::Sqlite(connection) => sqlite::size(connection),
            #[cfg(feature = "mariadb")]
            Self::MariaDb(session) => session.size(),
        }
    }

    /// Gives what is free back to the file system, if that is much. MariaDB uses it again by itself.
    pub(crate) fn give_back(&self) -> Result<()> {
        match self {
            Self::Sqlite(connection) => sqlite::give_back(connection),
            #[cfg(feature = "mariadb")]
            Self::MariaDb(_) => Ok(()),
        }
    }
}

impl Statement<'_> {
    /// Runs it, and returns how many rows it has changed.
    pub(crate) fn execute(&mut self, params: &[Bound<'_>]) -> Result<usize> {
        match self {
            Self::Sqlite(statement) => Ok(statement.execute(rusqlite::params_from_iter(params))?),
            #[cfg(feature = "mariadb")]
            Self::MariaDb(session, sql) => session.execute(sql, params),
        }
    }

    /// Asks for rows. Other statements may be run before the last one is read. An answer of MariaDB is in memory as a whole, so no question
    /// of this store asks for more than a bounded part.
    pub(crate) fn query(&mut self, params: &[Bound<'_>]) -> Result<Rows<'_>> {
        match self {
            Self::Sqlite(statement) => Ok(Rows::Sqlite(statement.query(rusqlite::params_from_iter(params))?)),
            #[cfg(feature = "mariadb")]
            Self::MariaDb(session, sql) => Ok(Rows::MariaDb {
                left: session.query(sql, params)?.into_iter(),
                row: Vec::new(),
            }),
        }
    }

    /// Asks for one row, which has to be there.
    pub(crate) fn query_row<T>(
        &mut self,
        params: &[Bound<'_>],
        read: impl FnOnce(&Row<'_>) -> Result<T>,
    ) -> Result<T> {
        match self.query(params)?.next()? {
            Some(row) => read(&row),
            None => Err(SqlError::NoRow),
        }
    }

    /// Asks for rows, and makes something of each.
    pub(crate) fn query_map<T>(
        &mut self,
        params: &[Bound<'_>],
        mut read: impl FnMut(&Row<'_>) -> Result<T>,
    ) -> Result<Vec<T>> {
        let mut rows = self.query(params)?;
        let mut all = Vec::new();
        while let Some(row) = rows.next()? {
            all.push(read(&row)?);
        }
        Ok(all)
    }
}

impl fmt::Debug for Connection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Sqlite(_) => "Sqlite",
            #[cfg(feature = "mariadb")]
            Self::MariaDb(_) => "MariaDb",
        })
    }
}
