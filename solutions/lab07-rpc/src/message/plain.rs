//! Payloads that say nothing, or next to nothing.

use crate::frame::{Kind, Wrong};

/// How long the payloads of PING and PONG are, in bytes.
pub const PING: usize = 8;

/// Returns the payload of a PING or PONG.
///
/// # Errors
/// [`Wrong::Short`] or [`Wrong::Long`], if it has not eight bytes.
pub fn ping(kind: Kind, payload: &[u8]) -> Result<&[u8; PING], Wrong> {
    // region:frame Eight bytes are an array of eight; fewer are too short.
    payload.try_into().map_err(|_| match payload.len() {
        0..PING => Wrong::Short(kind),
        _ => Wrong::Long(kind),
    })
    // endregion:frame
}

/// Looks at the payload of a frame that has none, as CANCEL.
///
/// # Errors
/// [`Wrong::Long`], if it has one.
pub fn nothing(kind: Kind, payload: &[u8]) -> Result<(), Wrong> {
    // region:frame Nothing is nothing; anything else is too long.
    match payload {
        [] => Ok(()),
        _ => Err(Wrong::Long(kind)),
    }
    // endregion:frame
}
