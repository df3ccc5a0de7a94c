//! What senders and receivers say to each other: one call of `rpc`.
//!
//! ```text
//! transfer.put, the body:
//!   version    1 byte, 1
//!   count      4 bytes, the lowest first
//!   each:      number 8 bytes, the sender's own; an Origin; length 4 bytes; so many bytes
//! its reply, JSON:
//!   {"stored":"1-5","known":"6","refused":"7","why":"…"}
//! ```
//!
//! The reply comes when what is `stored` is durable at the receiver; `known` was so already. It speaks of the sender's own numbers; what a record is
//! recognised by is its origin, which all on its way pass on.

use serde::{Deserialize, Serialize};

use crate::origin::Origin;
use crate::ranges::Ranges;
use crate::spool::LONGEST;

/// Stores records.
pub const PUT: &str = "transfer.put";

/// The largest body of a call, in bytes.
pub const LARGEST: u32 = 4 << 20;

const VERSION: u8 = 1;

/// A record on its way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// The number that the sender has for it.
    pub number: u64,
    /// Who it is from.
    pub origin: Origin,
    /// Its bytes.
    pub body: Vec<u8>,
}

/// What has become of a batch.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// These are stored now.
    pub stored: Ranges,
    /// These were stored before.
    pub known: Ranges,
    /// These will never be.
    pub refused: Ranges,
    /// Why those are refused.
    pub why: String,
}

/// A body is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no batch of records: {0}")]
pub struct Malformed(&'static str);

/// Begins a batch.
pub fn begin() -> Vec<u8> {
    vec![VERSION, 0, 0, 0, 0]
}

/// Appends a record to a batch.
pub fn push(batch: &mut Vec<u8>, number: u64, origin: &Origin, body: &[u8]) {
    batch.extend_from_slice(&number.to_le_bytes());
    origin.encode(batch);
    batch.extend_from_slice(&u32::try_from(body.len()).unwrap_or(u32::MAX).to_le_bytes());
    batch.extend_from_slice(body);
    let count = u32::from_le_bytes(batch[1..5].try_into().expect("four bytes")) + 1;
    batch[1..5].copy_from_slice(&count.to_le_bytes());
}

/// Reads a batch. It needs no more memory than the batch has bytes, whatever that says of itself.
///
/// # Errors
/// [`Malformed`].
pub fn decode(body: &[u8]) -> Result<Vec<Item>, Malformed> {
    let Some((&[VERSION, a, b, c, d], mut rest)) = body.split_first_chunk() else {
        return Err(Malformed("not of version 1"));
    };
    let count = u32::from_le_bytes([a, b, c, d]);
    let mut items = Vec::new();
    for _ in 0..count {
        let (number, behind) = rest.split_first_chunk().ok_or(Malformed("it is cut"))?;
        let (origin, behind) = Origin::decode(behind).ok_or(Malformed("an origin is none"))?;
        let (length, behind) = behind.split_first_chunk().ok_or(Malformed("it is cut"))?;
        let length = usize::try_from(u32::from_le_bytes(*length)).unwrap_or(usize::MAX);
        if length > LONGEST {
            return Err(Malformed("a record is too long"));
        }
        let (body, behind) = behind.split_at_checked(length).ok_or(Malformed("it is cut"))?;
        items.push(Item {
            number: u64::from_le_bytes(*number),
            origin,
            body: body.to_vec(),
        });
        rest = behind;
    }
    match rest.is_empty() {
        true => Ok(items),
        false => Err(Malformed("there is more behind it")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_batch_is_what_was_written_and_no_part_of_it_is_one() {
        let mut batch = begin();
        let mut written = Vec::new();
        for number in 1..4 {
            let origin = Origin {
                source: format!("host-{number}"),
                epoch: u64::MAX - number,
                sequence: number * 10,
            };
            push(&mut batch, number, &origin, &vec![0xAB; number as usize * 3]);
            written.push(Item {
                number,
                origin,
                body: vec![0xAB; number as usize * 3],
            });
        }
        assert_eq!(decode(&batch), Ok(written));
        for length in 0..batch.len() {
            assert!(decode(&batch[..length]).is_err(), "{length}");
        }
        batch.push(0);
        assert!(decode(&batch).is_err());
        // A count and a length that are absurd cost nothing.
        assert!(decode(&[1, 255, 255, 255, 255]).is_err());
        for seed in 0..2000 {
            let mut rng = fastrand::Rng::with_seed(seed);
            let mut spoilt = batch.clone();
            let at = rng.usize(..spoilt.len());
            spoilt[at] = rng.u8(..);
            let _ = decode(&spoilt);
        }
    }
}
