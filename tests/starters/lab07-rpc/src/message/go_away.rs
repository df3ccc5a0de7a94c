//! The last calls.

use crate::frame::Wrong;

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
    #[expect(clippy::ptr_arg, reason = "bytes will be appended to it")]
    #[expect(unused_variables, reason = "goes with the todo!")]
    pub fn encode(&self, out: &mut Vec<u8>) {
        todo!("frame: The id as eight bytes, and the reason.")
    }

    /// Reads a payload.
    ///
    /// # Errors
    /// [`Wrong::Short`] or [`Wrong::Text`].
    #[expect(unused_variables, reason = "goes with the todo!")]
    pub fn decode(payload: &'a [u8]) -> Result<Self, Wrong> {
        todo!("frame: As it was written.")
    }
}
