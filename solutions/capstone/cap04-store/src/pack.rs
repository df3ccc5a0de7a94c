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
pub(crate) fn host(connection: &Connection, head: &mut Head, until_ms: i64) -> Result<(), Fault> {
    // region:pack Of every series the fresh samples from before that time; then these are neither in the table `recent` nor in the head any more.
    let open_ms = window(head.newest_ms());
    for end_ms in [until_ms.min(open_ms), until_ms] {
        for slot in head.slots_mut() {
            let count = slot.fresh.partition_point(|value| value.time_ms < end_ms);
            if count == 0 {
                continue;
            }
            let left = slot.fresh.split_off(count);
            let packed = std::mem::replace(&mut slot.fresh, left);
            series(connection, slot.id, slot.kind, &packed, slot.packed_until)?;
            slot.packed_until = slot.packed_until.max(packed[count - 1].time_ms);
        }
    }
    recent::delete_before(connection, head.id, until_ms)?;
    head.is_packed(until_ms);
    Ok(())
    // endregion:pack
}

/// Packs samples of a series, sorted by time, none of which is in a chunk. The newest sample that is in one is of `packed_until`.
pub(crate) fn series(
    connection: &Connection,
    id: SeriesId,
    kind: Kind,
    fresh: &[Value],
    packed_until: i64,
) -> Result<(), Fault> {
    // region:pack/series Window by window: what its chunks hold and what is fresh, sorted, takes the place of its chunks.
    for fresh in fresh.chunk_by(|one, next| window(one.time_ms) == window(next.time_ms)) {
        let from_ms = window(fresh[0].time_ms);
        let mut values = match packed_until >= from_ms {
            true => chunk::in_window(connection, id, from_ms)?,
            false => Vec::new(),
        };
        values.extend(fresh);
        values.sort_by_key(|value| value.time_ms);
        chunk::replace(connection, id, from_ms, &values)?;
    }
    // endregion:pack/series
    // region:rollup/packed
    rollup::packed(connection, id, kind, fresh, packed_until)
    //~ let _ = kind; // Stage rollup: sum up the windows that have changed.
    //~ Ok(())
    // endregion:rollup/packed
}
