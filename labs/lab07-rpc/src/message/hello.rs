//! The first frame of each side.

use crate::frame::Wrong;

/// What a side tells of itself, before all else.
///
/// ```
/// use rpc::message::Hello;
///
/// let hello = Hello { max_payload: 1 << 20, ping_ms: 10_000 };
/// let mut payload = Vec::new();
/// hello.encode(&mut payload);
/// assert_eq!(Hello::decode(&payload), Ok(hello));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hello {
    /// The largest payload that it takes, in bytes.
    pub max_payload: u32,
    /// After so much silence it asks whether somebody is there; 0 is never.
    pub ping_ms: u32,
}

impl Hello {
    /// Appends its payload.
    #[expect(clippy::ptr_arg, reason = "bytes will be appended to it")]
    #[expect(unused_variables, reason = "goes with the todo!")]
    pub fn encode(&self, out: &mut Vec<u8>) {
        todo!("frame: The two numbers, big-endian.")
    }

    /// Reads a payload. What stands behind what is known here is for later versions, and passed over.
    ///
    /// # Errors
    /// [`Wrong::Short`], or [`Wrong::Limit`] if it takes less than everybody must.
    #[expect(unused_variables, reason = "goes with the todo!")]
    pub fn decode(payload: &[u8]) -> Result<Self, Wrong> {
        todo!("frame: `Fields` takes the numbers off the front.")
    }
}
