//! The last calls.

use crate::frame::Wrong;
// region:frame
use super::fields::Fields;
use crate::frame::Kind;
// endregion:frame

/// Says that no more calls are taken.
///
/// ```
/// use rpc::message::GoAway;
///
/// let last = GoAway { last: 7, reason: "shutting down" };
/// let mut payload = Vec::new();
/// last.encode(&mut payload);
/// assert_eq!(GoAway::decode(&payload), Ok(last));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GoAway<'a> {
    /// The last call that was taken. Later ones were not run: they can be sent to somebody else.
    pub last: u64,
    /// Why, for people.
    pub reason: &'a str,
}

impl<'a> GoAway<'a> {
    /// Appends its payload.
    //~frame #[expect(clippy::ptr_arg, reason = "bytes will be appended to it")]
    pub fn encode(&self, out: &mut Vec<u8>) {
        // region:frame The id as eight bytes, and the reason.
        out.extend_from_slice(&self.last.to_be_bytes());
        out.extend_from_slice(self.reason.as_bytes());
        // endregion:frame
    }

    /// Reads a payload.
    ///
    /// # Errors
    /// [`Wrong::Short`] or [`Wrong::Text`].
    pub fn decode(payload: &'a [u8]) -> Result<Self, Wrong> {
        // region:frame As it was written.
        let mut fields = Fields::new(Kind::GoAway, payload);
        let last = u64::from_be_bytes(fields.array()?);
        let length = fields.len();
        Ok(Self {
            last,
            reason: fields.text(length)?,
        })
        // endregion:frame
    }
}
