//! What a series was in a range, from whichever tables have it.

use std::time::Duration;

use collect::Kind;

use crate::engine::Connection;
use crate::error::Fault;
use crate::reader::{HostId, SeriesId};
use crate::retention::cut;
use crate::rollup::{self, HOUR_MS, MINUTE_MS};
use crate::sample::Value;
use crate::steps::{Bucket, Steps, Summing};
use crate::{chunk, recent};

/// A series as it is asked about.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Asked {
    pub(crate) id: SeriesId,
    pub(crate) host: HostId,
    /// What is asked for: values, or growth.
    pub(crate) kind: Kind,
    /// Whether that is what its minutes and hours hold.
    pub(crate) is_summed: bool,
}

/// Goes through the samples from a time until before another, in order.
pub(crate) fn each(
    connection: &Connection,
    asked: Asked,
    from_ms: i64,
    to_ms: i64,
    mut with: impl FnMut(Value),
) -> Result<(), Fault> {
    let recent = recent::of_series(connection, asked.host, asked.id, from_ms, to_ms)?;
    // region:pack/each
    // Chunks come in order, and what is recent is sorted: of two next ones the earlier.
    let mut recent = recent.into_iter().peekable();
    chunk::each(connection, asked.id, from_ms, to_ms, |values| {
        for value in values
            .iter()
            .filter(|value| (from_ms..to_ms).contains(&value.time_ms))
        {
            while let Some(late) = recent.next_if(|late| late.time_ms < value.time_ms) {
                with(late);
            }
            with(*value);
        }
    })?;
    recent.for_each(with);
    //~ // Stage pack: there may be chunks as well.
    //~ for value in recent {
    //~     with(value);
    //~ }
    // endregion:pack/each
    Ok(())
}

/// Returns the last sample before a time.
pub(crate) fn before(connection: &Connection, asked: Asked, time_ms: i64) -> Result<Option<Value>, Fault> {
    let recent = recent::before(connection, asked.host, asked.id, time_ms)?;
    let packed = chunk::before(connection, asked.id, time_ms)?;
    Ok(match (recent, packed) {
        (Some(recent), Some(packed)) if packed.time_ms > recent.time_ms => Some(packed),
        (recent, packed) => recent.or(packed),
    })
}

/// Sums up a range by steps.
pub(crate) fn steps(
    connection: &Connection,
    asked: Asked,
    from_ms: i64,
    to_ms: i64,
    step: Duration,
) -> Result<Vec<Bucket>, Fault> {
    let mut steps = Steps::new(step);
    // region:rollup/steps
    let kept = Kept {
        raw_ms: cut(connection, "raw")?,
        minute_ms: cut(connection, "minute")?,
    };
    let finest = match steps.length() {
        length if !asked.is_summed || length % MINUTE_MS != 0 => None,
        length if length % HOUR_MS == 0 => Some(Resolution::Hour),
        _ => Some(Resolution::Minute),
    };
    let whole_until = match finest {
        Some(_) => recent::first(connection, asked.host, asked.id)?.unwrap_or(i64::MAX),
        None => i64::MIN,
    };
    for part in kept.parts(from_ms, to_ms, finest, whole_until) {
        if part.from_ms >= part.to_ms {
            continue;
        }
        match part.resolution {
            None => raw(connection, asked, part.from_ms, part.to_ms, &mut steps)?,
            Some(_) if !asked.is_summed => {}
            Some(Resolution::Minute) => {
                rollup::each_minute(
                    connection,
                    asked.id,
                    asked.kind,
                    part.from_ms,
                    part.to_ms,
                    |bucket| steps.add(bucket),
                )?;
            }
            Some(Resolution::Hour) => {
                rollup::each_hour(connection, asked.id, part.from_ms, part.to_ms, |bucket| {
                    steps.add(bucket)
                })?;
            }
        }
    }
    //~ // Stage rollup: minutes and hours, where they say the same, or where there is nothing else.
    //~ raw(connection, asked, from_ms, to_ms, &mut steps)?;
    // endregion:rollup/steps
    Ok(steps.finish())
}

/// Sums up samples, of which each adds to the step that it is in.
fn raw(
    connection: &Connection,
    asked: Asked,
    from_ms: i64,
    to_ms: i64,
    steps: &mut Steps,
) -> Result<(), Fault> {
    // region:query `Summing` says what each sample adds. Of a counter it has to know the last sample before the range.
    let last = match asked.kind {
        Kind::Gauge => None,
        Kind::Counter => before(connection, asked, from_ms)?,
    };
    let mut summing = Summing::new(asked.kind, last);
    each(connection, asked, from_ms, to_ms, |value| {
        if let Some(bucket) = summing.next(value) {
            steps.add(&bucket);
        }
    })
    // endregion:query
}

// region:rollup
/// From when on there are samples, and minutes. Both are the beginnings of hours.
struct Kept {
    raw_ms: i64,
    minute_ms: i64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Resolution {
    Minute,
    Hour,
}

/// A part of a range, and what it is read from: samples, if no resolution is given.
struct Part {
    from_ms: i64,
    to_ms: i64,
    resolution: Option<Resolution>,
}

impl Kept {
    /// Parts a range: hours where there is nothing else, then minutes, then samples. Among these, whole steps of `finest` in which nothing is
    /// recent are read from that, for it says the same.
    fn parts(&self, from_ms: i64, to_ms: i64, finest: Option<Resolution>, whole_until: i64) -> [Part; 5] {
        let part = |from_ms, to_ms, resolution| Part {
            from_ms,
            to_ms,
            resolution,
        };
        let from_minute = from_ms.max(self.minute_ms);
        let from_raw = from_ms.max(self.raw_ms);
        let unit = match finest {
            None => i64::MAX,
            Some(Resolution::Minute) => MINUTE_MS,
            Some(Resolution::Hour) => HOUR_MS,
        };
        let first = match from_raw.rem_euclid(unit) {
            0 => from_raw,
            over => from_raw.saturating_add(unit - over),
        };
        let end = to_ms.min(whole_until);
        let last = end.saturating_sub(end.rem_euclid(unit));
        let (first, last) = match finest {
            Some(_) if first < last => (first, last),
            _ => (to_ms, to_ms),
        };
        [
            part(from_ms, to_ms.min(self.minute_ms), Some(Resolution::Hour)),
            part(
                from_minute,
                to_ms.min(self.raw_ms),
                finest.or(Some(Resolution::Minute)),
            ),
            part(from_raw, first, None),
            part(first, last, finest),
            part(last, to_ms, None),
        ]
    }
}
// endregion:rollup
