//! The calls of a connection that are under way.

use std::collections::BTreeMap;
use std::mem;
use std::panic::{self, AssertUnwindSafe};
use std::sync::{Arc, Weak};
use std::time::Instant;

use nbnet::service::Reply;

use super::Call;
use super::dispatch::panicked;
use super::link::Link;
use crate::frame::Wrong;
use crate::message::Credit;
use crate::methods::Listener;

/// For how many ids room is kept.
const WORTH_KEEPING: usize = 8;

/// The calls of a connection that are under way, by their ids. Without any it holds next to no memory.
#[derive(Default)]
pub(super) struct Calls {
    under_way: BTreeMap<u64, UnderWay>,
    /// Room for the ids of those that have ended.
    ended: Vec<u64>,
}

/// One of them. The session only watches: whoever works on the call holds it.
pub(super) struct UnderWay {
    call: Weak<Call>,
    deadline: Option<Instant>,
    listener: Option<Box<dyn Listener>>,
}

impl Calls {
    /// Returns how many there are.
    pub(super) fn len(&self) -> usize {
        self.under_way.len()
    }

    /// Returns whether there is none.
    pub(super) fn is_empty(&self) -> bool {
        self.under_way.is_empty()
    }

    /// Returns whether a call has this id.
    pub(super) fn contains(&self, id: u64) -> bool {
        self.under_way.contains_key(&id)
    }

    /// Adds a call.
    pub(super) fn insert(&mut self, call: &Arc<Call>) {
        let watched = UnderWay {
            call: Arc::downgrade(call),
            deadline: call.deadline(),
            listener: None,
        };
        self.under_way.insert(call.id, watched);
    }

    /// Notes who listens to a call, if anybody does.
    pub(super) fn listen(&mut self, id: u64, listener: Option<Box<dyn Listener>>) {
        if let Some(watched) = self.under_way.get_mut(&id) {
            watched.listener = listener;
        }
    }

    /// Takes note of what the client allows a call in addition, unless it has ended.
    ///
    /// # Errors
    /// [`Wrong::CreditOverflow`].
    #[expect(unused_variables, reason = "goes with the todo!")]
    pub(super) fn credit(&mut self, id: u64, credit: Credit) -> Result<(), Wrong> {
        todo!(
            "multiplex: Find the call, `allow` it, and let it be `fed`. An id that is not there is no mistake of the client: the call's end and this frame have crossed."
        )
    }

    /// Hands a piece of input to whoever listens to a call, unless it has ended.
    ///
    /// # Errors
    /// [`Wrong::NoCredit`].
    #[expect(unused_variables, reason = "goes with the todo!")]
    pub(super) fn input(&mut self, id: u64, bytes: &[u8], last: bool) -> Result<(), Wrong> {
        todo!(
            "multiplex: Find the call, `spend` what it may send, and `hear` it. An id that is not there is passed over, as with credit."
        )
    }

    /// Ends the calls whose time is over at `now`. Returns the next deadline.
    #[expect(unused_variables, reason = "goes with the todo!")]
    pub(super) fn expire(&mut self, now: Instant) -> Option<Instant> {
        todo!(
            "call: Every call whose deadline has come is ended with `Call::expire`; whoever listens to it hears that it is over, unless its method has been quicker. What counts for the next deadline are those that are left."
        )
    }

    /// Ends the call with this id, if there is one, since its client wants no answer.
    #[expect(unused_variables, reason = "goes with the todo!")]
    pub(super) fn cancel(&mut self, id: u64) {
        todo!("multiplex: Find it and `end` it with `Call::cancel`.")
    }

    /// Tells all who listen that the server begins to end.
    pub(super) fn drain(&mut self) {
        for watched in self.under_way.values_mut() {
            if let Some(call) = watched.call.upgrade() {
                watched.hear(&call, |listener| listener.drain());
            }
        }
    }

    /// Moves what threads have put into the link to the client, and forgets the calls that have ended with it.
    pub(super) fn flush(&mut self, link: &Link, reply: &mut Reply<'_>) {
        let mut ended = mem::take(&mut self.ended);
        let hungry = link.take(reply, &mut ended);
        for id in ended.drain(..) {
            self.under_way.remove(&id);
        }
        ended.shrink_to(WORTH_KEEPING);
        self.ended = ended;
        if hungry {
            self.feed();
        }
    }

    /// Tells those who could not send that they may try again.
    fn feed(&mut self) {
        for watched in self.under_way.values_mut() {
            if let Some(call) = watched.call.upgrade() {
                watched.feed(&call);
            }
        }
    }
}

impl UnderWay {
    /// Ends it with `end`, which says whether it was not over before, and tells whoever listens.
    fn end(&mut self, end: impl FnOnce(&Call) -> bool) {
        if let Some(call) = self.call.upgrade()
            && end(&call)
        {
            self.hear(&call, |listener| listener.over());
        }
    }

    /// Tells it that it may try again, if it could not send.
    fn feed(&mut self, call: &Call) {
        if call.was_hungry() {
            self.hear(call, |listener| listener.credit());
        }
    }

    /// Tells whoever listens something. A listener that panics fails its call, and hears nothing more.
    fn hear(&mut self, call: &Call, tell: impl FnOnce(&mut dyn Listener)) {
        let Some(listener) = &mut self.listener else {
            return;
        };
        if panic::catch_unwind(AssertUnwindSafe(|| tell(listener.as_mut()))).is_err() {
            call.fail(panicked());
            self.listener = None;
        }
    }
}

impl Drop for Calls {
    /// The connection is gone, whatever the reason: nobody is left who would hear an answer.
    fn drop(&mut self) {
        for watched in self.under_way.values_mut() {
            watched.end(Call::abandon);
        }
    }
}
