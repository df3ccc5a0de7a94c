//! Looks whether a database is what this store writes.

use std::collections::HashMap;

use collect::Kind;

use crate::chunk::{WINDOW_MS, window};
use crate::codec;
use crate::engine::{self, Connection, params};
use crate::error::{Fault, Place, Result};
use crate::head::labels_from_json;
use crate::location::Location;
use crate::reader::SeriesId;
use crate::retention::cut;
use crate::rollup::{self, MINUTE_MS, summed};
use crate::sample::Value;
use crate::{recent, schema};

/// The most findings that are told.
const MOST: usize = 100;

/// What a look at a whole database has found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Checked {
    /// How many samples there are.
    pub samples: u64,
    /// What is wrong, a sentence each; at most 100 of them.
    pub findings: Vec<String>,
}

/// Looks at every row of a database, and returns what is not as it should be: whether SQLite or MariaDB finds it whole; whether every chunk decodes, holds
/// what its row says, lies in one window and behind the one before; whether no sample is there twice; whether each belongs to a series and each
/// series to a host; whether minutes and hours are what the samples make.
///
/// # Errors
/// As [`Reader::open`](crate::Reader::open), and [`Error::Read`](crate::Error::Read).
pub fn check(location: impl Into<Location>) -> Result<Checked> {
    let location = location.into();
    let connection = schema::open_to_read(&location)?;
    let look = || {
        let mut checked = Checked::default();
        if let Some(finding) = connection.integrity()? {
            checked.say(finding);
            return Ok(checked);
        }
        let transaction = connection.begin_to_read()?;
        look(&transaction, &mut checked)?;
        Ok(checked)
    };
    look().map_err(|fault: Fault| fault.read(&location.shown()))
}

impl Checked {
    fn say(&mut self, finding: String) {
        if self.findings.len() < MOST {
            self.findings.push(finding);
        }
    }
}

/// What the table `recent` holds of each series.
type Recent = HashMap<SeriesId, Vec<Value>>;

fn look(connection: &Connection, checked: &mut Checked) -> std::result::Result<(), Fault> {
    let raw_ms = cut(connection, "raw")?;
    let mut recent = recent_rows(connection, checked)?;
    let mut series =
        connection.prepare_cached("SELECT id, host, kind, unit, labels FROM series ORDER BY id")?;
    let mut rows = series.query(params![])?;
    while let Some(row) = rows.next()? {
        let id = SeriesId(row.get(0)?);
        let kind = Kind::from_name(row.text(2)?);
        if kind.is_none()
            || collect::Unit::from_name(row.text(3)?).is_none()
            || labels_from_json(row.text(4)?).is_none()
        {
            checked.say(format!("series {}: its kind, unit or labels mean nothing", id.0));
        }
        let fresh = recent.remove(&id).unwrap_or_default();
        one(
            connection,
            id,
            kind.unwrap_or(Kind::Gauge),
            fresh,
            raw_ms,
            checked,
        )?;
    }
    for (id, _) in recent {
        checked.say(format!("series {}: has recent samples, and is not there", id.0));
    }
    for (table, missing) in [
        (
            "chunk",
            "SELECT DISTINCT series FROM chunk WHERE series NOT IN (SELECT id FROM series)",
        ),
        (
            "minute",
            "SELECT DISTINCT series FROM minute WHERE series NOT IN (SELECT id FROM series)",
        ),
        (
            "hour",
            "SELECT DISTINCT series FROM hour WHERE series NOT IN (SELECT id FROM series)",
        ),
        (
            "series",
            "SELECT id FROM series WHERE host NOT IN (SELECT id FROM host)",
        ),
    ] {
        let mut statement = connection.prepare_cached(missing)?;
        let mut rows = statement.query(params![])?;
        while let Some(row) = rows.next()? {
            let id: i64 = row.get(0)?;
            checked.say(format!("{table}: series {id} belongs to nothing"));
        }
    }
    Ok(())
}

/// Reads the table `recent`, which is bounded.
#[expect(unused_variables, reason = "goes with the todo!")]
fn recent_rows(connection: &Connection, checked: &mut Checked) -> std::result::Result<Recent, Fault> {
    todo!(
        "crash: Each row decodes; its times and its count are those of its samples. What a series has twice is found in `one`."
    )
}

/// Looks at one series, of which one window is in memory at a time.
#[expect(unused_variables, unused_mut, reason = "goes with the todo!")]
fn one(
    connection: &Connection,
    id: SeriesId,
    kind: Kind,
    mut fresh: Vec<Value>,
    raw_ms: i64,
    checked: &mut Checked,
) -> std::result::Result<(), Fault> {
    todo!(
        "crash: Each chunk decodes, holds what its row says, lies in one window and begins after the one before ended. No sample is recent and packed, or recent twice. A window's minutes are what its samples make; the first window that is left after older ones were deleted is no proof."
    )
}

/// Counts what a database holds, and what that costs.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Info {
    /// Hosts and series.
    pub hosts: u64,
    /// Series.
    pub series: u64,
    /// Samples in chunks, and chunks.
    pub packed: u64,
    /// Chunks.
    pub chunks: u64,
    /// Bytes of the chunks' data.
    pub chunk_bytes: u64,
    /// Samples that are in no chunk, and the rows they are in.
    pub recent: u64,
    /// Rows of the table `recent`.
    pub recent_rows: u64,
    /// Minutes.
    pub minutes: u64,
    /// Bytes of the minutes' data.
    pub minute_bytes: u64,
    /// Hours.
    pub hours: u64,
    /// The first and the last time of a sample in a chunk, in milliseconds since 1970-01-01 UTC.
    pub from_ms: Option<i64>,
    /// The last one.
    pub until_ms: Option<i64>,
    /// Bytes of the database's file, without the log beside it; of a server, those of its tables.
    pub file_bytes: u64,
    /// Of these, bytes that are free.
    pub free_bytes: u64,
}

/// Counts what a database holds.
///
/// # Errors
/// As [`Reader::open`](crate::Reader::open), and [`Error::Read`](crate::Error::Read).
pub fn info(location: impl Into<Location>) -> Result<Info> {
    let location = location.into();
    let connection = schema::open_to_read(&location)?;
    let count = || -> engine::Result<Info> {
        let one = |sql: &str| {
            connection
                .query_row(sql, params![], |row| row.get::<i64>(0))
                .map(i64::unsigned_abs)
        };
        let (file_bytes, free_bytes) = connection.size()?;
        Ok(Info {
            hosts: one("SELECT count(*) FROM host")?,
            series: one("SELECT count(*) FROM series")?,
            packed: one("SELECT coalesce(sum(count), 0) FROM chunk")?,
            chunks: one("SELECT count(*) FROM chunk")?,
            chunk_bytes: one("SELECT coalesce(sum(length(data)), 0) FROM chunk")?,
            recent: one("SELECT coalesce(sum(count), 0) FROM recent")?,
            recent_rows: one("SELECT count(*) FROM recent")?,
            minutes: one("SELECT coalesce(sum(count), 0) FROM minute")?,
            minute_bytes: one("SELECT coalesce(sum(length(data)), 0) FROM minute")?,
            hours: one("SELECT count(*) FROM hour")?,
            from_ms: connection.query_row("SELECT min(from_ms) FROM chunk", params![], |row| row.get(0))?,
            until_ms: connection.query_row("SELECT max(until_ms) FROM chunk", params![], |row| row.get(0))?,
            file_bytes,
            free_bytes,
        })
    };
    count().map_err(|source| Fault::Sql(source).read(&location.shown()))
}
