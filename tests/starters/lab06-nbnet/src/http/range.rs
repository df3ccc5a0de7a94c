//! Parts of files.

use super::request::decimal;

/// What `Range` asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Range {
    /// All of it: there is no range, or none that is understood.
    Whole,
    /// The bytes from `first` to `last`, that one included.
    Part {
        /// The first byte, counted from 0.
        first: u64,
        /// The last byte.
        last: u64,
    },
    /// Nothing that is there.
    Unsatisfiable,
}

/// Reads `Range` for a file of `length` bytes.
///
/// Several ranges in one field would be answered in many parts; a server need not, and sends all instead.
///
/// ```
/// use nbnet::http::range::{Range, range};
///
/// assert_eq!(range(b"bytes=0-4", 10), Range::Part { first: 0, last: 4 });
/// assert_eq!(range(b"bytes=-4", 10), Range::Part { first: 6, last: 9 });
/// assert_eq!(range(b"bytes=10-", 10), Range::Unsatisfiable);
/// ```
///
/// Source: RFC 9110, section 14.1.2
pub fn range(field: &[u8], length: u64) -> Range {
    parse(field, length).unwrap_or(Range::Whole)
}

fn parse(field: &[u8], length: u64) -> Option<Range> {
    let (unit, set) = field.split_at_checked(6)?;
    if !unit.eq_ignore_ascii_case(b"bytes=") {
        return None;
    }
    let set = set.trim_ascii();
    let dash = set.iter().position(|&byte| byte == b'-')?;
    let (first, last) = (&set[..dash], &set[dash + 1..]);
    if first.is_empty() {
        let suffix = number(last)?;
        return Some(if suffix == 0 || length == 0 {
            Range::Unsatisfiable
        } else {
            Range::Part {
                first: length.saturating_sub(suffix),
                last: length - 1,
            }
        });
    }
    let first = number(first)?;
    let last = if last.is_empty() { u64::MAX } else { number(last)? };
    if last < first {
        return None;
    }
    Some(if first >= length {
        Range::Unsatisfiable
    } else {
        Range::Part {
            first,
            last: last.min(length - 1),
        }
    })
}

/// Reads decimal digits. A number that is too large for 64 bits is beyond every file.
fn number(text: &[u8]) -> Option<u64> {
    let digits = !text.is_empty() && text.iter().all(u8::is_ascii_digit);
    digits.then(|| decimal(text).unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_cut_to_the_file() {
        let part = |first, last| Range::Part { first, last };
        for (field, expected) in [
            ("bytes=0-0", part(0, 0)),
            ("bytes=2-", part(2, 9)),
            ("bytes=2-100", part(2, 9)),
            ("bytes=-1", part(9, 9)),
            ("bytes=-100", part(0, 9)),
            ("Bytes=9-9", part(9, 9)),
            ("bytes=10-11", Range::Unsatisfiable),
            ("bytes=-0", Range::Unsatisfiable),
            ("bytes=99999999999999999999-", Range::Unsatisfiable),
            ("bytes=0-99999999999999999999", part(0, 9)),
            ("bytes=3-2", Range::Whole),
            ("bytes=0-1,3-4", Range::Whole),
            ("bytes=", Range::Whole),
            ("bytes=-", Range::Whole),
            ("bytes=a-b", Range::Whole),
            ("lines=0-1", Range::Whole),
            ("", Range::Whole),
        ] {
            assert_eq!(range(field.as_bytes(), 10), expected, "{field}");
        }
        assert_eq!(range(b"bytes=0-", 0), Range::Unsatisfiable);
        assert_eq!(range(b"bytes=-5", 0), Range::Unsatisfiable);
    }
}
