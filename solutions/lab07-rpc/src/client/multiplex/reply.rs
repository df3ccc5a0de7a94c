//! A call of which only the reply matters.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use super::state::{Ask, Shared};
// region:multiplex
use super::state::Begun;
// endregion:multiplex
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

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        // region:multiplex/reply The first time, begin the call, through `change`, so that the driver is woken. Afterwards take its outcome, and the call out of the state; without one, leave the waker there, if it is another than before.
        let this = self.get_mut();
        let waker = context.waker();
        let Some(id) = this.id else {
            let begun = this.shared.change(|state| state.begin(this.ask, None, waker))?;
            if let Begun::Id(id) = begun {
                this.id = Some(id);
            }
            return Poll::Pending;
        };
        let mut state = this.shared.lock();
        let pending = state
            .calls
            .get_mut(id)
            .expect("a call is there until its outcome is taken");
        let Some(outcome) = pending.outcome.take() else {
            pending.wait(waker);
            return Poll::Pending;
        };
        state.calls.remove(id);
        this.id = None;
        Poll::Ready(outcome)
        // endregion:multiplex/reply
    }
}

impl Drop for Reply<'_> {
    fn drop(&mut self) {
        // region:multiplex/give_up
        if let Some(id) = self.id {
            self.shared.change(|state| state.cancel(id));
        }
        //~ // multiplex: A call that was begun, and whose outcome was not taken, is cancelled.
        // endregion:multiplex/give_up
    }
}
