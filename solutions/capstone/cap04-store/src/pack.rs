//! Recent samples are put into chunks, a host at a time.

use collect::Kind;
use rusqlite::Connection;

use crate::chunk::{self, window};
use crate::error::Fault;
use crate::head::Head;
use crate::reader::SeriesId;
use crate::rollup;
use crate::sample::Value;

/// Packs all recent samples of a host. Whoever calls it commits.
pub(crate) fn host(connection: &Connection, head: &mut Head) -> Result<(), Fault> {
    // region:pack Every series that has fresh samples; then nothing of the host is recent any more, neither in the table nor in the head.
    for slot in head.slots_mut() {
        if let Some(newest) = slot.fresh.last() {
            series(connection, slot.id, slot.kind, &slot.fresh, slot.packed_until)?;
            slot.packed_until = slot.packed_until.max(newest.time_ms);
            slot.fresh = Vec::new();
        }
    }
    connection
        .prepare_cached("DELETE FROM recent WHERE host = ?1")?
        .execute([head.id.0])?;
    head.is_packed();
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
    //~ Ok(())
    // endregion:pack/series
    // region:rollup/packed
    rollup::packed(connection, id, kind, fresh, packed_until)
    //~ // Stage rollup: sum up the windows that have changed.
    // endregion:rollup/packed
}
