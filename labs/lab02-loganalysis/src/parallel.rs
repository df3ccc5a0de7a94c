//! One file read by all cores.
//!
//! The file is cut into chunks, wherever the cut falls. A line belongs to the chunk in which it starts, so that every line has exactly
//! one owner, and threads that are done early take the next chunk. Each thread counts into tables of its own: nothing is shared
//! while counting, and the tables are merged once at the end.

use std::fs::File;
use std::io;

use crate::filter::Filter;
use crate::summary::Summary;

/// How much a thread reads at once, in bytes.
pub const STEP: usize = 256 << 10;

/// Counts the first `size` bytes of `file` with `threads` threads, and returns the same as one thread would.
///
/// More threads than there are parts to read are never started.
///
/// # Errors
/// What reading says, or starting a thread.
///
/// # Panics
/// When a thread panicked.
#[expect(unused_variables, reason = "goes with the todo!")]
pub fn read(file: &File, size: u64, threads: usize, filter: &Filter) -> io::Result<Summary> {
    todo!(
        "parallel: Let threads take chunks off one counter, each with a summary of its own; merge, then number the lines."
    )
}

/// Returns how many threads to use unless told otherwise: as many as this process has processors.
pub fn default_threads() -> usize {
    1 // parallel: as many as `std::thread::available_parallelism` says
}
