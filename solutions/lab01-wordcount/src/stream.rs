//! The same counts in bounded memory, however long the input, or one line of it, is.

use std::io::{self, Read};

// region:stream
use crate::class::{Class, first};
// endregion:stream
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
pub fn count(input: &mut impl Read, walk: &mut Walk) -> io::Result<()> {
    // region:stream Read into one buffer again and again; walk over all but a cut character, and move that to the front.
    let mut buffer = vec![0; CHUNK];
    let mut kept = 0;
    loop {
        let read = match input.read(&mut buffer[kept..]) {
            Ok(read) => read,
            Err(error) => {
                walk.text(&buffer[..kept]);
                return Err(error);
            }
        };
        let filled = kept + read;
        let whole = if read == 0 {
            filled
        } else {
            whole_characters(&buffer[..filled])
        };
        walk.text(&buffer[..whole]);
        if read == 0 {
            return Ok(());
        }
        buffer.copy_within(whole..filled, 0);
        kept = filled - whole;
    }
    // endregion:stream
}

/// Tallies what `input` still holds, piece by piece; needs memory for the longest stretch without a [`seam`].
///
/// # Errors
/// The first error of `input`; what was read before it has been tallied.
pub fn tally(input: &mut impl Read, tally: &mut Tally) -> io::Result<()> {
    // region:stream Tally up to the last seam of what was read, keep the rest for the next time, and read more when there is no seam.
    let mut buffer = vec![0; CHUNK];
    let mut filled = 0;
    loop {
        if filled == buffer.len() {
            buffer.resize(2 * filled, 0);
        }
        let read = match input.read(&mut buffer[filled..]) {
            Ok(0) => {
                tally.text(&buffer[..filled]);
                return Ok(());
            }
            Ok(read) => read,
            Err(error) => {
                tally.text(&buffer[..filled]);
                return Err(error);
            }
        };
        // What was searched before holds no seam, except that its last byte may be followed by one now.
        let searched = filled.saturating_sub(1);
        filled += read;
        if let Some(seam) = last_seam(&buffer[searched..filled]) {
            let seam = searched + seam;
            tally.text(&buffer[..seam]);
            buffer.copy_within(seam..filled, 0);
            filled -= seam;
        }
    }
    // endregion:stream
}

// region:given/seam
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
// endregion:given/seam
// region:stream

/// Tells how many bytes of `text` are whole characters: all but at most five at its end.
fn whole_characters(text: &[u8]) -> usize {
    let tail = text.len().saturating_sub(5);
    (tail..text.len())
        .find(|&at| first(&text[at..]).0 == Class::Cut)
        .unwrap_or(text.len())
}

/// Finds the last place in `text` where it may be cut.
fn last_seam(text: &[u8]) -> Option<usize> {
    (1..=text.len()).rev().find(|&at| seam(text, at))
}
// endregion:stream
