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
#[expect(unused_variables, reason = "goes with the todo!")]
pub(super) fn width(numbers: &[i64]) -> u32 {
    todo!(
        "codec: Count how many numbers have 0, 1 … 64 bits after zigzag, and try all widths on these counts."
    )
}

/// Writes numbers with a width.
#[expect(unused_variables, reason = "goes with the todo!")]
pub(super) fn write(numbers: &[i64], width: u32, out: &mut BitWriter) {
    todo!("codec: As the table above says.")
}

/// Reads the next number; `None` if the bits end before it does.
#[expect(unused_variables, reason = "goes with the todo!")]
pub(super) fn read(width: u32, bits: &mut BitReader<'_>) -> Option<i64> {
    todo!("codec: Up to three bits say how many follow.")
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
