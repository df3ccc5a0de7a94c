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

#[expect(unused_variables, reason = "goes with the todo!")]
fn cut_at(now_ms: i64, kept: Duration) -> i64 {
    let kept_ms = i64::try_from(kept.as_millis()).unwrap_or(i64::MAX);
    todo!("rollup: The beginning of the window in which the moment is that is so long ago.")
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
    #[expect(unused_variables, reason = "goes with the todo!")]
    pub(crate) fn begin(
        connection: &mut Connection,
        now_ms: i64,
        retention: &Retention,
    ) -> Result<Self, Fault> {
        todo!(
            "rollup: All cuts in one transaction (immediate), none behind the window of the first sample that is recent; one never goes back. Then read them again, and all series with their hosts."
        )
    }

    /// Deletes what is too old of the next series, in one transaction. Returns the hosts that lost a series by that, or `None` when all is done.
    #[expect(unused_variables, reason = "goes with the todo!")]
    pub(crate) fn next(&mut self, connection: &mut Connection) -> Result<Option<Vec<HostId>>, Fault> {
        todo!(
            "rollup: The last SLICE series that are left: what is before the cuts, and then the series itself if nothing is left of it. When there is none left, `give_back`."
        )
    }
}
