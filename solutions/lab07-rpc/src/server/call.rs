//! One call, as its method sees it.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering::Relaxed};
use std::time::{Duration, Instant};

use super::link::Link;
use super::stats::{less, more};
use crate::code::Code;
use crate::frame::Kind;
use crate::message::{self, Credit, Failure};

/// A call that is under way. Threads share it; the first that ends it wins. If nobody has when the last of them drops it, it is answered
/// [`Code::INTERNAL`].
pub struct Call {
    pub(super) id: u64,
    pub(super) link: Arc<Link>,
    /// How much time it had when it came, in ms; 0 is no limit.
    left_ms: u32,
    deadline: Option<Instant>,
    /// It has ended. It changes under the lock of the outbox, so that nothing gets behind the last frame.
    over: AtomicBool,
    /// How many bytes of items the client allows, may be less than nothing. It changes under that lock, too.
    pub(super) allowed: AtomicI64,
    /// How many bytes of input the client may send.
    pub(super) granted: AtomicI64,
    /// It wants to be told when it can send.
    pub(super) hungry: AtomicBool,
}

impl Call {
    /// Begins one that came at `now`.
    pub(super) fn new(id: u64, link: &Arc<Link>, call: &message::Call<'_>, now: Instant) -> Self {
        more(&link.stats.calls);
        Self {
            id,
            link: Arc::clone(link),
            left_ms: call.left_ms,
            deadline: call.left().map(|left| now + left),
            over: AtomicBool::new(false),
            allowed: AtomicI64::new(Credit::FIRST.into()),
            granted: AtomicI64::new(Credit::FIRST.into()),
            hungry: AtomicBool::new(false),
        }
    }

    /// Returns who calls.
    pub fn peer(&self) -> SocketAddr {
        self.link.peer()
    }

    /// Returns the certificate by which the client has shown who it is, in DER. There is none without TLS; with it, the server's `ca` vouches for
    /// the certificate, or there would be no call.
    pub fn certificate(&self) -> Option<&[u8]> {
        self.link.certificate()
    }

    /// Returns when its time is over, if it has a limit.
    pub fn deadline(&self) -> Option<Instant> {
        self.deadline
    }

    /// Returns whether nobody waits for its answer any more: it was answered or cancelled, it is late, or the client is gone.
    pub fn is_over(&self) -> bool {
        self.over.load(Relaxed)
    }

    /// Waits until the call is over, or until `until`. Not for the loop's thread.
    pub fn wait_until(&self, until: Instant) {
        let mut outbox = self.link.lock();
        while !self.is_over()
            && let Some(left) = until.checked_duration_since(Instant::now())
            && left > Duration::ZERO
        {
            outbox = self.link.wait(outbox, Some(left));
        }
    }

    /// Ends the call with a reply, unless it is over.
    pub fn reply(&self, body: &[u8]) {
        if body.len() > self.link.limit as usize {
            return self.fail(too_large("a reply", body.len(), self.link.limit));
        }
        let reply = |out: &mut Vec<u8>| out.extend_from_slice(body);
        self.end(Kind::Reply, &self.link.stats.finished, reply);
    }

    /// Ends the call with a failure, unless it is over.
    pub fn fail(&self, failure: Failure) {
        let failure = fitting(failure, self.link.limit);
        self.end(Kind::Error, &self.link.stats.finished, |out| failure.encode(out));
    }

    /// Ends the connection that it came over, with all that is under way on it, when the client was sent what waits for it: nobody wants to hear more
    /// from there.
    pub fn hang_up(&self) {
        self.link.hang_up();
    }

    /// Ends it before its method is begun.
    pub(super) fn refuse(&self, failure: &Failure) {
        self.end(Kind::Error, &self.link.stats.refused, |out| failure.encode(out));
    }

    /// Ends it in place of its method: its client wants no answer. Returns whether it was not over before.
    pub(super) fn cancel(&self) -> bool {
        let failure = Failure::new(Code::CANCELLED, "cancelled by the client");
        self.end(Kind::Error, &self.link.stats.cancelled, |out| failure.encode(out))
    }

    /// Ends it in place of its method, if its time is over at `now`. Returns whether it was not over before.
    pub(super) fn expire(&self, now: Instant) -> bool {
        if self.deadline.is_none_or(|deadline| deadline > now) {
            return false;
        }
        let failure = Failure::new(Code::DEADLINE, format!("not done within {} ms", self.left_ms));
        self.end(Kind::Error, &self.link.stats.late, |out| failure.encode(out))
    }

    /// Returns whether it waited for the right to send, which it does no more.
    pub(super) fn was_hungry(&self) -> bool {
        self.hungry.swap(false, Relaxed)
    }

    /// Ends it without a word, since nobody is there who could hear it. Returns whether it was not over before.
    pub(super) fn abandon(&self) -> bool {
        let outbox = self.link.lock();
        let first = self.finish(&self.link.stats.cancelled);
        self.link.wake(outbox);
        first
    }

    /// Sends its last frame, unless it is over: each call has one end. Counts it by `counter`. Returns whether it was not over before.
    fn end(&self, kind: Kind, counter: &AtomicU64, write: impl FnOnce(&mut Vec<u8>)) -> bool {
        // region:call All of it is done under one lock, so that no item of another thread can get behind the last frame: `finish`, and if that was the first end, put in the frame, note the end in the outbox, and `unlock_and_wake`. Two who end it at the same time are one end.
        let mut outbox = self.link.lock();
        let first = self.finish(counter);
        if first {
            outbox.frame(kind, self.id, write);
            outbox.end(self.id);
            self.link.unlock_and_wake(outbox);
        }
        first
        // endregion:call
    }

    /// Notes that it is over. Returns whether it was not over before. To be called under the lock of the outbox.
    fn finish(&self, counter: &AtomicU64) -> bool {
        let first = !self.over.swap(true, Relaxed);
        if first {
            more(counter);
            less(&self.link.stats.calls);
        }
        first
    }
}

impl Drop for Call {
    fn drop(&mut self) {
        if !self.is_over() {
            self.fail(Failure::new(Code::INTERNAL, "the method has not answered"));
        }
    }
}

/// Returns the failure of an answer that the client does not take.
pub(super) fn too_large(what: &str, length: usize, limit: u32) -> Failure {
    Failure::new(
        Code::TOO_LARGE,
        format!("{what} of {length} bytes, where the client takes {limit}"),
    )
}

/// Returns a failure whose message is no longer than the client takes.
pub(super) fn fitting(mut failure: Failure, limit: u32) -> Failure {
    let most = failure
        .message
        .floor_char_boundary(limit as usize - size_of::<u16>());
    failure.message.truncate(most);
    failure
}
