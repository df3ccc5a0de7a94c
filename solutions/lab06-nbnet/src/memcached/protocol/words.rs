//! Words and numbers of a command line.

/// Goes through the words of a line, which spaces part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Words<'a> {
    rest: &'a [u8],
}

impl<'a> Words<'a> {
    /// Begins with the first word of `line`.
    pub fn new(line: &'a [u8]) -> Self {
        Self { rest: line }
    }

    /// Returns what was not gone through yet.
    pub fn rest(&self) -> &'a [u8] {
        self.rest
    }

    /// Returns all words, if there are at most `N`; how many is the second value.
    pub fn all<const N: usize>(mut self) -> Option<([&'a [u8]; N], usize)> {
        let mut words = [&b""[..]; N];
        let mut count = 0;
        for word in &mut self {
            *words.get_mut(count)? = word;
            count += 1;
        }
        Some((words, count))
    }
}

impl<'a> Iterator for Words<'a> {
    type Item = &'a [u8];

    #[inline]
    fn next(&mut self) -> Option<&'a [u8]> {
        // region:memcached/words Skip spaces; the word is what stands before the next one.
        let start = self.rest.iter().position(|&byte| byte != b' ')?;
        let rest = &self.rest[start..];
        let end = rest.iter().position(|&byte| byte == b' ').unwrap_or(rest.len());
        let (word, rest) = rest.split_at(end);
        self.rest = rest;
        Some(word)
        // endregion:memcached/words
    }
}

/// Reads decimal digits, a `+` before them or not.
///
/// ```
/// use nbnet::memcached::protocol::number;
///
/// assert_eq!(number(b"12"), Some(12));
/// assert_eq!(number(b"-1"), None);
/// assert_eq!(number(b"18446744073709551616"), None);
/// ```
pub fn number(word: &[u8]) -> Option<u64> {
    // region:memcached/number Digit by digit. Nothing may overflow, and no digit at all is no number.
    let digits = word.strip_prefix(b"+").unwrap_or(word);
    if digits.is_empty() {
        return None;
    }
    let mut number: u64 = 0;
    for &byte in digits {
        if !byte.is_ascii_digit() {
            return None;
        }
        number = number.checked_mul(10)?.checked_add(u64::from(byte - b'0'))?;
    }
    Some(number)
    // endregion:memcached/number
}

/// Reads decimal digits, a sign before them or not.
//~memcached #[expect(dead_code, reason = "stage memcached needs it")]
pub(super) fn signed(word: &[u8]) -> Option<i64> {
    // region:memcached Mind the least number: it has no positive one.
    match word.strip_prefix(b"-") {
        Some(digits) if digits.first() != Some(&b'+') => 0_i64.checked_sub_unsigned(number(digits)?),
        Some(_) => None,
        None => number(word)?.try_into().ok(),
    }
    // endregion:memcached
}

// region:memcached
#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_number_of_spaces_parts_words() {
        for (line, expected) in [
            (&b"get a bb"[..], &[&b"get"[..], b"a", b"bb"][..]),
            (b"  get   a  ", &[b"get", b"a"]),
            (b"   ", &[]),
            (b"", &[]),
        ] {
            assert_eq!(Words::new(line).collect::<Vec<_>>(), expected);
        }
        assert_eq!(Words::new(b"a b c").all::<2>(), None);
        assert_eq!(Words::new(b"a").all::<2>(), Some(([&b"a"[..], b""], 1)));
    }

    #[test]
    fn numbers_are_digits_that_fit() {
        for (word, expected) in [
            (&b"0"[..], Some(0)),
            (b"+7", Some(7)),
            (b"-7", Some(-7)),
            (b"9223372036854775807", Some(i64::MAX)),
            (b"-9223372036854775808", Some(i64::MIN)),
            (b"9223372036854775808", None),
            (b"-+7", None),
            (b"+", None),
            (b"-", None),
            (b"", None),
            (b"1x", None),
        ] {
            assert_eq!(signed(word), expected);
        }
    }
}
// endregion:memcached
