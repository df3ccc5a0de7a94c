//! One answer, from its first byte to its last.

// region:single
use std::thread;
use std::time::Instant;
// endregion:single

use crate::answer::Trouble;
use crate::http::Reply;
// region:single
use crate::store::Writer;
// endregion:single
use crate::run::Run;
use crate::store::Store;

/// Reads an answer that is the whole file, and writes it from the beginning. Before each read it takes leave of `run.limit`, which makes
/// nobody wait without `--limit`.
///
/// # Errors
/// A fault of the connection, or [`Trouble::Fatal`] when the disk does not take what came. What was written before is kept and recorded.
pub fn save(run: &Run, reply: &mut Reply, store: &Store) -> Result<(), Trouble> {
    // region:single/save Read into a buffer of `run.piece()` bytes, and let a `Writer` write each piece, until 0 says the end; at the end, and after a fault, let it record the rest.
    let mut writer = Writer::new(store, 0);
    let mut buffer = vec![0; run.piece()];
    let ended = loop {
        let (leave, wait) = run.limit.take(buffer.len(), Instant::now());
        thread::sleep(wait);
        match reply.read(&mut buffer[..leave]) {
            Ok(0) => break Ok(()),
            Ok(got) => {
                run.limit.give_back(leave - got);
                writer.write(&buffer[..got])?;
                run.progress.came(0, got as u64, 0);
            }
            Err(fault) => break Err(fault.into()),
        }
    };
    writer.record()?;
    ended
    // endregion:single/save
}
