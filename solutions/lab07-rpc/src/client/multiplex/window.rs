//! How much the server may send of a call's items before somebody has taken them.

// region:multiplex
use std::mem;
// endregion:multiplex

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
    pub(super) fn came(&mut self, bytes: usize) -> Result<(), Wrong> {
        // region:multiplex/came An item may be larger than what is left, as long as something is.
        if self.open <= 0 {
            return Err(Wrong::NoCredit);
        }
        self.open -= bytes as i64;
        Ok(())
        // endregion:multiplex/came
    }

    /// Notes that so many bytes of items were taken. Returns what the server may be told now.
    ///
    /// It is told when half of what it began with was taken, and not for each item: a CREDIT costs as much as an item does.
    pub(super) fn taken(&mut self, bytes: usize) -> Option<Credit> {
        // region:multiplex/taken Add up what was taken; with half of Credit::FIRST, open the window by it and begin again.
        self.taken += bytes as u64;
        if self.taken < u64::from(Credit::FIRST / 2) {
            return None;
        }
        let taken = mem::take(&mut self.taken);
        self.open += taken as i64;
        Some(Credit(u32::try_from(taken).unwrap_or(u32::MAX)))
        // endregion:multiplex/taken
    }
}

// region:multiplex
#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_of_the_window_is_given_back_at_once() {
        let mut window = Window::default();
        let half = Credit::FIRST as usize / 2;
        window.came(half).unwrap();
        assert_eq!(window.taken(half - 1), None);
        assert_eq!(window.taken(1), Some(Credit(half as u32)));
        assert_eq!(window.open, i64::from(Credit::FIRST));
    }

    #[test]
    fn an_item_may_overdraw_the_window_and_the_next_one_may_not() {
        let mut window = Window::default();
        window.came(Credit::FIRST as usize - 1).unwrap();
        window.came(1_000_000).unwrap();
        assert_eq!(window.came(0), Err(Wrong::NoCredit));
        // All of it was taken: the server may send again as much as at the beginning.
        assert_eq!(
            window.taken(Credit::FIRST as usize - 1 + 1_000_000),
            Some(Credit(Credit::FIRST - 1 + 1_000_000))
        );
        assert_eq!(window.open, i64::from(Credit::FIRST));
    }
}
// endregion:multiplex
