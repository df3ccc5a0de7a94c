//! A call of a method.

use std::time::Duration;

use crate::frame::Wrong;
// region:frame
use super::fields::Fields;
use crate::frame::Kind;
// endregion:frame

/// What a client wants done.
///
/// ```
/// use rpc::message::Call;
///
/// let call = Call { left_ms: 5000, method: "echo", body: b"{}" };
/// let mut payload = Vec::new();
/// call.encode(&mut payload);
/// assert_eq!(Call::decode(&payload), Ok(call));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Call<'a> {
    /// How much time is left for it; 0 is no limit. It is no point in time, since two clocks never agree.
    pub left_ms: u32,
    /// What is called. Names longer than 65,535 bytes cannot be said.
    pub method: &'a str,
    /// The parameters, JSON by custom.
    pub body: &'a [u8],
}

impl<'a> Call<'a> {
    /// Returns how long its payload is, in bytes.
    pub fn size(&self) -> usize {
        // region:frame Four bytes of time, two of length, the name, the body.
        4 + 2 + self.method.len() + self.body.len()
        // endregion:frame
    }

    /// Appends its payload.
    //~frame #[expect(clippy::ptr_arg, reason = "bytes will be appended to it")]
    pub fn encode(&self, out: &mut Vec<u8>) {
        // region:frame The time, the length of the name as two bytes, the name, the body. A name that is too long is cut where two bytes cannot say more.
        let method = &self.method.as_bytes()[..self.method.len().min(u16::MAX.into())];
        out.extend_from_slice(&self.left_ms.to_be_bytes());
        out.extend_from_slice(&(method.len() as u16).to_be_bytes());
        out.extend_from_slice(method);
        out.extend_from_slice(self.body);
        // endregion:frame
    }

    /// Reads a payload.
    ///
    /// # Errors
    /// [`Wrong::Short`] or [`Wrong::Text`].
    pub fn decode(payload: &'a [u8]) -> Result<Self, Wrong> {
        // region:frame The length of the name is what the peer says: it may be more than there is.
        let mut fields = Fields::new(Kind::Call, payload);
        let left_ms = u32::from_be_bytes(fields.array()?);
        let length = u16::from_be_bytes(fields.array()?);
        Ok(Self {
            left_ms,
            method: fields.text(length.into())?,
            body: fields.rest(),
        })
        // endregion:frame
    }

    /// Returns how much time is left for it, unless it may take as long as it likes.
    pub fn left(&self) -> Option<Duration> {
        let left = Duration::from_millis(self.left_ms.into());
        Some(left).filter(|left| !left.is_zero())
    }
}

/// Returns a time as a call says it: no limit is 0, and what is left is never rounded down to that.
pub fn left_ms(left: Option<Duration>) -> u32 {
    // region:frame Round up, so that a fraction of a millisecond is not no limit; what is more than fits is as much as fits.
    let Some(left) = left else { return 0 };
    let ms = left.as_nanos().div_ceil(1_000_000);
    u32::try_from(ms).unwrap_or(u32::MAX).max(1)
    // endregion:frame
}
