//! The same counts in bounded memory, however long the input, or one line of it, is.

use std::io::{self, Read};

use crate::count::Walk;
use crate::tally::Tally;

/// How many bytes are read at a time.
pub const CHUNK: usize = 64 * 1024;

/// Counts what `input` still holds, piece by piece.
///
/// A character may be cut by the end of a piece: its bytes wait for the next one.
///
/// # Errors
/// The first error of `input`; what was read before it has been counted.
#[expect(unused_variables, reason = "goes with the todo!")]
pub fn count(input: &mut impl Read, walk: &mut Walk) -> io::Result<()> {
    todo!(
        "stream: Read into one buffer again and again; walk over all but a cut character, and move that to the front."
    )
}

/// Tallies what `input` still holds, piece by piece; needs memory for the longest stretch without a [`seam`].
///
/// # Errors
/// The first error of `input`; what was read before it has been tallied.
#[expect(unused_variables, reason = "goes with the todo!")]
pub fn tally(input: &mut impl Read, tally: &mut Tally) -> io::Result<()> {
    todo!(
        "stream: Tally up to the last seam of what was read, keep the rest for the next time, and read more when there is no seam."
    )
}

/// Tells whether a text may be cut before `text[at]` so that both parts hold the same words as the whole, whichever way
/// words are split: after a newline, and after a space that a letter or digit of ASCII follows.
///
/// A space alone does not do: by UAX #29 an accent that follows it belongs to it.
pub fn seam(text: &[u8], at: usize) -> bool {
    match text[at - 1] {
        b'\n' => true,
        b' ' => text.get(at).is_some_and(u8::is_ascii_alphanumeric),
        _ => false,
    }
}
