//! Payloads that say nothing, or next to nothing.

use crate::frame::{Kind, Wrong};

/// How long the payloads of PING and PONG are, in bytes.
pub const PING: usize = 8;

/// Returns the payload of a PING or PONG.
///
/// # Errors
/// [`Wrong::Short`] or [`Wrong::Long`], if it has not eight bytes.
#[expect(unused_variables, reason = "goes with the todo!")]
pub fn ping(kind: Kind, payload: &[u8]) -> Result<&[u8; PING], Wrong> {
    todo!("frame: Eight bytes are an array of eight; fewer are too short.")
}

/// Looks at the payload of a frame that has none, as CANCEL.
///
/// # Errors
/// [`Wrong::Long`], if it has one.
#[expect(unused_variables, reason = "goes with the todo!")]
pub fn nothing(kind: Kind, payload: &[u8]) -> Result<(), Wrong> {
    todo!("frame: Nothing is nothing; anything else is too long.")
}
