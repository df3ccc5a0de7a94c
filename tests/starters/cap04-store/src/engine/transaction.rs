//! Transactions.

use std::ops::Deref;

use super::{Connection, Result};

/// A transaction, which is a connection as long as it lasts. One that is dropped without a commit changes nothing.
pub(crate) struct Transaction<'c> {
    connection: &'c Connection,
    is_open: bool,
}

impl Connection {
    /// Begins a transaction that writes: nobody else can, from now on until it ends. A connection that was lost is made anew before.
    pub(crate) fn begin_immediate(&mut self) -> Result<Transaction<'_>> {
        match self {
            Self::Sqlite(connection) => connection.execute_batch("BEGIN IMMEDIATE")?,
            #[cfg(feature = "mariadb")]
            Self::MariaDb(session) => session.begin_to_write()?,
        }
        Ok(Transaction {
            connection: self,
            is_open: true,
        })
    }

    /// Begins a transaction that reads: it sees the database as of one moment. There is at most one at a time.
    pub(crate) fn begin_to_read(&self) -> Result<Transaction<'_>> {
        match self {
            Self::Sqlite(connection) => connection.execute_batch("BEGIN DEFERRED")?,
            #[cfg(feature = "mariadb")]
            Self::MariaDb(session) => session.begin_to_read()?,
        }
        Ok(Transaction {
            connection: self,
            is_open: true,
        })
    }

    fn end(&self, how: &str) -> Result<()> {
        match self {
            Self::Sqlite(connection) => Ok(connection.execute_batch(how)?),
            #[cfg(feature = "mariadb")]
            Self::MariaDb(session) => session.run(how),
        }
    }
}

impl Transaction<'_> {
    /// Makes all of it last: when this returns it is on the disk.
    ///
    /// # Errors
    /// What the database says; then nothing of it was kept, unless the connection was lost.
    pub(crate) fn commit(mut self) -> Result<()> {
        self.connection.end("COMMIT")?;
        self.is_open = false;
        Ok(())
    }
}

impl Deref for Transaction<'_> {
    type Target = Connection;

    fn deref(&self) -> &Connection {
        self.connection
    }
}

impl Drop for Transaction<'_> {
    fn drop(&mut self) {
        if self.is_open {
            // Where that fails there is no transaction any more: SQLite has rolled it back, or the connection is gone.
            let _ = self.connection.end("ROLLBACK");
        }
    }
}
