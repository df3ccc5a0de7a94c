//! The table `chunk`: samples of a series, many to a row.
//!
//! Time is divided into windows of two hours, which begin at multiples of two hours since 1970. A chunk lies in one window, and the chunks
//! of a series do not overlap.

use crate::codec::{self, MOST};
use crate::engine::{self, Connection, OptionalExtension, params};
use crate::error::{Fault, Place};
use crate::reader::SeriesId;
use crate::sample::Value;

/// The length of a window.
pub(crate) const WINDOW_MS: i64 = 7_200_000;

/// Returns when the window begins that a time is in.
pub(crate) fn window(time_ms: i64) -> i64 {
    time_ms.saturating_sub(time_ms.rem_euclid(WINDOW_MS))
}

fn decode(series: SeriesId, from_ms: i64, data: &[u8]) -> Result<Vec<Value>, Fault> {
    let place = Place::Chunk { series, from_ms };
    codec::decode(data).map_err(|source| Fault::Damaged(place, source))
}

/// Returns the time of the newest sample that is in a chunk.
pub(crate) fn newest(connection: &Connection, series: SeriesId) -> engine::Result<Option<i64>> {
    connection
        .prepare_cached("SELECT until_ms FROM chunk WHERE series = ?1 ORDER BY from_ms DESC LIMIT 1")?
        .query_row(params![series.0], |row| row.get(0))
        .optional()
}

/// Returns the time of the first sample in a chunk that begins at a time or later.
pub(crate) fn first_from(
    connection: &Connection,
    series: SeriesId,
    time_ms: i64,
) -> engine::Result<Option<i64>> {
    connection
        .prepare_cached(
            "SELECT from_ms FROM chunk WHERE series = ?1 AND from_ms >= ?2 ORDER BY from_ms LIMIT 1",
        )?
        .query_row(params![series.0, time_ms], |row| row.get(0))
        .optional()
}

/// Returns the last chunk that begins before a time.
fn last_before(connection: &Connection, series: SeriesId, time_ms: i64) -> Result<Vec<Value>, Fault> {
    let mut statement = connection.prepare_cached(
        "SELECT from_ms, data FROM chunk WHERE series = ?1 AND from_ms < ?2 ORDER BY from_ms DESC LIMIT 1",
    )?;
    let mut rows = statement.query(params![series.0, time_ms])?;
    match rows.next()? {
        Some(row) => decode(series, row.get(0)?, row.blob(1)?),
        None => Ok(Vec::new()),
    }
}

/// Returns the last sample in a chunk before a time.
pub(crate) fn before(
    connection: &Connection,
    series: SeriesId,
    time_ms: i64,
) -> Result<Option<Value>, Fault> {
    let values = last_before(connection, series, time_ms)?;
    Ok(values[..values.partition_point(|value| value.time_ms < time_ms)]
        .last()
        .copied())
}

/// Says whether a chunk has a sample of a time.
#[expect(unused_variables, reason = "goes with the todo!")]
pub(crate) fn has(connection: &Connection, series: SeriesId, time_ms: i64) -> Result<bool, Fault> {
    todo!(
        "pack: Only the last chunk that begins no later can have it. Most late samples fall into a gap: look at its end before it is decoded, or do not."
    )
}

/// Goes through the chunks that have samples from a time until before another, in order; each is given whole.
pub(crate) fn each(
    connection: &Connection,
    series: SeriesId,
    from_ms: i64,
    to_ms: i64,
    mut with: impl FnMut(&[Value]),
) -> Result<(), Fault> {
    let mut statement = connection.prepare_cached(
        "SELECT from_ms, data FROM chunk WHERE series = ?1 AND from_ms >= coalesce(
             (SELECT max(from_ms) FROM chunk WHERE series = ?1 AND from_ms <= ?2), ?2) AND from_ms < ?3 ORDER BY from_ms",
    )?;
    let mut rows = statement.query(params![series.0, from_ms, to_ms])?;
    while let Some(row) = rows.next()? {
        with(&decode(series, row.get(0)?, row.blob(1)?)?);
    }
    Ok(())
}

/// Returns the samples that the chunks of a window hold.
pub(crate) fn in_window(
    connection: &Connection,
    series: SeriesId,
    window_ms: i64,
) -> Result<Vec<Value>, Fault> {
    let mut values = Vec::new();
    let mut statement = connection.prepare_cached(
        "SELECT from_ms, data FROM chunk WHERE series = ?1 AND from_ms >= ?2 AND from_ms < ?3 ORDER BY from_ms",
    )?;
    let mut rows = statement.query(params![series.0, window_ms, window_ms.saturating_add(WINDOW_MS)])?;
    while let Some(row) = rows.next()? {
        values.append(&mut decode(series, row.get(0)?, row.blob(1)?)?);
    }
    Ok(values)
}

/// Puts samples in the place of all chunks that a series has in a window.
#[expect(unused_variables, reason = "goes with the todo!")]
pub(crate) fn replace(
    connection: &Connection,
    series: SeriesId,
    window_ms: i64,
    values: &[Value],
) -> engine::Result<()> {
    todo!("pack: Delete what the window has, and insert its samples in pieces of at most MOST.")
}
