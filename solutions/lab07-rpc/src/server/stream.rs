//! The items of a call in both directions, and the right to send them.

// region:multiplex
use std::sync::MutexGuard;
use std::sync::atomic::Ordering::Relaxed;
// endregion:multiplex

use super::Call;
use super::call::too_large;
// region:multiplex
use super::link::Outbox;
use crate::frame::Kind;
// endregion:multiplex
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
        // region:multiplex Under the lock of the outbox: as long as the call is not over and `may_send` says no, wait for a change. Then `put` the item. Both are for you to write: an item may be sent while the credit is positive and the connection has room; putting one in costs its length, and is an error when the call is over.
        let mut outbox = self.link.lock();
        while !self.is_over() && !self.may_send(&outbox) {
            outbox = self.link.wait(outbox, None);
        }
        self.put(outbox, item)
        // endregion:multiplex
    }

    /// Sends an item if that is possible now. If it returns `false`, [`Listener::credit`](crate::methods::Listener::credit) tells when to try
    /// again.
    ///
    /// # Errors
    /// [`Over`].
    pub fn try_send(&self, item: &[u8]) -> Result<bool, Over> {
        self.check(item)?;
        // region:multiplex As `send`, without waiting: if it may not be sent now, note that the call is `hungry`, and for want of room that in the outbox too, and return false.
        let mut outbox = self.link.lock();
        if !self.is_over() && !self.may_send(&outbox) {
            self.hungry.store(true, Relaxed);
            if !self.link.has_room(&outbox) {
                outbox.want_room();
            }
            return Ok(false);
        }
        self.put(outbox, item)?;
        Ok(true)
        // endregion:multiplex
    }

    /// Sends a message of a subscription if the connection has room now; `payload` is that of a [`Push`](crate::message::Push). It needs no
    /// credit.
    ///
    /// # Errors
    /// [`Over`].
    pub fn push(&self, payload: &[u8]) -> Result<bool, Over> {
        // region:push Under the lock of the outbox: over is over; without room, or if the client does not take so long a payload, it is not sent. Else put the frame in.
        let mut outbox = self.link.lock();
        if self.is_over() {
            return Err(Over);
        }
        if !self.link.has_room(&outbox) || payload.len() > self.link.limit as usize {
            return Ok(false);
        }
        outbox.frame(Kind::Push, self.id, |out| out.extend_from_slice(payload));
        self.link.unlock(outbox);
        Ok(true)
        // endregion:push
    }

    /// Allows the client to send so many bytes of input in addition, since so many are dealt with.
    pub fn consumed(&self, bytes: u32) {
        // region:multiplex Add it to what is granted first and send CREDIT then: the client may be quick. Nothing is sent if the call is over, or for no bytes.
        if bytes == 0 {
            return;
        }
        let mut outbox = self.link.lock();
        if !self.is_over() {
            self.granted.fetch_add(bytes.into(), Relaxed);
            outbox.frame(Kind::Credit, self.id, |out| Credit(bytes).encode(out));
            self.link.unlock(outbox);
        }
        // endregion:multiplex
    }

    /// Takes note of what the client allows in addition.
    ///
    /// # Errors
    /// [`Wrong::CreditOverflow`].
    pub(super) fn allow(&self, credit: Credit) -> Result<(), Wrong> {
        // region:multiplex Under the lock of the outbox, so that whoever looks and then waits cannot miss it; and wake those who wait. `Credit::added_to` judges it.
        let outbox = self.link.lock();
        let allowed = credit.added_to(self.allowed.load(Relaxed))?;
        self.allowed.store(allowed, Relaxed);
        self.link.wake(outbox);
        Ok(())
        // endregion:multiplex
    }

    /// Takes note that the client has sent so many bytes of input.
    ///
    /// # Errors
    /// [`Wrong::NoCredit`] if it was not allowed to send anything.
    pub(super) fn spend(&self, bytes: usize) -> Result<(), Wrong> {
        // region:multiplex One item may be longer than what is left of the credit, but none may come when nothing is left.
        let bytes = i64::try_from(bytes).unwrap_or(i64::MAX);
        match self.granted.fetch_sub(bytes, Relaxed) {
            1.. => Ok(()),
            _ => Err(Wrong::NoCredit),
        }
        // endregion:multiplex
    }

    // region:multiplex
    /// Returns whether an item can be sent now.
    fn may_send(&self, outbox: &Outbox) -> bool {
        self.allowed.load(Relaxed) > 0 && self.link.has_room(outbox)
    }

    /// Puts an item in, unless the call is over.
    fn put(&self, mut outbox: MutexGuard<'_, Outbox>, item: &[u8]) -> Result<(), Over> {
        if self.is_over() {
            return Err(Over);
        }
        let length = i64::try_from(item.len()).unwrap_or(i64::MAX);
        self.allowed.fetch_sub(length, Relaxed);
        outbox.frame(Kind::Item, self.id, |out| out.extend_from_slice(item));
        self.link.unlock(outbox);
        Ok(())
    }
    // endregion:multiplex

    /// Ends the call if an item is longer than the client takes.
    fn check(&self, item: &[u8]) -> Result<(), Over> {
        if item.len() <= self.link.limit as usize {
            return Ok(());
        }
        self.fail(too_large("an item", item.len(), self.link.limit));
        Err(Over)
    }
}
