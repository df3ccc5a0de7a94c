//! Sums for `incr` and `decr`. The whole file belongs to stage `cache`.
// region:cache

use crate::memcached::protocol::Way;

/// Returns the number that a value becomes, if it is one.
///
/// As with `strtoull`, white space may stand before it and a `+`, and whatever begins with white space behind it. So a number that was
/// padded with spaces stays one. `incr` wraps at 2^64, `decr` stops at 0.
///
/// Source: protocol.txt, "Increment/Decrement"
pub(super) fn changed(value: &[u8], way: Way, by: u64) -> Option<u64> {
    let value = value.trim_ascii_start();
    let end = value
        .iter()
        .position(u8::is_ascii_whitespace)
        .unwrap_or(value.len());
    let number = crate::memcached::protocol::number(&value[..end])?;
    Some(match way {
        Way::Up => number.wrapping_add(by),
        Way::Down => number.saturating_sub(by),
    })
}

/// Returns the digits of `number`, with spaces behind them up to `length` bytes: memcached writes it over the old one.
pub(super) fn written(number: u64, length: usize) -> Vec<u8> {
    let mut bytes = number.to_string().into_bytes();
    bytes.resize(bytes.len().max(length), b' ');
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_numbers_of_64_bits_can_be_changed() {
        for (value, expected) in [
            (&b"5"[..], Some(8)),
            (b"5  ", Some(8)),
            (b"  5", Some(8)),
            (b"+5 apples", Some(8)),
            (b"18446744073709551615", Some(2)),
            (b"18446744073709551616", None),
            (b"-5", None),
            (b"5x", None),
            (b"", None),
            (b" ", None),
        ] {
            assert_eq!(changed(value, Way::Up, 3), expected, "{}", value.escape_ascii());
        }
        assert_eq!(changed(b"5", Way::Down, 3), Some(2));
        assert_eq!(changed(b"5", Way::Down, u64::MAX), Some(0));
    }

    #[test]
    fn a_shorter_number_is_padded() {
        assert_eq!(written(9, 2), b"9 ");
        assert_eq!(written(100, 2), b"100");
        assert_eq!(written(0, 20).len(), 20);
    }
}
// endregion:cache
