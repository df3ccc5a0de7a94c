//! A message for a subscriber.

use crate::frame::Wrong;

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
    #[expect(clippy::ptr_arg, reason = "bytes will be appended to it")]
    #[expect(unused_variables, reason = "goes with the todo!")]
    pub fn encode(&self, out: &mut Vec<u8>) {
        todo!("frame: The number as eight bytes, and the body.")
    }

    /// Reads a payload.
    ///
    /// # Errors
    /// [`Wrong::Short`].
    #[expect(unused_variables, reason = "goes with the todo!")]
    pub fn decode(payload: &'a [u8]) -> Result<Self, Wrong> {
        todo!("frame: As it was written.")
    }
}
