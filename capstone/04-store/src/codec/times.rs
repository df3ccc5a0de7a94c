//! A column of times: the first one, the first interval, and by how much each further interval differs from the one before it.

use super::bits::{BitReader, BitWriter};
use super::number::{put, take, take_byte, unzigzag, zigzag};
use super::residual;

/// Appends times. There is at least one; any `i64` will do, since differences wrap around.
#[expect(unused_variables, reason = "goes with the todo!")]
pub(super) fn encode(times: &[i64], out: &mut Vec<u8>) {
    todo!(
        "codec: The first time; if there are two, the first interval and the width; then the bits of the differences of intervals."
    )
}

/// Takes `count` times off the front of `bytes`; `None` if they are not there.
#[expect(unused_variables, reason = "goes with the todo!")]
pub(super) fn decode(bytes: &mut &[u8], count: usize) -> Option<Vec<i64>> {
    todo!("codec: The same way back: each interval is the last one and a difference.")
}
