//! How a record lies in a segment.
//!
//! ```text
//! length     4 bytes, the lowest first: of the body
//! sequence   8 bytes
//! head sum   4 bytes: CRC-32 of epoch, the segment's first number, the place in the segment, length and sequence
//! body sum   4 bytes: CRC-32 of the body
//! body
//! ```
//!
//! The head has a sum of its own, so that a damaged body costs one record and not all behind it. In that sum are place and spool, which are not
//! written: so a copy of a record, inside another's body or in a block that the file had before, is never taken for one.

/// The bytes before a body.
pub(super) const HEAD: usize = 20;

/// The longest record of a source, in bytes: 1 MiB. It is the limit of all on its way, so that nobody takes what the next one never will.
pub const LONGEST: usize = 1 << 20;

/// The longest body in a segment: a relay writes before each record whose it is.
pub(crate) const LONGEST_BODY: usize = LONGEST + 512;

/// Where a record is, which is part of its sum.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) epoch: u64,
    /// The first number of its segment.
    pub(super) first: u64,
    pub(super) offset: u64,
}

/// What stands before a body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Head {
    pub(super) length: usize,
    pub(super) sequence: u64,
    body: u32,
}

impl Head {
    /// Reads one, if it is one of this place and its number is in `numbers`.
    pub(super) fn read(bytes: &[u8], place: Place, numbers: (u64, u64)) -> Option<Self> {
        // region:spool Length, sequence and both sums, the lowest byte first. It is a head only if the length is at most LONGEST_BODY, the sequence is in `numbers`, and the head sum is right.
        let bytes: &[u8; HEAD] = bytes.first_chunk()?;
        let word = |from: usize| u32::from_le_bytes(bytes[from..from + 4].try_into().expect("four bytes"));
        let length = usize::try_from(word(0)).ok()?;
        let sequence = u64::from_le_bytes(bytes[4..12].try_into().expect("eight bytes"));
        let likely = length <= LONGEST_BODY && (numbers.0..=numbers.1).contains(&sequence);
        (likely && sum(&bytes[..12], place) == word(12)).then_some(Self {
            length,
            sequence,
            body: word(16),
        })
        // endregion:spool
    }

    /// Returns whether this is the body that was written.
    pub(super) fn is_of(&self, body: &[u8]) -> bool {
        // region:spool The length and the sum are those of the head.
        body.len() == self.length && crc32fast::hash(body) == self.body
        // endregion:spool
    }
}

/// Appends a record.
//~spool #[expect(clippy::ptr_arg, reason = "bytes will be appended to it")]
pub(super) fn write(out: &mut Vec<u8>, place: Place, sequence: u64, body: &[u8]) {
    // region:spool Length and sequence, then the head sum, the body sum, and the body.
    let mut head = [0; 12];
    head[..4].copy_from_slice(&u32::try_from(body.len()).unwrap_or(u32::MAX).to_le_bytes());
    head[4..].copy_from_slice(&sequence.to_le_bytes());
    out.extend_from_slice(&head);
    out.extend_from_slice(&sum(&head, place).to_le_bytes());
    out.extend_from_slice(&crc32fast::hash(body).to_le_bytes());
    out.extend_from_slice(body);
    // endregion:spool
}

// region:spool
fn sum(head: &[u8], place: Place) -> u32 {
    let mut hasher = crc32fast::Hasher::new();
    for number in [place.epoch, place.first, place.offset] {
        hasher.update(&number.to_le_bytes());
    }
    hasher.update(head);
    hasher.finalize()
}
// endregion:spool
