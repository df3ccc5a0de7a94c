use std::path::PathBuf;
use std::time::Duration;

use collect::{Kind, Labels, Unit};

use crate::engine::{self, Bound, Connection, OptionalExtension, Row, params};
use crate::error::{Error, Fault, Result};
use crate::fold::{self, Asked};
use crate::head::labels_from_json;
use crate::location::Location;
use crate::sample::Value;
use crate::steps::{Bucket, Point};
use crate::{schema, whole};

/// The number of a host.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct HostId(pub i64);

/// The number of a series.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SeriesId(pub i64);

/// A host that has reported.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Host {
    /// Its number.
    pub id: HostId,
    /// Its name, which can be any text.
    pub name: String,
    /// When it first reported, in milliseconds since 1970-01-01 UTC by the clock of who stores.
    pub first_ms: i64,
    /// When it last reported, by the same clock.
    pub seen_ms: i64,
}

impl Host {
    /// Says whether it has been silent for more than three of the intervals in which hosts report.
    pub fn is_down(&self, now_ms: i64, interval: Duration) -> bool {
        u128::try_from(now_ms.saturating_sub(self.seen_ms))
            .is_ok_and(|silent| silent > 3 * interval.as_millis())
    }
}

/// A metric of a host, or of a part of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Series {
    /// Its number.
    pub id: SeriesId,
    /// Whose it is.
    pub host: HostId,
    /// The metric.
    pub name: String,
    /// Of which part of the host.
    pub labels: Labels,
    /// Whether its value only grows.
    pub kind: Kind,
    /// What one of it is.
    pub unit: Unit,
}

/// Reads a database, also while it is written. Each has a connection of its own and belongs to one thread at a time.
pub struct Reader {
    path: PathBuf,
    connection: Connection,
}

impl Reader {
    /// Opens a database that a [`Store`](crate::Store) has made.
    ///
    /// # Errors
    /// [`Error::Open`] if there is none, [`Error::Foreign`] if the file is another program's, [`Error::Version`] if it is a later
    /// release's.
    pub fn open(location: impl Into<Location>) -> Result<Self> {
        let location = location.into();
        let connection = schema::open_to_read(&location)?;
        Ok(Self {
            path: location.shown(),
            connection,
        })
    }

    /// Returns all hosts by name.
    ///
    /// # Errors
    /// [`Error::Read`].
    pub fn hosts(&self) -> Result<Vec<Host>> {
        self.ask(|connection| {
            let mut statement =
                connection.prepare_cached("SELECT id, name, first_ms, seen_ms FROM host ORDER BY name")?;
            statement.query_map(params![], host)
        })
    }

    /// Returns the host that has a number.
    ///
    /// # Errors
    /// [`Error::Read`].
    pub fn host(&self, id: HostId) -> Result<Option<Host>> {
        self.ask(|connection| {
            connection
                .prepare_cached("SELECT id, name, first_ms, seen_ms FROM host WHERE id = ?1")?
                .query_row(params![id.0], host)
                .optional()
        })
    }

    /// Returns the series of a host, by name and labels.
    ///
    /// # Errors
    /// [`Error::Read`]; [`Error::Row`] if somebody else has written to the database.
    pub fn series(&self, host: HostId) -> Result<Vec<Series>> {
        self.find("host = ?1 ORDER BY name, labels", params![host.0])
    }

    /// Returns the series of a host whose names begin with a group, such as `cpu` of `cpu.user`, by name and labels.
    ///
    /// # Errors
    /// As [`series`](Self::series).
    pub fn group(&self, host: HostId, group: &str) -> Result<Vec<Series>> {
        // `/` comes after `.`: the names in between are those that an index can find without looking at others.
        let found = "host = ?1 AND name > ?2 || '.' AND name < ?2 || '/' ORDER BY name, labels";
        self.find(found, params![host.0, group])
    }

    /// Returns the series that has a number.
    ///
    /// # Errors
    /// As [`series`](Self::series).
    pub fn one(&self, id: SeriesId) -> Result<Option<Series>> {
        Ok(self.find("id = ?1", params![id.0])?.pop())
    }

    /// Returns the series that have a name, of whichever host, by their numbers.
    ///
    /// # Errors
    /// As [`series`](Self::series).
    pub fn named(&self, name: &str) -> Result<Vec<Series>> {
        self.find("name = ?1 ORDER BY id", params![name])
    }

    /// Returns the names that series have, of whichever host, each once and sorted.
    ///
    /// # Errors
    /// [`Error::Read`].
    pub fn names(&self) -> Result<Vec<String>> {
        self.ask(|connection| {
            let mut statement = connection.prepare_cached(connection.names())?;
            statement.query_map(params![], |row| row.get(0))
        })
    }

    /// Returns the samples of a series from `from_ms` until before `to_ms`, in order.
    ///
    /// # Errors
    /// [`Error::Read`], [`Error::Damaged`].
    pub fn samples(&self, series: SeriesId, from_ms: i64, to_ms: i64) -> Result<Vec<Value>> {
        let mut values = Vec::new();
        self.about(series, Kind::Gauge, |connection, asked| {
            fold::each(connection, asked, from_ms, to_ms, |value| values.push(value))
        })?;
        Ok(values)
    }

    /// Returns all samples of a host from `from_ms` until before `to_ms`, by time; those of one time by series.
    ///
    /// # Errors
    /// [`Error::Read`], [`Error::Damaged`].
    pub fn all_samples(&self, host: HostId, from_ms: i64, to_ms: i64) -> Result<Vec<(SeriesId, Value)>> {
        self.at_once(|connection| whole::samples(connection, host, from_ms, to_ms))
    }

    /// Returns when the samples of a host go on from a time: that of its first one, or an earlier one of the same two hours; `None` if there are
    /// no more.
    ///
    /// # Errors
    /// [`Error::Read`].
    pub fn goes_on(&self, host: HostId, from_ms: i64) -> Result<Option<i64>> {
        self.at_once(|connection| Ok(whole::from(connection, host, from_ms)?))
    }

    /// Returns the newest value of a series.
    ///
    /// # Errors
    /// [`Error::Read`], [`Error::Damaged`].
    pub fn last(&self, series: SeriesId) -> Result<Option<Value>> {
        let last = self.about(series, Kind::Gauge, |connection, asked| {
            fold::before(connection, asked, i64::MAX)
        })?;
        Ok(last.flatten())
    }

    /// Returns by how much a counter grew a second between its two newest values.
    ///
    /// # Errors
    /// [`Error::Read`], [`Error::Damaged`].
    pub fn last_rate(&self, series: SeriesId) -> Result<Option<Value>> {
        let rate = self.about(series, Kind::Counter, |connection, asked| {
            let Some(newest) = fold::before(connection, asked, i64::MAX)? else {
                return Ok(None);
            };
            let older = fold::before(connection, asked, newest.time_ms)?;
            Ok(older.map(|older| Value {
                time_ms: newest.time_ms,
                value: Bucket::of_growth(older, newest).mean(Kind::Counter),
            }))
        })?;
        Ok(rate.flatten())
    }

    /// Sums up a series from `from_ms` until before `to_ms`, a point for each step in which there is a value. Steps begin at multiples of
    /// their length, so that two ranges that overlap have the same steps.
    ///
    /// Where whole steps are whole minutes or hours, a gauge is read from those, which say the same. Where samples are deleted already there
    /// is nothing finer than minutes, and then hours; each lies in the step in which it begins. Of a counter's values nothing is summed up.
    ///
    /// # Errors
    /// [`Error::Read`], [`Error::Damaged`].
    pub fn range(&self, series: SeriesId, from_ms: i64, to_ms: i64, step: Duration) -> Result<Vec<Point>> {
        self.points(series, Kind::Gauge, from_ms, to_ms, step)
    }

    /// Sums up by how much a counter grew a second, in the same way. A value that is below the one before it is one that began anew at 0.
    /// Growth counts to the step in which it was noticed, so that a time without values has no points.
    ///
    /// # Errors
    /// [`Error::Read`], [`Error::Damaged`].
    pub fn rate(&self, series: SeriesId, from_ms: i64, to_ms: i64, step: Duration) -> Result<Vec<Point>> {
        self.points(series, Kind::Counter, from_ms, to_ms, step)
    }

    /// Returns the series of a name that were highest in the mean from `from_ms` until before `to_ms`, the highest first, at most `most` of
    /// them. A counter counts by how much it grew a second.
    ///
    /// # Errors
    /// As [`series`](Self::series); [`Error::Damaged`].
    #[expect(
        unused_variables,
        unused_mut,
        unreachable_code,
        reason = "goes with the todo!"
    )]
    pub fn top(&self, name: &str, from_ms: i64, to_ms: i64, most: usize) -> Result<Vec<(Series, f64)>> {
        let mut all = Vec::new();
        for series in self.named(name)? {
            let hours = self.about(series.id, series.kind, |connection, asked| {
                fold::steps(connection, asked, from_ms, to_ms, Duration::from_secs(3600))
            })?;
            todo!("query: The mean of all hours is not the mean of their means.")
        }
        todo!("query: The highest first; of equals the one with the lower number.");
        Ok(all.into_iter().map(|(mean, series)| (series, mean)).collect())
    }

    fn points(
        &self,
        series: SeriesId,
        kind: Kind,
        from_ms: i64,
        to_ms: i64,
        step: Duration,
    ) -> Result<Vec<Point>> {
        let buckets = self.about(series, kind, |connection, asked| {
            fold::steps(connection, asked, from_ms, to_ms, step)
        })?;
        Ok(buckets
            .unwrap_or_default()
            .iter()
            .map(|bucket| bucket.point(kind))
            .collect())
    }

    /// Asks within one transaction, so that nothing is packed between two looks.
    fn at_once<T>(&self, question: impl FnOnce(&Connection) -> std::result::Result<T, Fault>) -> Result<T> {
        let answer = || question(&*self.connection.begin_to_read()?);
        answer().map_err(|fault: Fault| fault.read(&self.path))
    }

    /// Asks about a series within one transaction, so that nothing is packed between two looks at it; `None` if there is no such series.
    fn about<T>(
        &self,
        series: SeriesId,
        kind: Kind,
        question: impl FnOnce(&Connection, Asked) -> std::result::Result<T, Fault>,
    ) -> Result<Option<T>> {
        let answer = || {
            let transaction = self.connection.begin_to_read()?;
            let found: Option<(i64, String)> = transaction
                .prepare_cached("SELECT host, kind FROM series WHERE id = ?1")?
                .query_row(params![series.0], |row| Ok((row.get(0)?, row.get(1)?)))
                .optional()?;
            let Some((host, its_kind)) = found else {
                return Ok(None);
            };
            let asked = Asked {
                id: series,
                host: HostId(host),
                kind,
                is_summed: its_kind == kind.as_str(),
            };
            question(&transaction, asked).map(Some)
        };
        answer().map_err(|fault: Fault| fault.read(&self.path))
    }

    /// Finds series. `which` is a condition that is part of this program, and never has anything of a host in it.
    fn find(&self, which: &'static str, values: &[Bound<'_>]) -> Result<Vec<Series>> {
        let rows = self.ask(|connection| {
            connection
                .prepare_cached(&format!(
                    "SELECT id, host, name, labels, kind, unit FROM series WHERE {which}"
                ))?
                .query_map(values, |row| {
                    let text = |column| row.get::<String>(column);
                    Ok((row.get(0)?, row.get(1)?, text(2)?, text(3)?, text(4)?, text(5)?))
                })
        })?;
        let wrong = |series, what, found: &str| Error::Row {
            path: self.path.clone(),
            series,
            what,
            found: found.into(),
        };
        rows.into_iter()
            .map(|(id, host, name, labels, kind, unit)| {
                Ok(Series {
                    id: SeriesId(id),
                    host: HostId(host),
                    name,
                    labels: labels_from_json(&labels).ok_or_else(|| wrong(id, "labels", &labels))?,
                    kind: Kind::from_name(&kind).ok_or_else(|| wrong(id, "kind", &kind))?,
                    unit: Unit::from_name(&unit).ok_or_else(|| wrong(id, "unit", &unit))?,
                })
            })
            .collect()
    }

    fn ask<T>(&self, question: impl FnOnce(&Connection) -> engine::Result<T>) -> Result<T> {
        let answer = || {
            // A connection that was lost is made anew by that.
            let transaction = self.connection.begin_to_read()?;
            question(&transaction)
        };
        answer().map_err(|source| Error::Read {
            path: self.path.clone(),
            source,
        })
    }
}

impl std::fmt::Debug for Reader {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Reader")
            .field("path", &self.path)
            .finish_non_exhaustive()
    }
}

fn host(row: &Row<'_>) -> engine::Result<Host> {
    Ok(Host {
        id: HostId(row.get(0)?),
        name: row.get(1)?,
        first_ms: row.get(2)?,
        seen_ms: row.get(3)?,
    })
}
