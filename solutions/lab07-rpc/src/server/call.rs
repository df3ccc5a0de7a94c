//! One call, as its method sees it.

use std::net::SocketAddr;
use std::time::Instant;

use crate::message::Failure;
use crate::methods::Over;

/// A call that is under way. Threads share it; the first that ends it wins. If nobody has when the last of them drops it, it is answered
/// [`Code::INTERNAL`](crate::Code::INTERNAL).
pub struct Call {}

impl Call {
    /// Returns who calls.
    pub fn peer(&self) -> SocketAddr {
        todo!()
    }

    /// Returns when its time is over, if it has a limit.
    pub fn deadline(&self) -> Option<Instant> {
        todo!()
    }

    /// Returns whether nobody waits for its answer any more: it was cancelled, it is late, or the client is gone.
    pub fn is_over(&self) -> bool {
        todo!()
    }

    /// Sends an item. Waits until the client allows it and the connection has room: not for the loop's thread.
    ///
    /// # Errors
    /// [`Over`], also while it waits.
    pub fn send(&self, item: &[u8]) -> Result<(), Over> {
        let _ = item;
        todo!()
    }

    /// Sends an item if that is possible now. If it returns `false`, [`Listener::credit`](crate::methods::Listener::credit) tells when to try again.
    ///
    /// # Errors
    /// [`Over`].
    pub fn try_send(&self, item: &[u8]) -> Result<bool, Over> {
        let _ = item;
        todo!()
    }

    /// Sends a message of a subscription, whose payload is that of a [`Push`](crate::message::Push), if the connection has room now. It needs no credit.
    ///
    /// # Errors
    /// [`Over`].
    pub fn push(&self, payload: &[u8]) -> Result<bool, Over> {
        let _ = payload;
        todo!()
    }

    /// Waits until the call is over or `until` has come.
    pub fn wait_until(&self, until: Instant) {
        let _ = until;
        todo!()
    }

    /// Allows the client to send so many bytes of input in addition, since so many are dealt with.
    pub fn consumed(&self, bytes: u32) {
        let _ = bytes;
        todo!()
    }

    /// Ends the call with a reply.
    pub fn reply(&self, body: &[u8]) {
        let _ = body;
        todo!()
    }

    /// Ends the call with a failure.
    pub fn fail(&self, failure: Failure) {
        let _ = failure;
        todo!()
    }
}
