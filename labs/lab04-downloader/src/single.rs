//! One answer, from its first byte to its last.

use crate::answer::Trouble;
use crate::http::Reply;
use crate::run::Run;
use crate::store::Store;

/// Reads an answer that is the whole file, and writes it from the beginning. Before each read it takes leave of `run.limit`, which makes
/// nobody wait without `--limit`.
///
/// # Errors
/// A fault of the connection, or [`Trouble::Fatal`] when the disk does not take what came. What was written before is kept and recorded.
#[expect(unused_variables, reason = "goes with the todo!")]
pub fn save(run: &Run, reply: &mut Reply, store: &Store) -> Result<(), Trouble> {
    todo!(
        "single: Read into a buffer of `run.piece()` bytes, and let a `Writer` write each piece, until 0 says the end; at the end, and after a fault, let it record the rest."
    )
}
