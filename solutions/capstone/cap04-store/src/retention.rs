//! What is old is deleted, each resolution after its own time.

use std::time::Duration;

use crate::chunk::window;
use crate::engine::{self, Connection, OptionalExtension, params};
use crate::error::Fault;
use crate::reader::HostId;

/// How long samples, their minutes and their hours are kept. What is coarser is kept at least as long as what is finer, whatever is said.
///
/// ```
/// use std::time::Duration;
/// use store::Retention;
///
/// let retention = Retention { raw: Duration::from_secs(7 * 86_400), ..Retention::default() };
/// assert_eq!(retention.minutes, Duration::from_secs(90 * 86_400));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retention {
    /// Samples as they were stored.
    pub raw: Duration,
    /// A minute's least, most, sum and count.
    pub minutes: Duration,
    /// An hour's.
    pub hours: Duration,
}

impl Default for Retention {
    /// 15 days, 90 days and 2 years.
    fn default() -> Self {
        let days = |count: u64| Duration::from_secs(count * 86_400);
        Self {
            raw: days(15),
            minutes: days(90),
            hours: days(730),
        }
    }
}

/// Counts what was deleted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Expired {
    /// Chunks of samples.
    pub chunks: usize,
    /// Windows of minutes.
    pub minutes: usize,
    /// Hours.
    pub hours: usize,
    /// Series of which nothing was left.
    pub series: usize,
}

/// For how many series something is deleted in one transaction.
const SLICE: usize = 200;

impl Retention {
    /// Returns from when on samples are kept at a time: the beginning of a window, for a window is deleted whole.
    pub(crate) fn oldest_ms(&self, now_ms: i64) -> i64 {
        cut_at(now_ms, self.raw)
    }

    /// Lets nothing go before what is finer: a range is read from the coarser where there is nothing else.
    pub(crate) fn in_order(self) -> Self {
        let minutes = self.minutes.max(self.raw);
        Self {
            minutes,
            hours: self.hours.max(minutes),
            ..self
        }
    }
}

fn cut_at(now_ms: i64, kept: Duration) -> i64 {
    let kept_ms = i64::try_from(kept.as_millis()).unwrap_or(i64::MAX);
    // region:rollup The beginning of the window in which the moment is that is so long ago.
    window(now_ms.saturating_sub(kept_ms))
    // endregion:rollup
}

/// Returns from when on there still is what a resolution has: `raw`, `minute` or `hour`; `i64::MIN` as long as nothing was deleted.
pub(crate) fn cut(connection: &Connection, resolution: &str) -> Result<i64, Fault> {
    let cut: Option<i64> = connection
        .prepare_cached("SELECT before_ms FROM cut WHERE resolution = ?1")?
        .query_row(params![resolution], |row| row.get(0))
        .optional()?;
    Ok(cut.unwrap_or(i64::MIN))
}

/// A round of deleting, slice by slice, so that others can write between two of them.
#[derive(Debug)]
pub(crate) struct Expiring {
    /// From when on samples, minutes and hours are kept.
    cuts: [i64; 3],
    /// The series that have not been looked at.
    left: Vec<(i64, HostId)>,
    pub(crate) expired: Expired,
}

impl Expiring {
    /// Moves the cuts. What is recent and older has been packed, but for what another program has put since.
    pub(crate) fn begin(
        connection: &mut Connection,
        now_ms: i64,
        retention: &Retention,
    ) -> Result<Self, Fault> {
        // region:rollup All cuts in one transaction (immediate), none behind the window of the first sample that is recent; one never goes back. Then read them again, and all series with their hosts.
        let cuts = [
            ("raw", cut_at(now_ms, retention.raw)),
            ("minute", cut_at(now_ms, retention.minutes)),
            ("hour", cut_at(now_ms, retention.hours)),
        ];
        let transaction = connection.begin_immediate()?;
        // Another program may have put something since all that is recent and old was packed.
        let recent: Option<i64> =
            transaction.query_row("SELECT min(from_ms) FROM recent", params![], |row| row.get(0))?;
        let most = recent.map_or(i64::MAX, window);
        for (resolution, before_ms) in cuts {
            let before_ms = before_ms.min(most).max(cut(&transaction, resolution)?);
            transaction.execute(
                "REPLACE INTO cut (resolution, before_ms) VALUES (?1, ?2)",
                params![resolution, before_ms],
            )?;
        }
        transaction.commit()?;
        let left = connection
            .prepare_cached("SELECT id, host FROM series")?
            .query_map(params![], |row| Ok((row.get(0)?, HostId(row.get(1)?))))?;
        Ok(Self {
            cuts: [
                cut(connection, "raw")?,
                cut(connection, "minute")?,
                cut(connection, "hour")?,
            ],
            left,
            expired: Expired::default(),
        })
        // endregion:rollup
    }

    /// Deletes what is too old of the next series, in one transaction. Returns the hosts that lost a series by that, or `None` when all is done.
    pub(crate) fn next(&mut self, connection: &mut Connection) -> Result<Option<Vec<HostId>>, Fault> {
        // region:rollup/next The last SLICE series that are left: what is before the cuts, and then the series itself if nothing is left of it. When there is none left, `give_back`.
        if self.left.is_empty() {
            connection.give_back()?;
            return Ok(None);
        }
        let slice = self.left.split_off(self.left.len().saturating_sub(SLICE));
        let mut poorer = Vec::new();
        let transaction = connection.begin_immediate()?;
        for (series, host) in slice {
            if self.delete(&transaction, series)? {
                poorer.push(host);
            }
        }
        transaction.commit()?;
        Ok(Some(poorer))
        // endregion:rollup/next
    }

    // region:rollup
    /// Deletes what is too old of one series; `true` if that was all.
    fn delete(&mut self, connection: &Connection, series: i64) -> engine::Result<bool> {
        let run = |sql, cut: i64| connection.prepare_cached(sql)?.execute(params![series, cut]);
        let [raw, minute, hour] = self.cuts;
        self.expired.chunks += run("DELETE FROM chunk WHERE series = ?1 AND from_ms < ?2", raw)?;
        self.expired.minutes += run("DELETE FROM minute WHERE series = ?1 AND from_ms < ?2", minute)?;
        self.expired.hours += run("DELETE FROM hour WHERE series = ?1 AND from_ms < ?2", hour)?;
        let gone = connection
            .prepare_cached(
                "DELETE FROM series WHERE id = ?1
                 AND NOT EXISTS (SELECT 1 FROM chunk WHERE series = ?1) AND NOT EXISTS (SELECT 1 FROM minute WHERE series = ?1)
                 AND NOT EXISTS (SELECT 1 FROM hour WHERE series = ?1) AND NOT EXISTS (SELECT 1 FROM recent WHERE host = series.host)",
            )?
            .execute(params![series])?;
        self.expired.series += gone;
        Ok(gone > 0)
    }
    // endregion:rollup
}
