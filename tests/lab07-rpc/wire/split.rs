//! Bytes cut into pieces.

use support::Rng;

/// How bytes are cut.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Split {
    /// All at once.
    Whole,
    /// Pieces of so many bytes.
    Every(usize),
    /// One cut, behind so many bytes.
    At(usize),
    /// Pieces of up to so many bytes, drawn from a seed.
    Drawn(u64, usize),
}

impl Split {
    /// Cuts `bytes` into pieces, none of them empty.
    pub(crate) fn pieces(self, bytes: &[u8]) -> Vec<&[u8]> {
        match self {
            Self::Whole => vec![bytes],
            Self::Every(size) => bytes.chunks(size).collect(),
            Self::At(at) => {
                let (head, tail) = bytes.split_at(at.min(bytes.len()));
                [head, tail]
                    .into_iter()
                    .filter(|piece| !piece.is_empty())
                    .collect()
            }
            Self::Drawn(seed, longest) => {
                let mut rng = Rng::with_seed(seed);
                let mut rest = bytes;
                let mut pieces = Vec::new();
                while !rest.is_empty() {
                    let (piece, behind) = rest.split_at(rng.usize(1..=longest).min(rest.len()));
                    pieces.push(piece);
                    rest = behind;
                }
                pieces
            }
        }
    }
}
