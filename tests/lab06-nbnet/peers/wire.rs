//! Requests as they are on the wire.

use support::Rng;

/// A protocol of echo, each with the subcommand that speaks it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Protocol {
    /// A length of four bytes, then the body: `nbnet echo`.
    Frame,
    /// A length of ten digits, then the body: `nbnet echo10`.
    Ten,
}

impl Protocol {
    /// Both, for cases that hold for either.
    pub(crate) const BOTH: [Self; 2] = [Self::Frame, Self::Ten];

    /// The subcommand that speaks it.
    pub(crate) fn command(self) -> &'static str {
        match self {
            Self::Frame => "echo",
            Self::Ten => "echo10",
        }
    }

    /// Writes a header that announces `length` bytes.
    pub(crate) fn header(self, length: u64) -> Vec<u8> {
        match self {
            Self::Frame => u32::try_from(length).unwrap_or(u32::MAX).to_be_bytes().to_vec(),
            Self::Ten => format!("{length:010}").into_bytes(),
        }
    }

    /// Writes one request, which its answer repeats.
    pub(crate) fn request(self, body: &[u8]) -> Vec<u8> {
        [self.header(body.len() as u64), body.to_vec()].concat()
    }

    /// Writes requests behind each other.
    pub(crate) fn requests<B: AsRef<[u8]>>(self, bodies: &[B]) -> Vec<u8> {
        bodies
            .iter()
            .flat_map(|body| self.request(body.as_ref()))
            .collect()
    }
}

/// Draws `count` bodies of up to `longest` bytes of any value, among them empty ones and those that a careless program strips.
pub(crate) fn bodies(rng: &mut Rng, count: usize, longest: usize) -> Vec<Vec<u8>> {
    (0..count)
        .map(|_| match rng.u8(..8) {
            0 => Vec::new(),
            1 => b" \t\r\n".repeat(rng.usize(1..=2)),
            2 => b"0000000003".to_vec(),
            _ => {
                let length = rng.usize(..=longest);
                (0..length).map(|_| rng.u8(..)).collect()
            }
        })
        .collect()
}
