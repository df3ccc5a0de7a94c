//! Chunks: samples of a series in few bytes.
//!
//! | part | bytes |
//! |---|---|
//! | count | LEB128, 1 to 4096 |
//! | times | the first, zigzag and LEB128; if there are two or more: the first interval (zigzag, LEB128), a byte with the width, and the bits of the differences of further intervals |
//! | values | a byte with the form; then, by form, … |
//! | … 0, XOR | bits: 64 of the first value, then Gorilla's |
//! | … 1, delta | a byte with the digits, one with the common zeros; the first number (zigzag, LEB128), a byte with the width, bits |
//! | … 2, delta of delta | as 1, with the first difference (zigzag, LEB128) behind the first number if there are two or more |
//!
//! Bits of a column begin with a byte and end with one, filled up with zeros. The code of differences is that of `residual`, that of XOR
//! stands in `xor`. Each chunk can be read alone, and equal samples make equal bytes.

mod bits;
mod decimal;
pub(crate) mod number;
mod residual;
mod times;
mod values;
mod xor;

use crate::sample::Value;

/// The most samples of a chunk.
pub const MOST: usize = 4096;

/// Says what is wrong with bytes that are no chunk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Damaged {
    /// The number of samples is none, or 0, or above [`MOST`].
    #[error("the number of samples is not one from 1 to {MOST}")]
    Count,
    /// The column of times ends before all are there, or has a width that there is not.
    #[error("the times are damaged")]
    Times,
    /// A time is not after the one before it.
    #[error("the times do not rise")]
    Order,
    /// The column of values ends before all are there, or has a form that there is not.
    #[error("the values are damaged")]
    Values,
    /// There is more than the samples.
    #[error("there are bytes behind the last value")]
    Rest,
}

/// Encodes samples, whose times rise.
///
/// # Panics
/// If there are none, or more than [`MOST`].
///
/// ```
/// use store::{Value, codec};
///
/// let samples: Vec<Value> = (0..100).map(|n| Value { time_ms: n * 10_000, value: 0.25 * n as f64 }).collect();
/// let chunk = codec::encode(&samples);
/// assert_eq!(chunk.len(), 12);
/// assert_eq!(codec::decode(&chunk), Ok(samples));
/// ```
pub fn encode(samples: &[Value]) -> Vec<u8> {
    assert!(
        (1..=MOST).contains(&samples.len()),
        "a chunk has 1 to {MOST} samples"
    );
    let all_times: Vec<i64> = samples.iter().map(|sample| sample.time_ms).collect();
    let all_values: Vec<f64> = samples.iter().map(|sample| sample.value).collect();
    let mut out = Vec::new();
    encode_columns(&all_times, &[&all_values], &mut out);
    out
}

/// Decodes a chunk.
///
/// # Errors
/// [`Damaged`], whatever the bytes are; memory is bounded by [`MOST`].
pub fn decode(chunk: &[u8]) -> Result<Vec<Value>, Damaged> {
    let mut columns = decode_columns(chunk, 1)?;
    let values = columns.1.pop().ok_or(Damaged::Values)?;
    let samples = columns.0.into_iter().zip(values);
    Ok(samples.map(|(time_ms, value)| Value { time_ms, value }).collect())
}

/// Encodes several values for each time.
pub(crate) fn encode_columns(all_times: &[i64], columns: &[&[f64]], out: &mut Vec<u8>) {
    number::put(all_times.len() as u64, out);
    times::encode(all_times, out);
    for column in columns {
        values::encode(column, out);
    }
}

/// Decodes what [`encode_columns`] has encoded.
pub(crate) fn decode_columns(mut bytes: &[u8], width: usize) -> Result<(Vec<i64>, Vec<Vec<f64>>), Damaged> {
    let count = number::take(&mut bytes)
        .and_then(|count| usize::try_from(count).ok())
        .filter(|count| (1..=MOST).contains(count))
        .ok_or(Damaged::Count)?;
    let all_times = times::decode(&mut bytes, count).ok_or(Damaged::Times)?;
    if !all_times.is_sorted_by(|a, b| a < b) {
        return Err(Damaged::Order);
    }
    let columns = (0..width).map(|_| values::decode(&mut bytes, count).ok_or(Damaged::Values));
    let columns = columns.collect::<Result<Vec<_>, _>>()?;
    match bytes {
        [] => Ok((all_times, columns)),
        _ => Err(Damaged::Rest),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn(rng: &mut fastrand::Rng) -> Vec<Value> {
        let mut time_ms = match rng.u8(0..4) {
            0 => i64::MIN,
            1 => rng.i64(i64::MIN..i64::MAX / 2),
            _ => 1_800_000_000_000,
        };
        let (shape, regular, scale) = (rng.u8(0..7), rng.u8(0..3), 10f64.powi(rng.i32(0..6)));
        let mut counter = rng.u32(..) as f64;
        let mut samples = vec![];
        for n in 0..rng.usize(1..400) {
            counter += rng.u32(0..2000) as f64;
            let value = match shape {
                0 => f64::from_bits(rng.u64(..)),
                1 => counter * 4096.0,
                2 => (rng.f64() * 1000.0).round() / scale,
                3 => 7.25,
                4 => rng.f64(),
                5 => counter / 100.0,
                _ => [0.0, -0.0, f64::NAN, f64::INFINITY, 1e308, 5e-324][rng.usize(0..6)],
            };
            samples.push(Value { time_ms, value });
            let step = match regular {
                0 => 10_000,
                1 => 10_000 + rng.i64(-3..=3),
                _ => rng.i64(1..1 << (1 + n % 50)),
            };
            let Some(next) = time_ms.checked_add(step) else {
                break;
            };
            time_ms = next;
        }
        samples
    }

    fn bits(samples: &[Value]) -> Vec<(i64, u64)> {
        samples
            .iter()
            .map(|sample| (sample.time_ms, sample.value.to_bits()))
            .collect()
    }

    #[test]
    fn all_that_is_encoded_comes_back_bit_by_bit() {
        let mut rng = fastrand::Rng::with_seed(7);
        for _ in 0..2000 {
            let samples = drawn(&mut rng);
            let chunk = encode(&samples);
            assert_eq!(bits(&decode(&chunk).unwrap()), bits(&samples));
        }
    }

    #[test]
    fn damaged_chunks_are_errors_and_nothing_panics() {
        let mut rng = fastrand::Rng::with_seed(8);
        for _ in 0..3000 {
            let mut chunk = encode(&drawn(&mut rng));
            for end in [0, 1, chunk.len() / 2, chunk.len() - 1] {
                assert!(decode(&chunk[..end]).is_err());
            }
            chunk.push(0);
            assert_eq!(decode(&chunk), Err(Damaged::Rest));
            let at = rng.usize(0..chunk.len());
            chunk[at] = rng.u8(..);
            let _ = decode(&chunk);
        }
    }
}
