//! Choices out of bytes that a fuzzer thinks of.

/// Takes choices off the front of bytes. When there are none left, all choices are the first one.
#[derive(Debug, Clone, Copy)]
pub struct Source<'a> {
    left: &'a [u8],
}

impl<'a> Source<'a> {
    /// Begins.
    pub fn new(bytes: &'a [u8]) -> Self {
        Self { left: bytes }
    }

    /// Returns whether there is nothing left.
    pub fn is_empty(&self) -> bool {
        self.left.is_empty()
    }

    /// Takes a byte.
    pub fn byte(&mut self) -> u8 {
        let Some((&byte, left)) = self.left.split_first() else {
            return 0;
        };
        self.left = left;
        byte
    }

    /// Takes one of `choices`.
    pub fn choose<T: Copy>(&mut self, choices: &[T]) -> T {
        choices[usize::from(self.byte()) % choices.len()]
    }

    /// Takes up to `most` bytes.
    pub fn bytes(&mut self, most: usize) -> &'a [u8] {
        let (bytes, left) = self.left.split_at(most.min(self.left.len()));
        self.left = left;
        bytes
    }

    /// Takes a few bytes, and says how many by the first.
    pub fn some(&mut self) -> &'a [u8] {
        let most = usize::from(self.byte() % 64);
        self.bytes(most)
    }

    /// Takes a number of eight bytes, or fewer.
    pub fn number(&mut self) -> u64 {
        let mut number = [0; 8];
        let bytes = self.bytes(8);
        number[8 - bytes.len()..].copy_from_slice(bytes);
        u64::from_be_bytes(number)
    }

    /// Takes all that is left.
    pub fn rest(&mut self) -> &'a [u8] {
        std::mem::take(&mut self.left)
    }
}

/// Where `bytes` are cut: into pieces of 1 to `longest` + 1 bytes, drawn from `seed`.
pub fn pieces(bytes: &[u8], seed: u8, longest: u8) -> impl Iterator<Item = &[u8]> {
    let mut rest = bytes;
    let mut state = u32::from(seed).wrapping_mul(2_654_435_761) | 1;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        let length = state as usize % (usize::from(longest) + 1) + 1;
        let (piece, behind) = rest.split_at(length.min(rest.len()));
        rest = behind;
        Some(piece)
    })
}
