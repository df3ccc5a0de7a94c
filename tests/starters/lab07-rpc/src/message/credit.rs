//! The right to send.

use crate::frame::Wrong;

/// Allows the other side to send so many bytes of items in addition.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Credit(
    /// How many bytes.
    pub u32,
);

impl Credit {
    /// What each direction of each call begins with, in bytes.
    pub const FIRST: u32 = 65_536;
    /// More than this can never be allowed at a time, in bytes.
    pub const MOST: i64 = (1 << 31) - 1;

    /// Appends its payload.
    #[expect(clippy::ptr_arg, reason = "bytes will be appended to it")]
    #[expect(unused_variables, reason = "goes with the todo!")]
    pub fn encode(&self, out: &mut Vec<u8>) {
        todo!("frame: Four bytes.")
    }

    /// Reads a payload.
    ///
    /// # Errors
    /// [`Wrong::Short`] or [`Wrong::Long`].
    #[expect(unused_variables, reason = "goes with the todo!")]
    pub fn decode(payload: &[u8]) -> Result<Self, Wrong> {
        todo!("frame: Four bytes, and nothing behind them.")
    }

    /// Returns what is allowed when `self` is added to what is allowed already, which may be less than nothing.
    ///
    /// # Errors
    /// [`Wrong::CreditOverflow`] above [`Credit::MOST`].
    ///
    /// ```
    /// use rpc::frame::Wrong;
    /// use rpc::message::Credit;
    ///
    /// assert_eq!(Credit(10).added_to(-4), Ok(6));
    /// assert_eq!(Credit(1).added_to(Credit::MOST), Err(Wrong::CreditOverflow));
    /// ```
    #[expect(unused_variables, reason = "goes with the todo!")]
    pub fn added_to(self, allowed: i64) -> Result<i64, Wrong> {
        todo!("frame: The sum, unless it is above MOST.")
    }
}
