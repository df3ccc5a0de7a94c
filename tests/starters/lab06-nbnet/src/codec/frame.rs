//! A length as a number of four bytes.

use super::{Header, Wrong};

/// The length of the body as four bytes, the highest first.
#[derive(Debug, Clone, Copy)]
pub struct Frame;

impl Header for Frame {
    const LENGTH: usize = 4;

    #[expect(unused_variables, reason = "goes with the todo!")]
    fn length(header: &[u8]) -> Result<Option<u64>, Wrong> {
        todo!("machine: Four bytes are a number by `from_be_bytes`; fewer are none yet.")
    }

    fn write(length: usize, into: &mut Vec<u8>) {
        let length = u32::try_from(length).unwrap_or(u32::MAX);
        into.extend_from_slice(&length.to_be_bytes());
    }
}
