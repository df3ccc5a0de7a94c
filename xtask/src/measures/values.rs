//! The values that `bench.toml` holds again and again.

use toml_span::value::{Table, Value};

use crate::course::Reader;
use crate::exit::Result;

/// A file that is being read; its errors name the key.
pub(super) struct File<'r, 'a> {
    pub(super) reader: &'r Reader<'a>,
}

impl File<'_, '_> {
    /// Reads each table of the array `key`, which may be missing.
    pub(super) fn each<T>(
        &self,
        table: &Table<'_>,
        key: &str,
        read: impl Fn(&Table<'_>) -> Result<T>,
    ) -> Result<Vec<T>> {
        let Some(list) = table.get(key) else {
            return Ok(Vec::new());
        };
        let list = list.as_array().ok_or_else(|| self.reader.wrong(key))?;
        let table = |value: &Value<'_>| read(value.as_table().ok_or_else(|| self.reader.wrong(key))?);
        list.iter().map(table).collect()
    }

    /// The exit statuses that are no failure: 0 unless the table says otherwise.
    pub(super) fn statuses(&self, table: &Table<'_>) -> Result<Vec<i32>> {
        let Some(value) = table.get("statuses") else {
            return Ok(vec![0]);
        };
        let status = |value: &Value<'_>| value.as_integer().and_then(|n| i32::try_from(n).ok());
        value
            .as_array()
            .and_then(|list| list.iter().map(status).collect())
            .ok_or_else(|| self.reader.wrong("statuses"))
    }

    pub(super) fn optional(&self, table: &Table<'_>, key: &str) -> Result<Option<String>> {
        let present = table.contains_key(key);
        present.then(|| self.reader.string(table, key)).transpose()
    }

    /// An integer above 0 that may be there.
    pub(super) fn positive(&self, table: &Table<'_>, key: &str, name: &str) -> Result<Option<u64>> {
        let number = self.reader.integer(table, key)?;
        let positive = |n| u64::try_from(n).ok().filter(|&n| n > 0);
        number
            .map(|n| positive(n).ok_or_else(|| self.reader.wrong(name)))
            .transpose()
    }

    /// A number above 0 that may be there, with or without a point.
    pub(super) fn number(&self, table: &Table<'_>, key: &str, name: &str) -> Result<Option<f64>> {
        let Some(value) = table.get(key) else {
            return Ok(None);
        };
        #[expect(
            clippy::cast_precision_loss,
            reason = "ratios, rates and counts far below 2^52"
        )]
        let whole = value.as_integer().map(|n| n as f64);
        let number = value.as_float().or(whole).filter(|n| *n > 0.0 && n.is_finite());
        number.map(Some).ok_or_else(|| self.reader.wrong(name))
    }
}
