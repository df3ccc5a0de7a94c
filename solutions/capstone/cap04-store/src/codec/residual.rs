//! What is left when a guess has been taken off: numbers that are mostly 0, else mostly short.
//!
//! | number, after zigzag | bits |
//! |---|---|
//! | 0 | `0` |
//! | fits `width` bits | `10` and `width` bits |
//! | fits twice as many | `110` and 2 · `width` bits |
//! | any other | `111` and 64 bits |
//!
//! The width is one for all numbers of a column, from 1 to 32; 0 says that all of them are 0, and then no bit is written.

use super::bits::{BitReader, BitWriter};
use super::number::{unzigzag, zigzag};

/// The largest width.
const WIDEST: u32 = 32;

/// Returns the width with which these numbers need the fewest bits; of several the smallest.
pub(super) fn width(numbers: &[i64]) -> u32 {
    // region:codec Count how many numbers have 0, 1 … 64 bits after zigzag, and try all widths on these counts.
    let mut of_length = [0_usize; 65];
    for number in numbers {
        of_length[(64 - zigzag(*number).leading_zeros()) as usize] += 1;
    }
    if of_length[0] == numbers.len() {
        return 0;
    }
    let mut at_most = of_length;
    for length in 1..65 {
        at_most[length] += at_most[length - 1];
    }
    let bits = |width: u32| {
        let width = width as usize;
        let (short, long) = (at_most[width], at_most[2 * width]);
        at_most[0]
            + (short - at_most[0]) * (2 + width)
            + (long - short) * (3 + 2 * width)
            + (at_most[64] - long) * 67
    };
    (1..=WIDEST).min_by_key(|width| bits(*width)).unwrap_or(WIDEST)
    // endregion:codec
}

/// Writes numbers with a width.
pub(super) fn write(numbers: &[i64], width: u32, out: &mut BitWriter) {
    // region:codec As the table above says.
    if width == 0 {
        return;
    }
    for number in numbers {
        let folded = zigzag(*number);
        match 64 - folded.leading_zeros() {
            0 => out.push(0, 1),
            length if length <= width => {
                out.push(0b10, 2);
                out.push(folded, width);
            }
            length if length <= 2 * width => {
                out.push(0b110, 3);
                out.push(folded, 2 * width);
            }
            _ => {
                out.push(0b111, 3);
                out.push(folded, 64);
            }
        }
    }
    // endregion:codec
}

/// Reads the next number; `None` if the bits end before it does.
pub(super) fn read(width: u32, bits: &mut BitReader<'_>) -> Option<i64> {
    // region:codec Up to three bits say how many follow.
    if width == 0 || bits.take(1)? == 0 {
        return Some(0);
    }
    let length = if bits.take(1)? == 0 {
        width
    } else if bits.take(1)? == 0 {
        2 * width
    } else {
        64
    };
    bits.take(length).map(unzigzag)
    // endregion:codec
}

/// Reads a column's width.
pub(super) fn checked(width: u8) -> Option<u32> {
    Some(u32::from(width)).filter(|width| *width <= WIDEST)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_width_is_the_one_that_needs_the_fewest_bits() {
        for (numbers, expected) in [
            (vec![], 0),
            (vec![0, 0, 0], 0),
            (vec![0, 1, 0], 2),
            (vec![-1], 1),
            (vec![100, 100, 100, 5], 4),
            (vec![100, 100, 100, 100], 8),
            (vec![1, 1, 1, 1, 1, 1, 7], 2),
            (vec![i64::MIN], 1),
        ] {
            assert_eq!(width(&numbers), expected, "{numbers:?}");
        }
    }

    #[test]
    fn numbers_come_back_with_every_width() {
        let numbers = [0, 1, -1, 5, -300, 70_000, i64::MAX, i64::MIN, 0];
        for width in 1..=WIDEST {
            let mut writer = BitWriter::default();
            write(&numbers, width, &mut writer);
            let mut bytes = vec![];
            writer.finish(&mut bytes);
            let mut bits = BitReader::new(&bytes);
            for number in numbers {
                assert_eq!(read(width, &mut bits), Some(number));
            }
        }
    }
}
