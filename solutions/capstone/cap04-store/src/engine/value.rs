//! Values on their way into statements and out of rows.

use rusqlite::ToSql;
use rusqlite::types::{FromSql, ToSqlOutput, ValueRef};

/// A parameter of a statement. It is sent beside the text and never becomes part of it.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Bound<'a> {
    Integer(i64),
    Real(f64),
    Text(&'a str),
    Blob(&'a [u8]),
}

/// What can be a parameter.
pub(crate) trait Bind {
    fn bind(&self) -> Bound<'_>;
}

/// Makes parameters for a statement: `params![series.0, from_ms]`.
macro_rules! params {
    ($($value:expr),* $(,)?) => {
        &[$($crate::engine::Bind::bind(&$value)),*] as &[$crate::engine::Bound<'_>]
    };
}
pub(crate) use params;

impl Bind for i64 {
    fn bind(&self) -> Bound<'_> {
        Bound::Integer(*self)
    }
}

impl Bind for f64 {
    fn bind(&self) -> Bound<'_> {
        Bound::Real(*self)
    }
}

impl Bind for str {
    fn bind(&self) -> Bound<'_> {
        Bound::Text(self)
    }
}

impl Bind for String {
    fn bind(&self) -> Bound<'_> {
        Bound::Text(self)
    }
}

impl Bind for Vec<u8> {
    fn bind(&self) -> Bound<'_> {
        Bound::Blob(self)
    }
}

impl<T: Bind + ?Sized> Bind for &T {
    fn bind(&self) -> Bound<'_> {
        (**self).bind()
    }
}

impl ToSql for Bound<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match *self {
            Self::Integer(value) => ValueRef::Integer(value),
            Self::Real(value) => ValueRef::Real(value),
            Self::Text(text) => ValueRef::Text(text.as_bytes()),
            Self::Blob(bytes) => ValueRef::Blob(bytes),
        }))
    }
}

/// What a column can hold.
pub(crate) trait Column: FromSql {
    /// Reads it from what MariaDB sends; `None` if it is of another type.
    #[cfg(feature = "mariadb")]
    fn read(value: &mysql::Value) -> Option<Self>;
}

impl Column for i64 {
    #[cfg(feature = "mariadb")]
    fn read(value: &mysql::Value) -> Option<Self> {
        match value {
            mysql::Value::Int(value) => Some(*value),
            mysql::Value::UInt(value) => Self::try_from(*value).ok(),
            // A sum of integers is a decimal number, which comes as text.
            mysql::Value::Bytes(digits) => str::from_utf8(digits).ok()?.parse().ok(),
            _ => None,
        }
    }
}

impl Column for f64 {
    #[cfg(feature = "mariadb")]
    fn read(value: &mysql::Value) -> Option<Self> {
        match value {
            mysql::Value::Double(value) => Some(*value),
            _ => None,
        }
    }
}

impl Column for String {
    #[cfg(feature = "mariadb")]
    fn read(value: &mysql::Value) -> Option<Self> {
        match value {
            mysql::Value::Bytes(bytes) => Self::from_utf8(bytes.clone()).ok(),
            _ => None,
        }
    }
}

impl Column for Vec<u8> {
    #[cfg(feature = "mariadb")]
    fn read(value: &mysql::Value) -> Option<Self> {
        match value {
            mysql::Value::Bytes(bytes) => Some(bytes.clone()),
            _ => None,
        }
    }
}

impl<T: Column> Column for Option<T> {
    #[cfg(feature = "mariadb")]
    fn read(value: &mysql::Value) -> Option<Self> {
        match value {
            mysql::Value::NULL => Some(None),
            value => T::read(value).map(Some),
        }
    }
}
