//! How much the server may send of a call's items before somebody has taken them.

use crate::frame::Wrong;
use crate::message::Credit;

/// What the server may send, and what was taken since it was last told.
#[derive(Debug, Clone, Copy)]
pub(super) struct Window {
    /// How many bytes it may send; less than nothing after a large item.
    open: i64,
    /// How many bytes were taken for which it has no new credit yet.
    taken: u64,
}

impl Default for Window {
    fn default() -> Self {
        Self {
            open: Credit::FIRST.into(),
            taken: 0,
        }
    }
}

impl Window {
    /// Notes that an item of so many bytes came.
    ///
    /// # Errors
    /// [`Wrong::NoCredit`] if the server had nothing left.
    #[expect(unused_variables, reason = "goes with the todo!")]
    pub(super) fn came(&mut self, bytes: usize) -> Result<(), Wrong> {
        todo!("multiplex: An item may be larger than what is left, as long as something is.")
    }

    /// Notes that so many bytes of items were taken. Returns what the server may be told now.
    ///
    /// It is told when half of what it began with was taken, and not for each item: a CREDIT costs as much as an item does.
    #[expect(unused_variables, reason = "goes with the todo!")]
    pub(super) fn taken(&mut self, bytes: usize) -> Option<Credit> {
        todo!(
            "multiplex: Add up what was taken; with half of Credit::FIRST, open the window by it and begin again."
        )
    }
}
