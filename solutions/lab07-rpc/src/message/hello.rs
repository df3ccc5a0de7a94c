//! The first frame of each side.

use crate::frame::Wrong;
// region:frame
use super::fields::Fields;
use crate::frame::{Kind, LEAST_LIMIT};
// endregion:frame

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
    //~frame #[expect(clippy::ptr_arg, reason = "bytes will be appended to it")]
    pub fn encode(&self, out: &mut Vec<u8>) {
        // region:frame The two numbers, big-endian.
        out.extend_from_slice(&self.max_payload.to_be_bytes());
        out.extend_from_slice(&self.ping_ms.to_be_bytes());
        // endregion:frame
    }

    /// Reads a payload. What stands behind what is known here is for later versions, and passed over.
    ///
    /// # Errors
    /// [`Wrong::Short`], or [`Wrong::Limit`] if it takes less than everybody must.
    pub fn decode(payload: &[u8]) -> Result<Self, Wrong> {
        // region:frame `Fields` takes the numbers off the front.
        let mut fields = Fields::new(Kind::Hello, payload);
        let hello = Self {
            max_payload: u32::from_be_bytes(fields.array()?),
            ping_ms: u32::from_be_bytes(fields.array()?),
        };
        match hello.max_payload {
            LEAST_LIMIT.. => Ok(hello),
            less => Err(Wrong::Limit(less)),
        }
        // endregion:frame
    }
}
