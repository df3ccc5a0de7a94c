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
    // Stage pack: there may be chunks as well.
    for value in recent {
        with(value);
    }
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
    // Stage rollup: minutes and hours, where they say the same, or where there is nothing else.
    raw(connection, asked, from_ms, to_ms, &mut steps)?;
    Ok(steps.finish())
}

/// Sums up samples, of which each adds to the step that it is in.
#[expect(unused_variables, reason = "goes with the todo!")]
fn raw(
    connection: &Connection,
    asked: Asked,
    from_ms: i64,
    to_ms: i64,
    steps: &mut Steps,
) -> Result<(), Fault> {
    todo!(
        "query: `Summing` says what each sample adds. Of a counter it has to know the last sample before the range."
    )
}
