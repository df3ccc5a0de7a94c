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
    #[expect(unused_variables, reason = "goes with the todo!")]
    pub(super) fn read(bytes: &[u8], place: Place, numbers: (u64, u64)) -> Option<Self> {
        todo!(
            "spool: Length, sequence and both sums, the lowest byte first. It is a head only if the length is at most LONGEST_BODY, the sequence is in `numbers`, and the head sum is right."
        )
    }

    /// Returns whether this is the body that was written.
    #[expect(unused_variables, reason = "goes with the todo!")]
    pub(super) fn is_of(&self, body: &[u8]) -> bool {
        todo!("spool: The length and the sum are those of the head.")
    }
}

/// Appends a record.
#[expect(clippy::ptr_arg, reason = "bytes will be appended to it")]
#[expect(unused_variables, reason = "goes with the todo!")]
pub(super) fn write(out: &mut Vec<u8>, place: Place, sequence: u64, body: &[u8]) {
    todo!("spool: Length and sequence, then the head sum, the body sum, and the body.")
}
