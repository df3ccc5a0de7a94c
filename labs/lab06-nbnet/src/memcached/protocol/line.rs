//! Where a command line ends.

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
#[expect(unused_variables, reason = "goes with the todo!")]
pub fn line(input: &[u8], seen: usize) -> Front<'_> {
    todo!(
        "memcached: Look for the line feed. What stands before it, or all that came if there is none, may be as long as `limit` says: whether a line is too long must not depend on the pieces in which it came."
    )
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
