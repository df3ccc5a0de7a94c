//! A call that is more than a reply: items, messages, and input.

use std::future::poll_fn;
use std::task::{Context, Poll};

use super::Multiplex;
use super::calls::Event;
use super::state::{Ask, Begun};
// region:multiplex
use super::state::too_large;
use crate::frame::{self, Kind};
// endregion:multiplex
use crate::error::Result;
use crate::frame::LAST;

/// What comes on a call, piece by piece: see [`Multiplex::open`].
///
/// The server sends only so much as was allowed, and more is allowed as [`Stream::next`] takes what came: whoever is slow slows the server down.
/// Dropped before its end, the call is cancelled.
#[derive(Debug)]
pub struct Stream {
    client: Multiplex,
    /// Of the call; `None` when the end was seen.
    id: Option<u64>,
}

impl Stream {
    /// Begins a call.
    pub(super) async fn open(client: Multiplex, ask: Ask<'_>) -> Result<Self> {
        let begun = poll_fn(|context| {
            let waker = context.waker();
            let begun = client
                .shared()
                .change(|state| state.begin(ask, Some(Box::default()), waker));
            match begun {
                Ok(Begun::Later) => Poll::Pending,
                Ok(Begun::Id(id)) => Poll::Ready(Ok(id)),
                Err(error) => Poll::Ready(Err(error)),
            }
        });
        let id = Some(begun.await?);
        Ok(Self { client, id })
    }

    /// Waits for what comes next. The reply is the last; afterwards there is `None`.
    ///
    /// # Errors
    /// How the call ended, if not with a reply. That is the end, too.
    pub async fn next(&mut self) -> Result<Option<Event>> {
        poll_fn(|context| self.poll_next(context)).await
    }

    /// Returns what sends the call's input.
    pub fn input(&self) -> Input {
        Input {
            client: self.client.clone(),
            id: self.id.unwrap_or_default(),
        }
    }

    fn poll_next(&mut self, context: &mut Context<'_>) -> Poll<Result<Option<Event>>> {
        // region:multiplex/next Events first, the oldest one first, and only then the outcome, with which the call is taken out of the state. An item that is taken may bring the server new credit, as long as the call has not ended.
        let Some(id) = self.id else {
            return Poll::Ready(Ok(None));
        };
        let ended = self.client.shared().change(|state| {
            let pending = state
                .calls
                .get_mut(id)
                .expect("a call is there until its end is taken");
            let flow = pending.flow.as_mut().expect("a stream has one");
            let Some(event) = flow.events.pop_front() else {
                let Some(outcome) = pending.outcome.take() else {
                    pending.wait(context.waker());
                    return Poll::Pending;
                };
                state.calls.remove(id);
                return Poll::Ready(Err(outcome));
            };
            match &event {
                Event::Item(item) => {
                    let granted = pending.window.taken(item.len());
                    let granted = granted.filter(|_| pending.outcome.is_none());
                    state.grant(id, granted);
                }
                Event::Push { body, .. } => flow.pushed -= body.len(),
                Event::Reply(_) => {}
            }
            Poll::Ready(Ok(event))
        });
        ended.map(|event| match event {
            Ok(event) => Ok(Some(event)),
            Err(outcome) => {
                self.id = None;
                Ok(Some(Event::Reply(outcome?)))
            }
        })
        // endregion:multiplex/next
    }
}

impl Drop for Stream {
    fn drop(&mut self) {
        // region:multiplex/leave
        if let Some(id) = self.id {
            self.client.shared().change(|state| state.cancel(id));
        }
        //~ // multiplex: A call whose end was not seen is cancelled.
        // endregion:multiplex/leave
    }
}

/// Sends the input of a call, as the server allows it.
///
/// One task at a time may wait in it.
#[derive(Debug)]
pub struct Input {
    client: Multiplex,
    id: u64,
}

impl Input {
    /// Waits until the server takes more, and sends an item. Returns whether the call was still under way.
    ///
    /// # Errors
    /// If the server takes no item that is so large.
    pub async fn send(&mut self, item: &[u8]) -> Result<bool> {
        self.write(item, 0).await
    }

    /// Sends the last item, which may be empty, and so ends the input. Returns whether the call was still under way.
    ///
    /// # Errors
    /// If the server takes no item that is so large.
    pub async fn finish(mut self, item: &[u8]) -> Result<bool> {
        self.write(item, LAST).await
    }

    async fn write(&mut self, item: &[u8], flags: u16) -> Result<bool> {
        poll_fn(|context| self.poll_write(item, flags, context)).await
    }

    fn poll_write(&mut self, item: &[u8], flags: u16, context: &mut Context<'_>) -> Poll<Result<bool>> {
        // region:multiplex/input As long as the server's room is above 0, an item of any length that it takes at all may be sent, even if the room is less than nothing afterwards. Without room, leave the waker as the flow's `sender`.
        self.client.shared().change(|state| {
            let limit = state.limit();
            let Some(pending) = state
                .calls
                .get_mut(self.id)
                .filter(|pending| pending.outcome.is_none())
            else {
                return Poll::Ready(Ok(false));
            };
            if item.len() > limit as usize {
                return Poll::Ready(Err(too_large(item.len(), limit)));
            }
            let flow = pending.flow.as_mut().expect("a stream has one");
            if flow.room <= 0 {
                flow.sender = Some(context.waker().clone());
                return Poll::Pending;
            }
            flow.room -= item.len() as i64;
            frame::append(&mut state.out, Kind::Item, flags, self.id, |out| {
                out.extend_from_slice(item)
            });
            Poll::Ready(Ok(true))
        })
        // endregion:multiplex/input
    }
}
