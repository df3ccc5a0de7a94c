//! Values that are decimal fractions of few digits, as whole numbers: 0.25 and 1.5 are 25 and 150 hundredths.

/// The most digits behind the point.
pub(super) const MOST_DIGITS: u8 = 9;

/// The powers of ten, all of which an `f64` holds exactly.
const POWERS: [f64; MOST_DIGITS as usize + 1] = [1.0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9];

/// Up to here every whole number is an `f64`.
const EXACT: f64 = (1_u64 << f64::MANTISSA_DIGITS) as f64;

/// Returns the fewest digits behind the point with which all values are whole numbers, and these; `None` if there are none.
///
/// A value is one if the rounded product has at most 53 bits, and divided by the power of ten gives the very same bits again: what is read
/// back is exact or it is not written so. The negative zero is none.
#[expect(unused_variables, reason = "goes with the todo!")]
pub(super) fn whole(values: &[f64]) -> Option<(u8, Vec<i64>)> {
    todo!(
        "codec: For each number of digits from 0: round the products, and see whether all divide back to the same bits."
    )
}

/// Returns the value that a number is.
pub(super) fn value(number: i64, digits: u8) -> f64 {
    number as f64 / POWERS[usize::from(digits)]
}

/// Returns how many of the lowest bits are 0 in all numbers: kernels count in pages and sectors. 0 if all numbers are 0.
#[expect(unused_variables, reason = "goes with the todo!")]
pub(super) fn common_zeros(numbers: &[i64]) -> u32 {
    todo!("codec: The zeros at the end of all numbers laid over each other.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_whole_numbers_of_the_smallest_unit_that_fits_all() {
        for (values, expected) in [
            (vec![1.0, -2.0], Some((0, vec![1, -2]))),
            (vec![1.0, 0.25], Some((2, vec![100, 25]))),
            (vec![0.1, 0.2], Some((1, vec![1, 2]))),
            (vec![0.1 + 0.2], None),
            (vec![1.0 / 3.0], None),
            (vec![-0.0], None),
            (vec![f64::NAN], None),
            (vec![f64::INFINITY], None),
            (vec![1e300], None),
            (vec![EXACT], Some((0, vec![1 << 53]))),
            (vec![1e-9], Some((9, vec![1]))),
            (vec![1e-10], None),
        ] {
            assert_eq!(whole(&values), expected, "{values:?}");
        }
    }

    #[test]
    fn zeros_are_those_that_all_have() {
        for (numbers, expected) in [(vec![8, 12], 2), (vec![0, 0], 0), (vec![0, -16], 4), (vec![1], 0)] {
            assert_eq!(common_zeros(&numbers), expected);
        }
    }
}
