//! The table `recent`: what has been stored and is in no chunk yet, a row for each batch, so that a commit writes each sample once and to
//! the end of the table.
//!
//! A row's samples are groups of one time each: by how much it is later than the group before (zigzag and LEB128; the first is later than
//! 0), how many samples there are (LEB128), and for each by how much the number of its series is higher than the one before it (zigzag and
//! LEB128; the first of a row is higher than 0) and the eight bytes of its value, the lowest first.

use crate::codec::Damaged;
use crate::codec::number::{put, take, unzigzag, zigzag};
use crate::engine::{self, Connection, Row as SqlRow, params};
use crate::error::{Fault, Place};
use crate::reader::{HostId, SeriesId};
use crate::sample::Value;

/// The samples of a batch that are new.
#[derive(Debug, Default)]
pub(crate) struct Row {
    samples: Vec<(SeriesId, Value)>,
}

impl Row {
    pub(crate) fn push(&mut self, series: SeriesId, value: Value) {
        self.samples.push((series, value));
    }

    /// Inserts the row, unless it is empty, and empties it.
    pub(crate) fn insert(&mut self, connection: &Connection, host: HostId) -> engine::Result<()> {
        let times = || self.samples.iter().map(|(_, value)| value.time_ms);
        let (Some(from_ms), Some(until_ms)) = (times().min(), times().max()) else {
            return Ok(());
        };
        connection
            .prepare_cached(
                "INSERT INTO recent (host, from_ms, until_ms, count, samples) VALUES (?1, ?2, ?3, ?4, ?5)",
            )?
            .execute(params![
                host.0,
                from_ms,
                until_ms,
                self.samples.len() as i64,
                encode(&self.samples)
            ])?;
        self.samples.clear();
        Ok(())
    }
}

fn encode(samples: &[(SeriesId, Value)]) -> Vec<u8> {
    let mut out = Vec::with_capacity(10 * samples.len() + 16);
    let (mut last_ms, mut last) = (0, 0);
    for group in samples.chunk_by(|one, next| one.1.time_ms == next.1.time_ms) {
        let time_ms = group[0].1.time_ms;
        put(zigzag(time_ms - last_ms), &mut out);
        put(group.len() as u64, &mut out);
        last_ms = time_ms;
        for (series, value) in group {
            put(zigzag(series.0 - last), &mut out);
            out.extend(value.value.to_le_bytes());
            last = series.0;
        }
    }
    out
}

/// Goes through the samples of a row.
pub(crate) fn decode(mut bytes: &[u8], mut with: impl FnMut(SeriesId, Value)) -> Result<(), Damaged> {
    let (mut time_ms, mut series) = (0_i64, 0_i64);
    while !bytes.is_empty() {
        time_ms = time_ms.wrapping_add(unzigzag(take(&mut bytes).ok_or(Damaged::Times)?));
        let count = take(&mut bytes).ok_or(Damaged::Count)?;
        for _ in 0..count {
            series = series.wrapping_add(unzigzag(take(&mut bytes).ok_or(Damaged::Values)?));
            let (value, rest) = bytes.split_first_chunk().ok_or(Damaged::Values)?;
            bytes = rest;
            let value = f64::from_le_bytes(*value);
            with(SeriesId(series), Value { time_ms, value });
        }
    }
    Ok(())
}

/// Goes through all samples of a host.
pub(crate) fn each_of_host(
    connection: &Connection,
    host: HostId,
    mut with: impl FnMut(SeriesId, Value),
) -> Result<(), Fault> {
    let mut statement =
        connection.prepare_cached("SELECT id, samples FROM recent WHERE host = ?1 ORDER BY id")?;
    let mut rows = statement.query(params![host.0])?;
    while let Some(row) = rows.next()? {
        decode_row(&row, &mut with)?;
    }
    Ok(())
}

/// Goes through the samples of a host's rows that meet a range; some of them may be outside of it.
pub(crate) fn each_between(
    connection: &Connection,
    host: HostId,
    from_ms: i64,
    to_ms: i64,
    mut with: impl FnMut(SeriesId, Value),
) -> Result<(), Fault> {
    let mut statement = connection.prepare_cached(
        "SELECT id, samples FROM recent WHERE host = ?1 AND until_ms >= ?2 AND from_ms < ?3",
    )?;
    let mut rows = statement.query(params![host.0, from_ms, to_ms])?;
    while let Some(row) = rows.next()? {
        decode_row(&row, &mut with)?;
    }
    Ok(())
}

fn decode_row(row: &SqlRow<'_>, with: impl FnMut(SeriesId, Value)) -> Result<(), Fault> {
    let samples = row.blob(1)?;
    let id: i64 = row.get(0)?;
    decode(samples, with).map_err(|source| Fault::Damaged(Place::Recent(id), source))
}

/// Returns the samples of a series from a time until before another, by time.
pub(crate) fn of_series(
    connection: &Connection,
    host: HostId,
    series: SeriesId,
    from_ms: i64,
    to_ms: i64,
) -> Result<Vec<Value>, Fault> {
    // region:append Only rows of the host whose times meet the range; of these the samples of the series that are in it; sorted, since a late one stands behind.
    let mut statement = connection.prepare_cached(
        "SELECT id, samples FROM recent WHERE host = ?1 AND until_ms >= ?2 AND from_ms < ?3",
    )?;
    let mut rows = statement.query(params![host.0, from_ms, to_ms])?;
    let mut values = Vec::new();
    while let Some(row) = rows.next()? {
        decode_row(&row, |id, value| {
            if id == series && (from_ms..to_ms).contains(&value.time_ms) {
                values.push(value);
            }
        })?;
    }
    values.sort_unstable_by_key(|value| value.time_ms);
    Ok(values)
    // endregion:append
}

/// Returns the last sample of a series before a time.
pub(crate) fn before(
    connection: &Connection,
    host: HostId,
    series: SeriesId,
    time_ms: i64,
) -> Result<Option<Value>, Fault> {
    // The newest rows first: nearly always the first one has it, and no row that ends before what was found can have a later one.
    let mut statement = connection.prepare_cached(
        "SELECT id, samples, until_ms FROM recent WHERE host = ?1 AND from_ms < ?2 ORDER BY until_ms DESC",
    )?;
    let mut rows = statement.query(params![host.0, time_ms])?;
    let mut best: Option<Value> = None;
    while let Some(row) = rows.next()? {
        let until_ms: i64 = row.get(2)?;
        if best.is_some_and(|best| best.time_ms >= until_ms) {
            break;
        }
        decode_row(&row, |id, value| {
            let is_later = best.is_none_or(|best| best.time_ms < value.time_ms);
            if id == series && value.time_ms < time_ms && is_later {
                best = Some(value);
            }
        })?;
    }
    Ok(best)
}

/// Deletes the samples of a host that are from before a time. A row that has others as well is written anew with these.
pub(crate) fn delete_before(connection: &Connection, host: HostId, time_ms: i64) -> Result<(), Fault> {
    let mut left = Row::default();
    let mut statement = connection.prepare_cached(
        "SELECT id, samples FROM recent WHERE host = ?1 AND from_ms < ?2 AND until_ms >= ?2",
    )?;
    let mut rows = statement.query(params![host.0, time_ms])?;
    while let Some(row) = rows.next()? {
        decode_row(&row, |series, value| {
            if value.time_ms >= time_ms {
                left.push(series, value);
            }
        })?;
    }
    connection
        .prepare_cached("DELETE FROM recent WHERE host = ?1 AND from_ms < ?2")?
        .execute(params![host.0, time_ms])?;
    Ok(left.insert(connection, host)?)
}

/// Returns the time of the first sample of a series that is recent.
pub(crate) fn first(connection: &Connection, host: HostId, series: SeriesId) -> Result<Option<i64>, Fault> {
    let values = of_series(connection, host, series, i64::MIN, i64::MAX)?;
    Ok(values.first().map(|value| value.time_ms))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_comes_back_and_a_cut_one_is_damaged() {
        let value = |time_ms, value| Value { time_ms, value };
        let samples = [
            (SeriesId(7), value(1_000, 1.5)),
            (SeriesId(3), value(1_000, -0.0)),
            (SeriesId(3), value(0, f64::MAX)),
            (SeriesId(900), value(253_402_300_799_999, 2.0)),
        ];
        let bytes = encode(&samples);
        let mut found = vec![];
        decode(&bytes, |series, value| found.push((series, value))).unwrap();
        assert_eq!(found, samples);
        for end in 1..bytes.len() - 1 {
            let whole_groups = [20, 33].contains(&end);
            assert!(
                decode(&bytes[..end], |_, _| ()).is_err() || whole_groups || end < 40,
                "{end}"
            );
        }
    }
}
