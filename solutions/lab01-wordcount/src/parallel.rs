//! The same counts on all cores: a file is cut where no word is, and each thread streams a part of its own.

// region:parallel
use std::io::Read;
// endregion:parallel
use std::io;
use std::ops::Range;
// region:parallel
use std::thread;
// endregion:parallel

use crate::count::Walk;
use crate::input::Input;
// region:parallel
use crate::input::Part;
// endregion:parallel
use crate::tally::Tally;
// region:parallel
use crate::stream::{self, CHUNK, seam};
// endregion:parallel

/// Bytes below which starting a thread takes longer than it saves.
pub const WORTHWHILE: u64 = 64 * 1024;

/// Counts the bytes `place` of `input`, a regular file, on at most `threads` threads.
///
/// # Errors
/// The first error of reading, by its place in the file.
pub fn count(input: &Input, place: Range<u64>, threads: usize, walk: &mut Walk) -> io::Result<()> {
    // region:parallel Cut the place into parts, count each on a thread of its own, and add up the counts.
    let columns = walk.columns;
    let walks = on_each_part(input, place, threads, |part| {
        let mut walk = Walk::new(columns);
        let ended = stream::count(part, &mut walk);
        (walk, ended)
    });
    let mut ended = Ok(());
    for (part, part_ended) in walks {
        walk.counts += part.counts;
        ended = ended.and(part_ended);
    }
    ended.and(input.move_to_end())
    // endregion:parallel
}

/// Tallies the bytes `place` of `input`, a regular file, on at most `threads` threads.
///
/// # Errors
/// The first error of reading, by its place in the file.
pub fn tally(input: &Input, place: Range<u64>, threads: usize, tally: &mut Tally) -> io::Result<()> {
    // region:parallel Give each thread a part and a tally of its own; a table that all share would make them wait.
    let rules = tally.rules();
    let tallies = on_each_part(input, place, threads, |part| {
        let mut tally = Tally::new(rules);
        let ended = stream::tally(part, &mut tally);
        (tally, ended)
    });
    let mut ended = Ok(());
    for (part, part_ended) in tallies {
        tally.merge(part);
        ended = ended.and(part_ended);
    }
    ended.and(input.move_to_end())
    // endregion:parallel
}
// region:parallel

/// Does `work` for each part of `place` on a thread of its own and hands back what each made, in the order of the file.
fn on_each_part<T: Send>(
    input: &Input,
    place: Range<u64>,
    threads: usize,
    work: impl Fn(&mut Part<'_>) -> T + Sync,
) -> Vec<T> {
    let parts = parts(input, place, threads);
    let work = &work;
    thread::scope(|scope| {
        let running: Vec<_> = parts
            .into_iter()
            .map(|part| scope.spawn(move || work(&mut input.part(part))))
            .collect();
        running
            .into_iter()
            .map(|thread| thread.join().expect("counting does not panic"))
            .collect()
    })
}

/// Cuts `place` into at most `wanted` parts of about one size, none for less than a thread is worth. The last one has no
/// end, as the file may have grown.
fn parts(input: &Input, place: Range<u64>, wanted: usize) -> Vec<Range<u64>> {
    let length = place.end - place.start;
    let wanted = (wanted as u64).min(length / WORTHWHILE);
    let mut parts = Vec::new();
    let mut start = place.start;
    for nth in 1..wanted {
        let about = place.start + (u128::from(length) * u128::from(nth) / u128::from(wanted)) as u64;
        if let Some(cut) = next_seam(input, about.max(start)..place.end) {
            parts.push(start..cut);
            start = cut;
        }
    }
    parts.push(start..u64::MAX);
    parts
}

/// Finds the first place after `place.start` where the file may be cut; a file that cannot be read has none, and the
/// thread that reads it will say why.
fn next_seam(input: &Input, place: Range<u64>) -> Option<u64> {
    let mut start = place.start;
    let mut buffer = vec![0; CHUNK];
    while start < place.end {
        let read = input.part(start..place.end).read(&mut buffer).ok()?;
        let text = &buffer[..read];
        if let Some(at) = (1..text.len()).find(|&at| seam(text, at)) {
            return Some(start + at as u64);
        }
        // The last byte is read again: what follows it decides.
        start += (read as u64).checked_sub(1).filter(|&more| more > 0)?;
    }
    None
}
// endregion:parallel
