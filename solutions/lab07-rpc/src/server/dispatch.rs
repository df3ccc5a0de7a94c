//! Where a method is run: at once, on a thread of the pool, or wherever it likes.

use std::cell::Cell;
// region:call
use std::panic::{self, AssertUnwindSafe};
// endregion:call
use std::sync::Arc;

use nbnet::service::Reply;

use super::Call;
use super::call::fitting;
// region:call
use super::call::too_large;
use super::life::ENDING;
use super::pool::Task;
// endregion:call
use super::service::{Rpc, push};
use super::session::Session;
// region:call
use super::stats::more;
// endregion:call
use crate::code::Code;
use crate::frame::{Kind, Wrong};
use crate::message::{self, Failure};
// region:call
use crate::methods::Method;
// endregion:call
use crate::methods::{Deferred, Inline};

/// How much of a name is repeated to who has called it, in characters.
const SHOWN: usize = 100;

/// How much memory for replies a thread keeps, in bytes.
const WORTH_KEEPING: usize = 256 << 10;

thread_local! {
    /// Where methods that run at once write, so that no call needs memory of its own.
    static REPLY: Cell<Vec<u8>> = const { Cell::new(Vec::new()) };
}

impl Rpc {
    /// Takes a call: its reply is in `reply`, or it is under way, or it has failed.
    ///
    /// # Errors
    /// What the client did wrong.
    pub(super) fn call(
        &self,
        session: &mut Session,
        id: u64,
        payload: &[u8],
        reply: &mut Reply<'_>,
    ) -> Result<(), Wrong> {
        // region:call Judge the id with `count`, read the payload, and find the method. A server that is `going` answers GOING_AWAY (ENDING) and counts the call as refused; a method that is not there is UNKNOWN_METHOD. Then each kind of method has its function.
        session.count(id)?;
        let call = message::Call::decode(payload)?;
        let limit = session.limit;
        if session.going.is_some() {
            more(&self.stats.refused);
            fail(reply, id, Failure::new(Code::GOING_AWAY, ENDING), limit);
            return Ok(());
        }
        let Some(place) = self.methods.find(call.method) else {
            let message = format!("there is no method {:.SHOWN$}", call.method);
            fail(reply, id, Failure::new(Code::UNKNOWN_METHOD, message), limit);
            return Ok(());
        };
        match self.methods.at(place) {
            Method::Inline(run) => self.run(run, id, call.body, limit, reply),
            Method::Pooled(_) => {
                if let Some(begun) = self.begin(session, id, &call, reply) {
                    self.give(begun, place, call.body);
                }
            }
            Method::Deferred(run) => {
                if let Some(begun) = self.begin(session, id, &call, reply) {
                    self.hand_over(session, begun, run, call.body);
                }
            }
        }
        Ok(())
        // endregion:call
    }

    /// Runs a method at once.
    fn run(&self, run: &Inline, id: u64, body: &[u8], limit: u32, reply: &mut Reply<'_>) {
        // region:call Take the thread's buffer and put it back cleared at the end, and not too large. A method that panics has failed with `panicked()`; a reply that is longer than `limit` is `too_large`.
        let mut buffer = REPLY.take();
        let ran = panic::catch_unwind(AssertUnwindSafe(|| run(body, &mut buffer)));
        match ran.unwrap_or_else(|_| Err(panicked())) {
            Ok(()) if buffer.len() <= limit as usize => push(reply, Kind::Reply, id, &buffer),
            Ok(()) => fail(reply, id, too_large("a reply", buffer.len(), limit), limit),
            Err(failure) => fail(reply, id, failure, limit),
        }
        buffer.clear();
        buffer.shrink_to(WORTH_KEEPING);
        REPLY.set(buffer);
        more(&self.stats.inline);
        // endregion:call
    }

    /// Begins a call that will be under way, unless there are too many.
    fn begin(
        &self,
        session: &mut Session,
        id: u64,
        call: &message::Call<'_>,
        reply: &mut Reply<'_>,
    ) -> Option<Arc<Call>> {
        // region:call With `max_calls` under way already it is refused, as OVERLOADED. Else make a Call that began `now`, as the reply knows it without asking the clock, put it among the session's calls, and `watch` its deadline.
        let most = self.settings.max_calls;
        if session.calls.len() >= most {
            more(&self.stats.refused);
            let message = format!("{most} calls of this connection are under way");
            fail(reply, id, Failure::new(Code::OVERLOADED, message), session.limit);
            return None;
        }
        let link = session.link(reply, &self.stats);
        let begun = Arc::new(Call::new(id, link, call, reply.now()));
        session.calls.insert(&begun);
        if let Some(deadline) = begun.deadline() {
            self.watch(session, deadline, reply);
        }
        Some(begun)
        // endregion:call
    }

    /// Lets a call wait for a thread of the pool.
    fn give(&self, call: Arc<Call>, method: usize, body: &[u8]) {
        // region:call If the pool has no room, the call is refused as OVERLOADED; else it has started.
        let task = Task {
            call: Arc::clone(&call),
            method,
            body: body.into(),
        };
        if self.pool.give(task) {
            more(&self.stats.started);
        } else {
            let message = format!("{} calls wait already", self.settings.queue);
            call.refuse(&Failure::new(Code::OVERLOADED, message));
        }
        // endregion:call
    }

    /// Hands a call over to its method, which answers it whenever it likes.
    fn hand_over(&self, session: &mut Session, call: Arc<Call>, run: &Deferred, body: &[u8]) {
        // region:call Whoever listens is noted among the session's calls. A method that fails or panics instead fails its call.
        more(&self.stats.started);
        let begun = Arc::clone(&call);
        let ran = panic::catch_unwind(AssertUnwindSafe(|| run(call, body)));
        match ran.unwrap_or_else(|_| Err(panicked())) {
            Ok(listener) => session.calls.listen(begun.id, listener),
            Err(failure) => begun.fail(failure),
        }
        // endregion:call
    }
}

/// Returns the failure of a method that panicked. What it said is on standard error.
pub(super) fn panicked() -> Failure {
    Failure::new(Code::INTERNAL, "the method panicked")
}

/// Fails a call that is not under way.
fn fail(reply: &mut Reply<'_>, id: u64, failure: Failure, limit: u32) {
    let mut payload = Vec::new();
    fitting(failure, limit).encode(&mut payload);
    push(reply, Kind::Error, id, &payload);
}
