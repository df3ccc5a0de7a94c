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
        todo!("memcached: Skip spaces; the word is what stands before the next one.")
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
#[expect(unused_variables, reason = "goes with the todo!")]
pub fn number(word: &[u8]) -> Option<u64> {
    todo!("memcached: Digit by digit. Nothing may overflow, and no digit at all is no number.")
}

/// Reads decimal digits, a sign before them or not.
#[expect(dead_code, reason = "stage memcached needs it")]
#[expect(unused_variables, reason = "goes with the todo!")]
pub(super) fn signed(word: &[u8]) -> Option<i64> {
    todo!("memcached: Mind the least number: it has no positive one.")
}
