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
pub(super) fn write(values: &[f64], out: &mut BitWriter) {
    // region:codec 64 bits of the first; then `0` for the same value, `10` and the bits in the last window, or `11`, 5 and 6 bits and the bits in a new one.
    let mut last = 0;
    let mut window: Option<Window> = None;
    for (n, value) in values.iter().enumerate() {
        let now = value.to_bits();
        let difference = now ^ last;
        last = now;
        if n == 0 {
            out.push(now, 64);
            continue;
        }
        if difference == 0 {
            out.push(0, 1);
            continue;
        }
        let leading = difference.leading_zeros().min(MOST_LEADING);
        let trailing = difference.trailing_zeros();
        let fits =
            |window: &Window| leading >= window.leading && trailing >= 64 - window.leading - window.length;
        let window = match window.filter(fits) {
            Some(window) => {
                out.push(0b10, 2);
                window
            }
            None => {
                let length = 64 - leading - trailing;
                out.push(0b11, 2);
                out.push(leading.into(), 5);
                out.push((length - 1).into(), 6);
                *window.insert(Window { leading, length })
            }
        };
        out.push(difference >> (64 - window.leading - window.length), window.length);
    }
    // endregion:codec
}

/// Reads `count` values; `None` if they are not there.
pub(super) fn read(count: usize, bits: &mut BitReader<'_>) -> Option<Vec<f64>> {
    // region:codec The same way back. A window that does not fit 64 bits, or that is used before there is one, is no value.
    let mut values = Vec::with_capacity(count);
    let mut last = bits.take(64)?;
    values.push(f64::from_bits(last));
    let mut window: Option<Window> = None;
    while values.len() < count {
        if bits.take(1)? == 1 {
            if bits.take(1)? == 1 {
                let leading = bits.take(5)? as u32;
                let length = bits.take(6)? as u32 + 1;
                window = Some(Window { leading, length }).filter(|_| leading + length <= 64);
            }
            let Window { leading, length } = window?;
            last ^= bits.take(length)? << (64 - leading - length);
        }
        values.push(f64::from_bits(last));
    }
    Some(values)
    // endregion:codec
}
