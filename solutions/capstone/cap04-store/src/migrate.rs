//! From version 1, in which each sample was a row, to chunks.

use collect::Kind;

use crate::chunk::window;
use crate::engine::{Connection, params};
use crate::error::Fault;
use crate::pack;
use crate::reader::SeriesId;
use crate::sample::Value;

/// Packs the samples of the table `sample` and drops it, within the transaction that makes the new tables: a database is whole before, and
/// whole after. One window of one series is in memory at a time.
pub(crate) fn from_1(connection: &Connection) -> Result<(), Fault> {
    // region:crash Series by series in the order of time, and `pack::series` for each window; then drop the table.
    let mut all = connection.prepare_cached("SELECT id, kind FROM series ORDER BY host, id")?;
    let mut of_series =
        connection.prepare_cached("SELECT time_ms, value FROM sample WHERE series = ?1 ORDER BY time_ms")?;
    let mut series = all.query(params![])?;
    while let Some(row) = series.next()? {
        let id = SeriesId(row.get(0)?);
        let kind = Kind::from_name(row.text(1).unwrap_or_default()).unwrap_or(Kind::Gauge);
        let mut packed_until = i64::MIN;
        let mut values: Vec<Value> = Vec::new();
        let mut rows = of_series.query(params![id.0])?;
        loop {
            let next = match rows.next()? {
                Some(row) => Some(Value {
                    time_ms: row.get(0)?,
                    value: row.get(1)?,
                }),
                None => None,
            };
            if let Some(last) = values.last()
                && next.is_none_or(|next| window(next.time_ms) != window(last.time_ms))
            {
                let last_ms = last.time_ms;
                pack::series(connection, id, kind, &values, packed_until)?;
                packed_until = last_ms;
                values.clear();
            }
            match next {
                Some(next) => values.push(next),
                None => break,
            }
        }
    }
    drop(series);
    drop((all, of_series));
    connection.execute("DROP TABLE sample", params![])?;
    Ok(())
    // endregion:crash
}
