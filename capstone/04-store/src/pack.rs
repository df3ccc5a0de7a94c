//! Recent samples are put into chunks, a host at a time.

use collect::Kind;

use crate::chunk::{self, window};
use crate::engine::Connection;
use crate::error::Fault;
use crate::head::Head;
use crate::reader::SeriesId;
use crate::sample::Value;
use crate::{recent, rollup};

/// Packs the recent samples of a host that are from before a time. Whoever calls it commits.
///
/// Windows that have ended come first, those that go on behind them: what is written again soon lies together, and whole pages come free.
#[expect(unused_variables, reason = "goes with the todo!")]
pub(crate) fn host(connection: &Connection, head: &mut Head, until_ms: i64) -> Result<(), Fault> {
    todo!(
        "pack: Of every series the fresh samples from before that time; then these are neither in the table `recent` nor in the head any more."
    )
}

/// Packs samples of a series, sorted by time, none of which is in a chunk. The newest sample that is in one is of `packed_until`.
#[expect(unused_variables, unreachable_code, reason = "goes with the todo!")]
pub(crate) fn series(
    connection: &Connection,
    id: SeriesId,
    kind: Kind,
    fresh: &[Value],
    packed_until: i64,
) -> Result<(), Fault> {
    todo!(
        "pack: Window by window: what its chunks hold and what is fresh, sorted, takes the place of its chunks."
    );
    let _ = kind; // Stage rollup: sum up the windows that have changed.
    Ok(())
}
