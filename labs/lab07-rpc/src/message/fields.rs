//! Numbers and texts off the front of a payload.

use crate::frame::{Kind, Wrong};

/// Takes fields off the front of a payload.
pub(super) struct Fields<'a> {
    kind: Kind,
    left: &'a [u8],
}

#[expect(dead_code, reason = "the messages will use it")]
impl<'a> Fields<'a> {
    /// Begins with a payload of this kind.
    pub(super) fn new(kind: Kind, payload: &'a [u8]) -> Self {
        Self { kind, left: payload }
    }

    /// Takes a number of `N` bytes, as these bytes.
    ///
    /// # Errors
    /// [`Wrong::Short`] if there are not so many.
    pub(super) fn array<const N: usize>(&mut self) -> Result<[u8; N], Wrong> {
        todo!("frame: What is not there is too short; nothing may panic, whatever comes.")
    }

    /// Takes so many bytes of text.
    ///
    /// # Errors
    /// [`Wrong::Short`] if there are not so many, [`Wrong::Text`] if they are not UTF-8.
    #[expect(unused_variables, reason = "goes with the todo!")]
    pub(super) fn text(&mut self, length: usize) -> Result<&'a str, Wrong> {
        todo!("frame: As with a number; and only what is UTF-8 is text.")
    }

    /// Returns how many bytes are left.
    pub(super) fn len(&self) -> usize {
        self.left.len()
    }

    /// Takes all that is left, as it is.
    pub(super) fn rest(self) -> &'a [u8] {
        self.left
    }

    /// Ends: nothing may be left.
    ///
    /// # Errors
    /// [`Wrong::Long`] if something is.
    pub(super) fn end(self) -> Result<(), Wrong> {
        match self.left {
            [] => Ok(()),
            _ => Err(Wrong::Long(self.kind)),
        }
    }
}
