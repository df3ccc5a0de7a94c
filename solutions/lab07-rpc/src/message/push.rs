//! A message for a subscriber.

use crate::frame::Wrong;
// region:frame
use super::fields::Fields;
use crate::frame::Kind;
// endregion:frame

/// A message of a topic.
///
/// ```
/// use rpc::message::Push;
///
/// let push = Push { seq: 3, body: b"1" };
/// let mut payload = Vec::new();
/// push.encode(&mut payload);
/// assert_eq!(Push::decode(&payload), Ok(push));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Push<'a> {
    /// Which message of its topic it is, from 1 on. A gap tells how many were missed.
    pub seq: u64,
    /// What was published.
    pub body: &'a [u8],
}

impl<'a> Push<'a> {
    /// Appends its payload.
    //~frame #[expect(clippy::ptr_arg, reason = "bytes will be appended to it")]
    pub fn encode(&self, out: &mut Vec<u8>) {
        // region:frame The number as eight bytes, and the body.
        out.extend_from_slice(&self.seq.to_be_bytes());
        out.extend_from_slice(self.body);
        // endregion:frame
    }

    /// Reads a payload.
    ///
    /// # Errors
    /// [`Wrong::Short`].
    pub fn decode(payload: &'a [u8]) -> Result<Self, Wrong> {
        // region:frame As it was written.
        let mut fields = Fields::new(Kind::Push, payload);
        Ok(Self {
            seq: u64::from_be_bytes(fields.array()?),
            body: fields.rest(),
        })
        // endregion:frame
    }
}
