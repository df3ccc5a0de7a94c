//! A column of times: the first one, the first interval, and by how much each further interval differs from the one before it.

use super::bits::{BitReader, BitWriter};
use super::number::{put, take, take_byte, unzigzag, zigzag};
use super::residual;

/// Appends times. There is at least one; any `i64` will do, since differences wrap around.
pub(super) fn encode(times: &[i64], out: &mut Vec<u8>) {
    // region:codec The first time; if there are two, the first interval and the width; then the bits of the differences of intervals.
    put(zigzag(times[0]), out);
    if times.len() < 2 {
        return;
    }
    let interval = |n: usize| times[n].wrapping_sub(times[n - 1]);
    let residuals: Vec<i64> = (2..times.len())
        .map(|n| interval(n).wrapping_sub(interval(n - 1)))
        .collect();
    let width = residual::width(&residuals);
    put(zigzag(interval(1)), out);
    out.push(width as u8);
    let mut bits = BitWriter::default();
    residual::write(&residuals, width, &mut bits);
    bits.finish(out);
    // endregion:codec
}

/// Takes `count` times off the front of `bytes`; `None` if they are not there.
pub(super) fn decode(bytes: &mut &[u8], count: usize) -> Option<Vec<i64>> {
    // region:codec The same way back: each interval is the last one and a difference.
    let mut times = Vec::with_capacity(count);
    let mut time = unzigzag(take(bytes)?);
    times.push(time);
    if count < 2 {
        return Some(times);
    }
    let mut interval = unzigzag(take(bytes)?);
    let width = residual::checked(take_byte(bytes)?)?;
    time = time.wrapping_add(interval);
    times.push(time);
    let mut bits = BitReader::new(bytes);
    for _ in 2..count {
        interval = interval.wrapping_add(residual::read(width, &mut bits)?);
        time = time.wrapping_add(interval);
        times.push(time);
    }
    *bytes = bits.finish()?;
    Some(times)
    // endregion:codec
}
