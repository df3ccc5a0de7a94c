//! Rows of an answer.

use super::{Column, Result, SqlError};

/// The rows of an answer, one after the other.
pub(crate) enum Rows<'s> {
    Sqlite(rusqlite::Rows<'s>),
    #[cfg(feature = "mariadb")]
    MariaDb {
        left: std::vec::IntoIter<Vec<mysql::Value>>,
        row: Vec<mysql::Value>,
    },
}

/// One row. Columns count from 0.
pub(crate) enum Row<'r> {
    Sqlite(&'r rusqlite::Row<'r>),
    #[cfg(feature = "mariadb")]
    MariaDb(&'r [mysql::Value]),
}

impl Rows<'_> {
    /// Returns the next one; `None` behind the last one.
    pub(crate) fn next(&mut self) -> Result<Option<Row<'_>>> {
        match self {
            Self::Sqlite(rows) => Ok(rows.next()?.map(Row::Sqlite)),
            #[cfg(feature = "mariadb")]
            Self::MariaDb { left, row } => Ok(left.next().map(|next| {
                *row = next;
                Row::MariaDb(row)
            })),
        }
    }
}

impl Row<'_> {
    /// Returns the value of a column.
    pub(crate) fn get<T: Column>(&self, at: usize) -> Result<T> {
        match self {
            Self::Sqlite(row) => Ok(row.get(at)?),
            #[cfg(feature = "mariadb")]
            Self::MariaDb(row) => row.get(at).and_then(T::read).ok_or(SqlError::Type(at)),
        }
    }

    /// Returns the bytes of a column, where they are.
    pub(crate) fn blob(&self, at: usize) -> Result<&[u8]> {
        match self {
            Self::Sqlite(row) => row.get_ref(at)?.as_blob().map_err(|_| SqlError::Type(at)),
            #[cfg(feature = "mariadb")]
            Self::MariaDb(row) => match row.get(at) {
                Some(mysql::Value::Bytes(bytes)) => Ok(bytes),
                _ => Err(SqlError::Type(at)),
            },
        }
    }

    /// Returns the text of a column, where it is.
    pub(crate) fn text(&self, at: usize) -> Result<&str> {
        match self {
            Self::Sqlite(row) => row.get_ref(at)?.as_str().map_err(|_| SqlError::Type(at)),
            #[cfg(feature = "mariadb")]
            Self::MariaDb(_) => str::from_utf8(self.blob(at)?).map_err(|_| SqlError::Type(at)),
        }
    }
}

/// Makes a row that is not there a value.
pub(crate) trait OptionalExtension<T> {
    /// Returns `None` if there was no row.
    fn optional(self) -> Result<Option<T>>;
}

impl<T> OptionalExtension<T> for Result<T> {
    fn optional(self) -> Result<Option<T>> {
        match self {
            Ok(value) => Ok(Some(value)),
            Err(SqlError::NoRow) => Ok(None),
            Err(error) => Err(error),
        }
    }
}
