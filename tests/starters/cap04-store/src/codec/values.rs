//! A column of values, in the form that needs the fewest bytes.

use super::bits::{BitReader, BitWriter};
use super::number::{put, take, take_byte, unzigzag, zigzag};
use super::{decimal, residual, xor};

/// By the bits that differ: any value there is.
const XOR: u8 = 0;
/// Whole numbers by their differences: what rises and falls.
const DELTA: u8 = 1;
/// Whole numbers by how their differences change: what grows steadily.
const DELTA_OF_DELTA: u8 = 2;

/// Appends values, of which there is at least one.
#[expect(unused_variables, reason = "goes with the todo!")]
pub(super) fn encode(values: &[f64], out: &mut Vec<u8>) {
    todo!(
        "codec: Encode all forms that can be, and keep the shortest; of equals the one with the lowest number."
    )
}

/// Takes `count` values off the front of `bytes`; `None` if they are not there.
#[expect(unused_variables, reason = "goes with the todo!")]
pub(super) fn decode(bytes: &mut &[u8], count: usize) -> Option<Vec<f64>> {
    todo!(
        "codec: The first byte is the form. Whatever the bytes are: no panic, and nothing is made that is not there."
    )
}
