//! A length as a number of four bytes.

use super::{Header, Wrong};

/// The length of the body as four bytes, the highest first.
#[derive(Debug, Clone, Copy)]
pub struct Frame;

impl Header for Frame {
    const LENGTH: usize = 4;

    fn length(header: &[u8]) -> Result<Option<u64>, Wrong> {
        // region:machine Four bytes are a number by `from_be_bytes`; fewer are none yet.
        let header: Option<[u8; Self::LENGTH]> = header.try_into().ok();
        Ok(header.map(|bytes| u32::from_be_bytes(bytes).into()))
        // endregion:machine
    }

    fn write(length: usize, into: &mut Vec<u8>) {
        let length = u32::try_from(length).unwrap_or(u32::MAX);
        into.extend_from_slice(&length.to_be_bytes());
    }
}
