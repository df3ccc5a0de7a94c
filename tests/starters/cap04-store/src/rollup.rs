//! Minutes and hours: what the samples of each were, summed up when they are packed.
//!
//! The table `minute` has a row for each series and window, with the columns min, max, sum and count of its minutes (and the weight, if the
//! series is a counter) in the encoding of `codec`; times are minutes since 1970. The table `hour` is plain rows. Both are made from all
//! samples of their window each time the window is packed, so that a late sample is in them as any other.

use std::collections::BTreeSet;
use std::time::Duration;

use collect::Kind;

use crate::chunk::{self, WINDOW_MS, window};
use crate::codec::{decode_columns, encode_columns};
use crate::engine::{self, Connection, OptionalExtension, params};
use crate::error::{Fault, Place};
use crate::reader::SeriesId;
use crate::sample::Value;
use crate::steps::{Bucket, Steps, Summing};

pub(crate) const MINUTE_MS: i64 = 60_000;
pub(crate) const HOUR_MS: i64 = 3_600_000;

/// Sums up the windows in which something has changed since `fresh` is packed.
#[expect(unused_variables, reason = "goes with the todo!")]
pub(crate) fn packed(
    connection: &Connection,
    series: SeriesId,
    kind: Kind,
    fresh: &[Value],
    packed_until: i64,
) -> Result<(), Fault> {
    todo!(
        "rollup: The windows of what is fresh. Of a counter also the next window behind each that has samples: its first growth begins at the sample before it."
    )
}

/// Sums up all that is in chunks, for the series is of another kind from now on. What was summed up before is deleted.
#[expect(unused_variables, reason = "goes with the todo!")]
pub(crate) fn anew(connection: &Connection, series: SeriesId, kind: Kind) -> Result<(), Fault> {
    todo!(
        "rollup: Delete the minutes and hours of the series; then each window that has chunks, in order, as if all of it were packed just now."
    )
}

/// Sums up values by steps. Of a counter, `before` is the value before the first one.
#[expect(unused_variables, reason = "goes with the todo!")]
pub(crate) fn summed(kind: Kind, before: Option<Value>, values: &[Value], step_ms: i64) -> Vec<Bucket> {
    todo!("rollup: `Summing` says what each value adds, `Steps` puts it together.")
}

fn replace(
    connection: &Connection,
    series: SeriesId,
    kind: Kind,
    window_ms: i64,
    buckets: &[Bucket],
) -> engine::Result<()> {
    if buckets.is_empty() {
        return Ok(());
    }
    let column = |of: fn(&Bucket) -> f64| buckets.iter().map(of).collect::<Vec<f64>>();
    let times: Vec<i64> = buckets.iter().map(|bucket| bucket.time_ms / MINUTE_MS).collect();
    let columns = [
        column(|bucket| bucket.min),
        column(|bucket| bucket.max),
        column(|bucket| bucket.sum),
        column(|bucket| bucket.count as f64),
        column(|bucket| bucket.weight),
    ];
    let columns: Vec<&[f64]> = columns.iter().take(width(kind)).map(Vec::as_slice).collect();
    let mut data = Vec::new();
    encode_columns(&times, &columns, &mut data);
    connection
        .prepare_cached("REPLACE INTO minute (series, from_ms, count, data) VALUES (?1, ?2, ?3, ?4)")?
        .execute(params![series.0, window_ms, buckets.len() as i64, data])?;
    Ok(())
}

/// How many columns the minutes of a series have. The weight of a gauge is its count.
fn width(kind: Kind) -> usize {
    match kind {
        Kind::Gauge => 4,
        Kind::Counter => 5,
    }
}

fn insert_hours(connection: &Connection, series: SeriesId, buckets: &[Bucket]) -> engine::Result<()> {
    let mut insert = connection.prepare_cached(
        "REPLACE INTO hour (series, from_ms, min, max, sum, count, weight) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
    )?;
    for bucket in buckets {
        insert.execute(params![
            series.0,
            bucket.time_ms,
            bucket.min,
            bucket.max,
            bucket.sum,
            bucket.count as i64,
            bucket.weight
        ])?;
    }
    Ok(())
}

/// Returns the minutes of a window.
pub(crate) fn minutes_in(
    connection: &Connection,
    series: SeriesId,
    kind: Kind,
    window_ms: i64,
) -> Result<Vec<Bucket>, Fault> {
    let data: Option<Vec<u8>> = connection
        .prepare_cached("SELECT data FROM minute WHERE series = ?1 AND from_ms = ?2")?
        .query_row(params![series.0, window_ms], |row| row.get(0))
        .optional()?;
    match data {
        Some(data) => decode(series, kind, window_ms, &data),
        None => Ok(Vec::new()),
    }
}

fn decode(series: SeriesId, kind: Kind, from_ms: i64, data: &[u8]) -> Result<Vec<Bucket>, Fault> {
    let damaged = |source| Fault::Damaged(Place::Minutes { series, from_ms }, source);
    let (times, columns) = decode_columns(data, width(kind)).map_err(damaged)?;
    let buckets = times.iter().enumerate().map(|(n, minute)| {
        let count = columns[3][n];
        Bucket {
            time_ms: minute.saturating_mul(MINUTE_MS),
            min: columns[0][n],
            max: columns[1][n],
            sum: columns[2][n],
            weight: columns.get(4).map_or(count, |column| column[n]),
            count: count as u64,
        }
    });
    Ok(buckets.collect())
}

/// Goes through the minutes that begin from a time until before another.
pub(crate) fn each_minute(
    connection: &Connection,
    series: SeriesId,
    kind: Kind,
    from_ms: i64,
    to_ms: i64,
    mut with: impl FnMut(&Bucket),
) -> Result<(), Fault> {
    let mut statement = connection.prepare_cached(
        "SELECT from_ms, data FROM minute WHERE series = ?1 AND from_ms >= ?2 AND from_ms < ?3 ORDER BY from_ms",
    )?;
    let mut rows = statement.query(params![series.0, window(from_ms), to_ms])?;
    while let Some(row) = rows.next()? {
        for bucket in decode(series, kind, row.get(0)?, row.blob(1)?)? {
            if (from_ms..to_ms).contains(&bucket.time_ms) {
                with(&bucket);
            }
        }
    }
    Ok(())
}

/// Goes through the hours that begin from a time until before another.
pub(crate) fn each_hour(
    connection: &Connection,
    series: SeriesId,
    from_ms: i64,
    to_ms: i64,
    mut with: impl FnMut(&Bucket),
) -> engine::Result<()> {
    let mut statement = connection.prepare_cached(
        "SELECT from_ms, min, max, sum, count, weight FROM hour WHERE series = ?1 AND from_ms >= ?2 AND from_ms < ?3 ORDER BY from_ms",
    )?;
    let mut rows = statement.query(params![series.0, from_ms, to_ms])?;
    while let Some(row) = rows.next()? {
        with(&Bucket {
            time_ms: row.get(0)?,
            min: row.get(1)?,
            max: row.get(2)?,
            sum: row.get(3)?,
            weight: row.get(5)?,
            count: row.get::<i64>(4)?.unsigned_abs(),
        });
    }
    Ok(())
}
