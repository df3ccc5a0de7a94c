//! Bytes that wait, and no memory when none do.

use std::io::{self, Read};

/// Below this many bytes taken off the front, moving the rest costs more than it brings.
#[expect(dead_code, reason = "`consume` will use it")]
const WORTH_MOVING: usize = 4096;

/// How much memory a shared buffer keeps when it is empty, in bytes.
const WORTH_KEEPING: usize = 256 << 10;

/// Bytes in the order in which they came: put in behind, taken off in front, looked at in one piece.
///
/// ```
/// use nbnet::buffer::Buffer;
///
/// let mut buffer = Buffer::default();
/// buffer.extend(b"hello");
/// buffer.consume(4);
/// assert_eq!(buffer.bytes(), b"o");
/// buffer.consume(1);
/// assert_eq!(buffer.capacity(), 0);
/// ```
#[derive(Debug, Default)]
pub struct Buffer {
    bytes: Vec<u8>,
    /// Where those begin that are not taken yet.
    start: usize,
}

impl Buffer {
    /// Returns the bytes that wait.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes[self.start..]
    }

    /// Returns how many wait.
    pub fn len(&self) -> usize {
        self.bytes.len() - self.start
    }

    /// Returns whether none waits.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Returns how much memory it holds, in bytes.
    pub fn capacity(&self) -> usize {
        self.bytes.capacity()
    }

    /// Appends bytes. It grows by what comes, never by what was announced.
    pub fn extend(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
    }

    /// Appends what one `read` of `source` returns, `limit` bytes at most. Returns how many.
    ///
    /// # Errors
    /// What the source says.
    pub fn read_from(&mut self, source: &mut impl Read, limit: usize) -> io::Result<usize> {
        let before = self.bytes.len();
        self.bytes.resize(before + limit, 0);
        let read = source.read(&mut self.bytes[before..]);
        let came = read.as_ref().map_or(0, |&came| came);
        self.bytes.truncate(before + came);
        read
    }

    /// Takes `count` bytes off the front. When none is left, the memory is given back.
    ///
    /// # Panics
    /// If there are not so many.
    #[expect(unused_variables, reason = "goes with the todo!")]
    pub fn consume(&mut self, count: usize) {
        todo!(
            "machine: Moving all that is left for every request would cost the square of what came at once: only note where the rest begins, and move it when more than half of a large buffer is taken."
        )
    }

    /// Takes all off, and keeps the memory, unless it is a lot: for a buffer that many share.
    pub(crate) fn clear(&mut self) {
        self.bytes.clear();
        self.bytes.shrink_to(WORTH_KEEPING);
        self.start = 0;
    }
}
