//! What is over: late calls, silent clients, and at last the server.

use std::time::{Duration, Instant};

use nbnet::service::{Drain, Reply, Violation};

use super::service::{Rpc, push};
use super::session::Session;
use crate::frame::Kind;
use crate::message::{GoAway, PING};

/// What a PING carries.
const ASKS: [u8; PING] = *b"anybody?";

/// Why the server takes no more calls.
pub(super) const ENDING: &str = "shutting down";

/// Whether a client is still there.
pub(super) struct Life {
    /// When something was heard of it last.
    heard: Instant,
    /// It was asked since.
    asked: bool,
    /// When the clock sends an alarm: when something is due, or before.
    alarm: Option<Instant>,
    /// How much waited for it at the last alarm, in bytes.
    unsent: usize,
}

impl Life {
    /// Begins one.
    pub(super) fn new(now: Instant) -> Self {
        Self {
            heard: now,
            asked: false,
            alarm: None,
            unsent: 0,
        }
    }

    /// Takes note that something was heard.
    pub(super) fn heard(&mut self, now: Instant) {
        self.heard = now;
        self.asked = false;
    }

    /// Returns whether an alarm must be set for `at`, and takes note of it. One that comes too early is no harm: busy connections would set
    /// theirs anew with every call.
    #[expect(unused_variables, reason = "goes with the todo!")]
    pub(super) fn wants_alarm(&mut self, at: Instant) -> bool {
        todo!("call: Only if there is none, or a later one.")
    }

    /// Looks whether a client is silent: asks it after `ping`, gives it up after twice as much. Returns when to look again, or nothing if it is
    /// given up.
    #[expect(unused_variables, reason = "goes with the todo!")]
    fn listen_for(&mut self, ping: Duration, greeted: bool, reply: &mut Reply<'_>) -> Option<Instant> {
        todo!(
            "call: Who reads what waits for it is not silent: `unsent` has become less since the last time. Only who has said HELLO is asked. What is heard later moves everything, and is found when the alarm comes."
        )
    }
}

impl Rpc {
    /// Sees to it that the clock knows of what is due at `at`.
    pub(super) fn watch(&self, session: &mut Session, at: Instant, reply: &Reply<'_>) {
        if session.life.wants_alarm(at) {
            self.clock.set(reply.peer().address(), at);
        }
    }

    /// Does what is due when the clock says so.
    ///
    /// # Errors
    /// That the client is silent.
    #[expect(unused_variables, reason = "goes with the todo!")]
    pub(super) fn alarm(&self, session: &mut Session, reply: &mut Reply<'_>) -> Result<(), Violation> {
        todo!(
            "call: The clock has forgotten the alarm. Late calls expire; a silent client (`listen_for`, if there is a `ping`) is a violation `silent for MS ms` at once, of twice that time. Then `watch` the next deadline, and the time to listen again."
        )
    }

    /// Begins to end a connection: what is under way goes on.
    #[expect(unused_variables, reason = "goes with the todo!")]
    pub(super) fn go_away(&self, session: &mut Session, reply: &mut Reply<'_>) -> Drain {
        todo!(
            "call: Whoever has said HELLO is told the last call that was taken, by GOAWAY. Calls that never end by themselves are told to (`Calls::drain`). The end waits for those that are under way, and nobody else."
        )
    }
}

/// Tells a client that no call after `last` is taken.
pub(super) fn say_goodbye(last: u64, reply: &mut Reply<'_>) {
    let mut payload = Vec::new();
    let reason = ENDING;
    GoAway { last, reason }.encode(&mut payload);
    push(reply, Kind::GoAway, 0, &payload);
}
