//! One file read by all cores.
//!
//! The file is cut into chunks, wherever the cut falls. A line belongs to the chunk in which it starts, so that every line has exactly
//! one owner, and threads that are done early take the next chunk. Each thread counts into tables of its own: nothing is shared
//! while counting, and the tables are merged once at the end.

use std::fs::File;
use std::io;
// region:parallel
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
// endregion:parallel

use crate::filter::Filter;
// region:parallel
use crate::lines::{Lines, Section};
use crate::summary::Sample;
// endregion:parallel
use crate::summary::Summary;

/// How much a thread reads at once, in bytes.
pub const STEP: usize = 256 << 10;

// region:parallel
/// The bounds of a chunk's size, in bytes: small ones share the work of a small file, large ones make cuts rare.
const CHUNK: (u64, u64) = (64 << 10, 8 << 20);

/// What is known of a chunk alone: how many lines start in it, and its malformed ones, numbered from its own start.
#[derive(Debug)]
struct Head {
    chunk: u64,
    lines: u64,
    samples: Vec<Sample>,
}
// endregion:parallel

/// Counts the first `size` bytes of `file` with `threads` threads, and returns the same as one thread would.
///
/// More threads than there are parts to read are never started.
///
/// # Errors
/// What reading says, or starting a thread.
///
/// # Panics
/// When a thread panicked.
pub fn read(file: &File, size: u64, threads: usize, filter: &Filter) -> io::Result<Summary> {
    // region:parallel/read Let threads take chunks off one counter, each with a summary of its own; merge, then number the lines.
    let threads = threads as u64;
    let chunk = (size / threads.saturating_mul(8)).clamp(CHUNK.0, CHUNK.1);
    let chunks = size.div_ceil(chunk);
    let next = AtomicU64::new(0);
    let work = || -> io::Result<(Summary, Vec<Head>)> {
        let mut summary = Summary::default();
        let mut heads = Vec::new();
        loop {
            let number = next.fetch_add(1, Ordering::Relaxed);
            if number >= chunks {
                return Ok((summary, heads));
            }
            let start = number * chunk;
            read_chunk(file, size, start, start + chunk, filter, &mut summary)?;
            heads.push(Head {
                chunk: number,
                lines: std::mem::take(&mut summary.lines),
                samples: std::mem::take(&mut summary.samples),
            });
        }
    };
    let parts: Vec<(Summary, Vec<Head>)> = thread::scope(|scope| {
        let threads = (0..threads.min(chunks))
            .map(|_| thread::Builder::new().spawn_scoped(scope, work))
            .collect::<io::Result<Vec<_>>>()?;
        threads
            .into_iter()
            .map(|thread| thread.join().expect("a thread panicked"))
            .collect::<io::Result<_>>()
    })?;

    let mut whole = Summary::default();
    let mut heads = Vec::new();
    for (summary, mut its_heads) in parts {
        whole.merge(summary);
        heads.append(&mut its_heads);
    }
    heads.sort_unstable_by_key(|head| head.chunk);
    for head in heads {
        let mut numbered = Summary::default();
        (numbered.lines, numbered.samples) = (head.lines, head.samples);
        whole.merge(numbered);
    }
    Ok(whole)
    // endregion:parallel/read
}
// region:parallel

/// Counts the lines that start in `start..end`.
fn read_chunk(
    file: &File,
    size: u64,
    start: u64,
    end: u64,
    filter: &Filter,
    summary: &mut Summary,
) -> io::Result<()> {
    let mut first = start;
    if start > 0 {
        // The line that the byte before belongs to is another chunk's. It may be longer than this chunk, which then has no line.
        let before = start - 1;
        let mut lines = Lines::new(Section::new(file, before, end.min(size)), 4 << 10, before);
        first = lines.next()?.map_or(end, |line| line.end);
    }
    if first >= end.min(size) {
        return Ok(());
    }
    let mut lines = Lines::new(Section::new(file, first, size), STEP, first);
    summary.read(&mut lines, end, filter)
}
// endregion:parallel

/// Returns how many threads to use unless told otherwise: as many as this process has processors.
pub fn default_threads() -> usize {
    //~parallel 1 // parallel: as many as `std::thread::available_parallelism` says
    // region:parallel
    thread::available_parallelism().map_or(1, usize::from)
    // endregion:parallel
}
