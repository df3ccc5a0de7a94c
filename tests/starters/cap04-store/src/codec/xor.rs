//! Values by what differs in their bits from the value before, as Gorilla writes them.
//!
//! Source: Pelkonen and others, *Gorilla: A Fast, Scalable, In-Memory Time Series Database*, VLDB 2015, section 4.1.2.

use super::bits::{BitReader, BitWriter};

/// What a number of five bits holds: more zeros in front are not counted.
const MOST_LEADING: u32 = 31;

/// Says which bits of a difference are written.
#[derive(Clone, Copy)]
struct Window {
    leading: u32,
    length: u32,
}

/// Appends values.
#[expect(unused_variables, reason = "goes with the todo!")]
pub(super) fn write(values: &[f64], out: &mut BitWriter) {
    todo!(
        "codec: 64 bits of the first; then `0` for the same value, `10` and the bits in the last window, or `11`, 5 and 6 bits and the bits in a new one."
    )
}

/// Reads `count` values; `None` if they are not there.
#[expect(unused_variables, reason = "goes with the todo!")]
pub(super) fn read(count: usize, bits: &mut BitReader<'_>) -> Option<Vec<f64>> {
    todo!(
        "codec: The same way back. A window that does not fit 64 bits, or that is used before there is one, is no value."
    )
}
