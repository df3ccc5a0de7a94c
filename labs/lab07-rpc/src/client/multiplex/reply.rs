//! A call of which only the reply matters.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use super::state::{Ask, Shared};
use crate::error::Result;

/// The reply to a call, when it has come: see [`Multiplex::call`](super::Multiplex::call).
///
/// The call is begun when the future is polled first. Dropped before its end, the call is cancelled.
#[must_use = "nothing is called before the future is awaited"]
pub struct Reply<'a> {
    shared: &'a Shared,
    ask: Ask<'a>,
    /// Of the call, once it is begun.
    id: Option<u64>,
}

impl<'a> Reply<'a> {
    pub(super) fn new(shared: &'a Shared, ask: Ask<'a>) -> Self {
        Self {
            shared,
            ask,
            id: None,
        }
    }

    /// Gives the call so much time, or as much as it likes.
    pub fn within(mut self, timeout: Option<Duration>) -> Self {
        self.ask.timeout = timeout;
        self
    }
}

impl Future for Reply<'_> {
    type Output = Result<Vec<u8>>;

    #[expect(unused_variables, reason = "goes with the todo!")]
    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        todo!(
            "multiplex: The first time, begin the call, through `change`, so that the driver is woken. Afterwards take its outcome, and the call out of the state; without one, leave the waker there, if it is another than before."
        )
    }
}

impl Drop for Reply<'_> {
    fn drop(&mut self) {
        // multiplex: A call that was begun, and whose outcome was not taken, is cancelled.
    }
}
