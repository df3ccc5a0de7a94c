//! What a command's standard input is still to get.

use nbnet::buffer::Buffer;

/// What came from the client and is not written yet. The client's credit limits how much that can be.
#[derive(Debug, Default)]
pub(super) struct Feed {
    pub(super) waiting: Buffer,
    /// Nothing more comes.
    pub(super) last: bool,
}

impl Feed {
    /// Adds a piece.
    pub(super) fn add(&mut self, bytes: &[u8], last: bool) {
        self.waiting.extend(bytes);
        self.last |= last;
    }

    /// Throws everything away. Returns how many bytes that were.
    #[expect(dead_code, reason = "`Running` will use it")]
    pub(super) fn clear(&mut self) -> usize {
        let count = self.waiting.len();
        self.waiting.consume(count);
        count
    }
}
