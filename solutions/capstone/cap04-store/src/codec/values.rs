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
pub(super) fn encode(values: &[f64], out: &mut Vec<u8>) {
    // region:codec Encode all forms that can be, and keep the shortest; of equals the one with the lowest number.
    let mut best = vec![XOR];
    let mut bits = BitWriter::default();
    xor::write(values, &mut bits);
    bits.finish(&mut best);
    if let Some((digits, numbers)) = decimal::whole(values) {
        let zeros = decimal::common_zeros(&numbers);
        let numbers: Vec<i64> = numbers.iter().map(|number| number >> zeros).collect();
        for form in [DELTA, DELTA_OF_DELTA] {
            let mut column = vec![form, digits, zeros as u8];
            whole(form, &numbers, &mut column);
            if column.len() < best.len() {
                best = column;
            }
        }
    }
    out.extend(best);
    // endregion:codec
}

// region:codec
fn whole(form: u8, numbers: &[i64], out: &mut Vec<u8>) {
    put(zigzag(numbers[0]), out);
    // Values have 53 bits: differences fit.
    let mut residuals: Vec<i64> = numbers.windows(2).map(|pair| pair[1] - pair[0]).collect();
    if form == DELTA_OF_DELTA
        && let Some(&first) = residuals.first()
    {
        put(zigzag(first), out);
        residuals = residuals.windows(2).map(|pair| pair[1] - pair[0]).collect();
    }
    let width = residual::width(&residuals);
    out.push(width as u8);
    let mut bits = BitWriter::default();
    residual::write(&residuals, width, &mut bits);
    bits.finish(out);
}
// endregion:codec

/// Takes `count` values off the front of `bytes`; `None` if they are not there.
pub(super) fn decode(bytes: &mut &[u8], count: usize) -> Option<Vec<f64>> {
    // region:codec The first byte is the form. Whatever the bytes are: no panic, and nothing is made that is not there.
    let form = take_byte(bytes)?;
    if form == XOR {
        let mut bits = BitReader::new(bytes);
        let values = xor::read(count, &mut bits)?;
        *bytes = bits.finish()?;
        return Some(values);
    }
    let is_known = form == DELTA || form == DELTA_OF_DELTA;
    let digits = take_byte(bytes).filter(|digits| is_known && *digits <= decimal::MOST_DIGITS)?;
    let zeros = take_byte(bytes).filter(|zeros| *zeros < 64)?;
    let mut number = unzigzag(take(bytes)?);
    let value = |number: i64| decimal::value(number << zeros, digits);
    let mut values = Vec::with_capacity(count);
    values.push(value(number));
    let mut delta = 0;
    if form == DELTA_OF_DELTA && count > 1 {
        delta = unzigzag(take(bytes)?);
        number = number.wrapping_add(delta);
        values.push(value(number));
    }
    let width = residual::checked(take_byte(bytes)?)?;
    let mut bits = BitReader::new(bytes);
    while values.len() < count {
        let residual = residual::read(width, &mut bits)?;
        delta = match form {
            DELTA => residual,
            _ => delta.wrapping_add(residual),
        };
        number = number.wrapping_add(delta);
        values.push(value(number));
    }
    *bytes = bits.finish()?;
    Some(values)
    // endregion:codec
}
