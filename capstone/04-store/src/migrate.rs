//! From version 1, in which each sample was a row, to chunks.

use collect::Kind;

use crate::chunk::window;
use crate::engine::{Connection, params};
use crate::error::Fault;
use crate::pack;
use crate::reader::SeriesId;
use crate::sample::Value;

/// Packs the samples of the table `sample` and drops it, within the transaction that makes the new tables: a database is whole before, and
/// whole after. One window of one series is in memory at a time.
#[expect(unused_variables, reason = "goes with the todo!")]
pub(crate) fn from_1(connection: &Connection) -> Result<(), Fault> {
    todo!(
        "crash: Series by series in the order of time, and `pack::series` for each window; then drop the table."
    )
}
