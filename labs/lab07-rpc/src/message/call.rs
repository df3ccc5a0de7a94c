//! A call of a method.

use std::time::Duration;

use crate::frame::Wrong;

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
        todo!("frame: Four bytes of time, two of length, the name, the body.")
    }

    /// Appends its payload.
    #[expect(clippy::ptr_arg, reason = "bytes will be appended to it")]
    #[expect(unused_variables, reason = "goes with the todo!")]
    pub fn encode(&self, out: &mut Vec<u8>) {
        todo!(
            "frame: The time, the length of the name as two bytes, the name, the body. A name that is too long is cut where two bytes cannot say more."
        )
    }

    /// Reads a payload.
    ///
    /// # Errors
    /// [`Wrong::Short`] or [`Wrong::Text`].
    #[expect(unused_variables, reason = "goes with the todo!")]
    pub fn decode(payload: &'a [u8]) -> Result<Self, Wrong> {
        todo!("frame: The length of the name is what the peer says: it may be more than there is.")
    }

    /// Returns how much time is left for it, unless it may take as long as it likes.
    pub fn left(&self) -> Option<Duration> {
        let left = Duration::from_millis(self.left_ms.into());
        Some(left).filter(|left| !left.is_zero())
    }
}

/// Returns a time as a call says it: no limit is 0, and what is left is never rounded down to that.
#[expect(unused_variables, reason = "goes with the todo!")]
pub fn left_ms(left: Option<Duration>) -> u32 {
    todo!(
        "frame: Round up, so that a fraction of a millisecond is not no limit; what is more than fits is as much as fits."
    )
}
