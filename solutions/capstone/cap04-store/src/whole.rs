//! All that a host has of a time, whatever the series: what is passed on is read so.

use crate::chunk::window;
use crate::codec;
use crate::engine::{self, Connection, params};
use crate::error::{Fault, Place};
use crate::reader::{HostId, SeriesId};
use crate::recent;
use crate::sample::Value;

/// Returns a time up to which, from another on, a host has no sample: that of its first one, or an earlier one in the same window. `None` if it has none.
pub(crate) fn from(connection: &Connection, host: HostId, from_ms: i64) -> engine::Result<Option<i64>> {
    let recent: Option<i64> = connection
        .prepare_cached("SELECT min(from_ms) FROM recent WHERE host = ?1 AND until_ms >= ?2")?
        .query_row(params![host.0, from_ms], |row| row.get(0))?;
    // A chunk lies in one window: none that begins in an earlier one can reach the time.
    let packed: Option<i64> = connection
        .prepare_cached(
            "SELECT min((SELECT chunk.from_ms FROM chunk WHERE chunk.series = series.id AND chunk.from_ms >= ?2 AND chunk.until_ms >= ?3
                 ORDER BY chunk.from_ms LIMIT 1)) FROM series WHERE series.host = ?1",
        )?
        .query_row(params![host.0, window(from_ms), from_ms], |row| row.get(0))?;
    let first = match (recent, packed) {
        (Some(recent), Some(packed)) => Some(recent.min(packed)),
        (recent, packed) => recent.or(packed),
    };
    Ok(first.map(|first| first.max(from_ms)))
}

/// Returns the samples of a host from a time until before another, by time; those of one time by series.
pub(crate) fn samples(
    connection: &Connection,
    host: HostId,
    from_ms: i64,
    to_ms: i64,
) -> Result<Vec<(SeriesId, Value)>, Fault> {
    let mut all = Vec::new();
    let mut keep = |series, value: Value| {
        if (from_ms..to_ms).contains(&value.time_ms) {
            all.push((series, value));
        }
    };
    recent::each_between(connection, host, from_ms, to_ms, &mut keep)?;
    let mut statement = connection.prepare_cached(
        "SELECT chunk.series, chunk.from_ms, chunk.data FROM series JOIN chunk ON chunk.series = series.id
         WHERE series.host = ?1 AND chunk.from_ms >= ?2 AND chunk.from_ms < ?3 AND chunk.until_ms >= ?4",
    )?;
    let mut rows = statement.query(params![host.0, window(from_ms), to_ms, from_ms])?;
    while let Some(row) = rows.next()? {
        let (series, begin_ms) = (SeriesId(row.get(0)?), row.get(1)?);
        let data = row.blob(2)?;
        let place = Place::Chunk {
            series,
            from_ms: begin_ms,
        };
        let values = codec::decode(data).map_err(|source| Fault::Damaged(place, source))?;
        values.into_iter().for_each(|value| keep(series, value));
    }
    all.sort_unstable_by_key(|(series, value)| (value.time_ms, *series));
    Ok(all)
}
