//! Where a method is run: at once, on a thread of the pool, or wherever it likes.

use std::cell::Cell;
use std::sync::Arc;

use nbnet::service::Reply;

use super::Call;
use super::call::fitting;
use super::service::{Rpc, push};
use super::session::Session;
use crate::code::Code;
use crate::frame::{Kind, Wrong};
use crate::message::{self, Failure};
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
    #[expect(unused_variables, reason = "goes with the todo!")]
    pub(super) fn call(
        &self,
        session: &mut Session,
        id: u64,
        payload: &[u8],
        reply: &mut Reply<'_>,
    ) -> Result<(), Wrong> {
        todo!(
            "call: Judge the id with `count`, read the payload, and find the method. A server that is `going` answers GOING_AWAY (ENDING) and counts the call as refused; a method that is not there is UNKNOWN_METHOD. Then each kind of method has its function."
        )
    }

    /// Runs a method at once.
    #[expect(unused_variables, reason = "goes with the todo!")]
    fn run(&self, run: &Inline, id: u64, body: &[u8], limit: u32, reply: &mut Reply<'_>) {
        todo!(
            "call: Take the thread's buffer and put it back cleared at the end, and not too large. A method that panics has failed with `panicked()`; a reply that is longer than `limit` is `too_large`."
        )
    }

    /// Begins a call that will be under way, unless there are too many.
    #[expect(unused_variables, reason = "goes with the todo!")]
    fn begin(
        &self,
        session: &mut Session,
        id: u64,
        call: &message::Call<'_>,
        reply: &mut Reply<'_>,
    ) -> Option<Arc<Call>> {
        todo!(
            "call: With `max_calls` under way already it is refused, as OVERLOADED. Else make a Call that began `now`, as the reply knows it without asking the clock, put it among the session's calls, and `watch` its deadline."
        )
    }

    /// Lets a call wait for a thread of the pool.
    #[expect(unused_variables, reason = "goes with the todo!")]
    fn give(&self, call: Arc<Call>, method: usize, body: &[u8]) {
        todo!("call: If the pool has no room, the call is refused as OVERLOADED; else it has started.")
    }

    /// Hands a call over to its method, which answers it whenever it likes.
    #[expect(unused_variables, reason = "goes with the todo!")]
    fn hand_over(&self, session: &mut Session, call: Arc<Call>, run: &Deferred, body: &[u8]) {
        todo!(
            "call: Whoever listens is noted among the session's calls. A method that fails or panics instead fails its call."
        )
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
