//! The items of a call in both directions, and the right to send them.

use super::Call;
use super::call::too_large;
use crate::frame::Wrong;
use crate::message::Credit;
use crate::methods::Over;

impl Call {
    /// Sends an item. Waits until the client allows it and the connection has room: not for the loop's thread.
    ///
    /// # Errors
    /// [`Over`], also while it waits.
    pub fn send(&self, item: &[u8]) -> Result<(), Over> {
        self.check(item)?;
        todo!(
            "multiplex: Under the lock of the outbox: as long as the call is not over and `may_send` says no, wait for a change. Then `put` the item. Both are for you to write: an item may be sent while the credit is positive and the connection has room; putting one in costs its length, and is an error when the call is over."
        )
    }

    /// Sends an item if that is possible now. If it returns `false`, [`Listener::credit`](crate::methods::Listener::credit) tells when to try
    /// again.
    ///
    /// # Errors
    /// [`Over`].
    pub fn try_send(&self, item: &[u8]) -> Result<bool, Over> {
        self.check(item)?;
        todo!(
            "multiplex: As `send`, without waiting: if it may not be sent now, note that the call is `hungry`, and for want of room that in the outbox too, and return false."
        )
    }

    /// Sends a message of a subscription if the connection has room now; `payload` is that of a [`Push`](crate::message::Push). It needs no
    /// credit.
    ///
    /// # Errors
    /// [`Over`].
    #[expect(unused_variables, reason = "goes with the todo!")]
    pub fn push(&self, payload: &[u8]) -> Result<bool, Over> {
        todo!(
            "push: Under the lock of the outbox: over is over; without room, or if the client does not take so long a payload, it is not sent. Else put the frame in."
        )
    }

    /// Allows the client to send so many bytes of input in addition, since so many are dealt with.
    #[expect(unused_variables, reason = "goes with the todo!")]
    pub fn consumed(&self, bytes: u32) {
        todo!(
            "multiplex: Add it to what is granted first and send CREDIT then: the client may be quick. Nothing is sent if the call is over, or for no bytes."
        )
    }

    /// Takes note of what the client allows in addition.
    ///
    /// # Errors
    /// [`Wrong::CreditOverflow`].
    #[expect(unused_variables, reason = "goes with the todo!")]
    pub(super) fn allow(&self, credit: Credit) -> Result<(), Wrong> {
        todo!(
            "multiplex: Under the lock of the outbox, so that whoever looks and then waits cannot miss it; and wake those who wait. `Credit::added_to` judges it."
        )
    }

    /// Takes note that the client has sent so many bytes of input.
    ///
    /// # Errors
    /// [`Wrong::NoCredit`] if it was not allowed to send anything.
    #[expect(unused_variables, reason = "goes with the todo!")]
    pub(super) fn spend(&self, bytes: usize) -> Result<(), Wrong> {
        todo!(
            "multiplex: One item may be longer than what is left of the credit, but none may come when nothing is left."
        )
    }

    /// Ends the call if an item is longer than the client takes.
    fn check(&self, item: &[u8]) -> Result<(), Over> {
        if item.len() <= self.link.limit as usize {
            return Ok(());
        }
        self.fail(too_large("an item", item.len(), self.link.limit));
        Err(Over)
    }
}
