//! The right to send.

use crate::frame::Wrong;
// region:frame
use super::fields::Fields;
use crate::frame::Kind;
// endregion:frame

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
    //~frame #[expect(clippy::ptr_arg, reason = "bytes will be appended to it")]
    pub fn encode(&self, out: &mut Vec<u8>) {
        // region:frame Four bytes.
        out.extend_from_slice(&self.0.to_be_bytes());
        // endregion:frame
    }

    /// Reads a payload.
    ///
    /// # Errors
    /// [`Wrong::Short`] or [`Wrong::Long`].
    pub fn decode(payload: &[u8]) -> Result<Self, Wrong> {
        // region:frame Four bytes, and nothing behind them.
        let mut fields = Fields::new(Kind::Credit, payload);
        let credit = Self(u32::from_be_bytes(fields.array()?));
        fields.end()?;
        Ok(credit)
        // endregion:frame
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
    pub fn added_to(self, allowed: i64) -> Result<i64, Wrong> {
        // region:frame The sum, unless it is above MOST.
        match allowed + i64::from(self.0) {
            sum if sum <= Self::MOST => Ok(sum),
            _ => Err(Wrong::CreditOverflow),
        }
        // endregion:frame
    }
}
