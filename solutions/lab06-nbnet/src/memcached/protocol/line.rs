//! Where a command line ends.

// region:memcached
use memchr::memchr;
// endregion:memcached

/// The longest command line, in bytes.
pub const LINE_LIMIT: usize = 2048;

/// The longest line of a command that tells values, in bytes: it may name many keys.
pub const KEYS_LINE_LIMIT: usize = 1 << 20;

/// What the front of the input is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Front<'a> {
    /// A line without its end.
    Whole {
        /// What it says.
        line: &'a [u8],
        /// How many bytes it takes with its end.
        taken: usize,
    },
    /// The beginning of a line.
    Partial,
    /// More than a line may have.
    TooLong,
}

/// Finds the first line of `input`, of which the first `seen` bytes are known to hold no line feed.
///
/// A line ends with `\r\n`; a lone `\n` is taken as well, as memcached does.
///
/// ```
/// use nbnet::memcached::protocol::{Front, line};
///
/// assert_eq!(line(b"get a\r\nget b", 0), Front::Whole { line: b"get a", taken: 7 });
/// assert_eq!(line(b"get b", 0), Front::Partial);
/// ```
pub fn line(input: &[u8], seen: usize) -> Front<'_> {
    // region:memcached/line Look for the line feed. What stands before it, or all that came if there is none, may be as long as `limit` says: whether a line is too long must not depend on the pieces in which it came.
    let rest = input.get(seen..).unwrap_or_default();
    let end = memchr(b'\n', rest).map(|at| seen + at);
    if end.unwrap_or(input.len()) > limit(input) {
        return Front::TooLong;
    }
    let Some(end) = end else {
        return Front::Partial;
    };
    let line = &input[..end];
    Front::Whole {
        line: line.strip_suffix(b"\r").unwrap_or(line),
        taken: end + 1,
    }
    // endregion:memcached/line
}

/// Returns how long the line may be with which `input` begins, in bytes, its line feed not counted.
pub fn limit(input: &[u8]) -> usize {
    if input.starts_with(b"get ") || input.starts_with(b"gets ") {
        KEYS_LINE_LIMIT
    } else {
        LINE_LIMIT
    }
}

/// Whether a line is the first of an HTTP request. A browser that a web page sends here must not reach any command in the body of its request.
pub fn is_http(line: &[u8]) -> bool {
    let last = line.rsplit(|&byte| byte == b' ').next();
    last.is_some_and(|word| word.starts_with(b"HTTP/"))
}

// region:memcached
#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_ends_with_its_line_feed_and_the_carriage_return_is_no_part_of_it() {
        for (input, expected) in [
            (&b"get a\r\n"[..], (&b"get a"[..], 7)),
            (b"get a\nx", (b"get a", 6)),
            (b"\n", (b"", 1)),
            (b"a\rb\r\r\n", (b"a\rb\r", 6)),
        ] {
            let (line_, taken) = expected;
            assert_eq!(line(input, 0), Front::Whole { line: line_, taken });
        }
    }

    #[test]
    fn what_was_seen_is_not_searched_again() {
        assert_eq!(
            line(b"get a\r\n", 6),
            Front::Whole {
                line: b"get a",
                taken: 7
            }
        );
        assert_eq!(line(b"get", 9), Front::Partial);
    }

    #[test]
    fn only_a_get_may_be_long() {
        let mut long = vec![b'x'; LINE_LIMIT];
        assert_eq!(line(&long, 0), Front::Partial);
        long.push(b'x');
        assert_eq!(line(&long, 0), Front::TooLong);
        long.push(b'\n');
        assert_eq!(line(&long, 0), Front::TooLong);
        let mut get = b"get ".to_vec();
        get.resize(KEYS_LINE_LIMIT, b'x');
        assert_eq!(line(&get, 0), Front::Partial);
        get.push(b'x');
        assert_eq!(line(&get, 0), Front::TooLong);
        get.push(b'\n');
        assert_eq!(line(&get, 0), Front::TooLong);
        long.push(b'\n');
        assert_eq!(line(&long, 0), Front::TooLong);
        long.remove(0);
        assert!(matches!(line(&long, 0), Front::Whole { .. }));
    }
}
// endregion:memcached
