//! The same counts on all cores: a file is cut where no word is, and each thread streams a part of its own.

use std::io;
use std::ops::Range;

use crate::count::Walk;
use crate::input::Input;
use crate::tally::Tally;

/// Bytes below which starting a thread takes longer than it saves.
pub const WORTHWHILE: u64 = 64 * 1024;

/// Counts the bytes `place` of `input`, a regular file, on at most `threads` threads.
///
/// # Errors
/// The first error of reading, by its place in the file.
#[expect(unused_variables, reason = "goes with the todo!")]
pub fn count(input: &Input, place: Range<u64>, threads: usize, walk: &mut Walk) -> io::Result<()> {
    todo!("parallel: Cut the place into parts, count each on a thread of its own, and add up the counts.")
}

/// Tallies the bytes `place` of `input`, a regular file, on at most `threads` threads.
///
/// # Errors
/// The first error of reading, by its place in the file.
#[expect(unused_variables, reason = "goes with the todo!")]
pub fn tally(input: &Input, place: Range<u64>, threads: usize, tally: &mut Tally) -> io::Result<()> {
    todo!(
        "parallel: Give each thread a part and a tally of its own; a table that all share would make them wait."
    )
}
