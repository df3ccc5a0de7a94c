//! A call that is more than a reply: items, messages, and input.

use std::future::poll_fn;
use std::task::{Context, Poll};

use super::Multiplex;
use super::calls::Event;
use super::state::{Ask, Begun};
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

    #[expect(unused_variables, reason = "goes with the todo!")]
    fn poll_next(&mut self, context: &mut Context<'_>) -> Poll<Result<Option<Event>>> {
        todo!(
            "multiplex: Events first, the oldest one first, and only then the outcome, with which the call is taken out of the state. An item that is taken may bring the server new credit, as long as the call has not ended."
        )
    }
}

impl Drop for Stream {
    fn drop(&mut self) {
        // multiplex: A call whose end was not seen is cancelled.
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

    #[expect(unused_variables, reason = "goes with the todo!")]
    fn poll_write(&mut self, item: &[u8], flags: u16, context: &mut Context<'_>) -> Poll<Result<bool>> {
        todo!(
            "multiplex: As long as the server's room is above 0, an item of any length that it takes at all may be sent, even if the room is less than nothing afterwards. Without room, leave the waker as the flow's `sender`."
        )
    }
}
