//! What threads have to say to a connection: frames that wait until its loop takes all of them at once.

// region:call
use std::mem;
// endregion:call
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use nbnet::mailbox::Post;
use nbnet::service::{Peer, Reply};

use super::Stats;
use crate::frame::{self, Kind};

/// The message that says: there are frames.
const NUDGE: &[u8] = &[];

/// How much memory for frames is kept when none waits, in bytes.
const WORTH_KEEPING: usize = 16 << 10;

/// What the threads that answer calls share with the loop that has the connection.
pub(super) struct Link {
    peer: Peer,
    /// The client's certificate, in DER, if it has shown one.
    certificate: Option<Box<[u8]>>,
    post: Post,
    nudge: Arc<[u8]>,
    /// How many bytes may wait for the client before those who send more have to wait.
    mark: usize,
    /// The largest payload that the client takes, in bytes.
    pub(super) limit: u32,
    pub(super) stats: Arc<Stats>,
    outbox: Mutex<Outbox>,
    /// The connection is to end. It changes under the lock of the outbox.
    hung_up: AtomicBool,
    /// A call is over, or may send again.
    changed: Condvar,
}

/// Frames that wait for the loop.
#[derive(Default)]
pub(super) struct Outbox {
    frames: Vec<u8>,
    /// Calls whose last frame is among them.
    ended: Vec<u64>,
    /// How many bytes waited for the client when the loop looked last.
    unsent: usize,
    /// The loop was told, and has not looked yet.
    nudged: bool,
    /// So many threads wait for a change.
    waiting: usize,
    /// A call could not send, and wants to be told when it can.
    hungry: bool,
}

impl Outbox {
    /// Appends a frame.
    pub(super) fn frame(&mut self, kind: Kind, id: u64, write: impl FnOnce(&mut Vec<u8>)) {
        frame::append(&mut self.frames, kind, 0, id, write);
    }

    /// Notes that a call has had its last frame.
    pub(super) fn end(&mut self, id: u64) {
        self.ended.push(id);
    }

    /// Notes that a call could not send, and wants to be told when there is room.
    pub(super) fn want_room(&mut self) {
        self.hungry = true;
    }
}

impl Link {
    /// Makes one for a connection whose client takes payloads of at most `limit` bytes.
    pub(super) fn new(reply: &Reply<'_>, limit: u32, stats: &Arc<Stats>) -> Self {
        Self {
            peer: *reply.peer(),
            certificate: reply.certificate().map(Box::from),
            post: reply.post().clone(),
            nudge: NUDGE.into(),
            mark: reply.mark(),
            limit,
            stats: Arc::clone(stats),
            outbox: Mutex::default(),
            hung_up: AtomicBool::new(false),
            changed: Condvar::new(),
        }
    }

    /// Returns who is at the other end.
    pub(super) fn peer(&self) -> SocketAddr {
        self.peer.socket()
    }

    /// Returns the certificate of the other end, in DER, if it has shown one.
    pub(super) fn certificate(&self) -> Option<&[u8]> {
        self.certificate.as_deref()
    }

    /// Locks the outbox.
    pub(super) fn lock(&self) -> MutexGuard<'_, Outbox> {
        self.outbox.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns whether the connection has room for more than what must be sent anyway.
    pub(super) fn has_room(&self, outbox: &Outbox) -> bool {
        outbox.unsent + outbox.frames.len() < self.mark
    }

    /// Gives back a lock under which frames were put in, and tells the loop, once for all that come until it looks.
    pub(super) fn unlock(&self, mut outbox: MutexGuard<'_, Outbox>) {
        // region:call Only the first after the loop has looked needs to send it a message: `post`, the nudge, to the address of the peer. Not under the lock, for that may wake the loop, which wants it.
        let first = !mem::replace(&mut outbox.nudged, true);
        drop(outbox);
        if first {
            self.post.send(self.peer.address(), Arc::clone(&self.nudge));
        }
        // endregion:call
    }

    /// Moves all frames behind what waits for the client, and returns which calls have ended with them into `ended`, which is empty. Returns
    /// whether a call waits for room that there is now. If the client does not read, the frames stay until all is sent that waits: see
    /// [`Service::sent`](nbnet::service::Service::sent).
    //~call #[expect(clippy::ptr_arg, reason = "it will change places with another one")]
    pub(super) fn take(&self, reply: &mut Reply<'_>, ended: &mut Vec<u64>) -> bool {
        // region:call Note in `unsent` how much waits. Without room in the reply nothing moves, and nobody needs to nudge: the loop will look anyway. Else push the frames and clear them (and keep little memory), swap the ended calls, and note that the loop has looked. Threads that wait may have room now: wake them, if there are any.
        let mut outbox = self.lock();
        outbox.unsent = reply.waiting();
        if reply.room() == 0 {
            outbox.nudged = true;
            return false;
        }
        reply.push(&outbox.frames);
        outbox.frames.clear();
        outbox.frames.shrink_to(WORTH_KEEPING);
        mem::swap(&mut outbox.ended, ended);
        outbox.nudged = false;
        let hungry = mem::take(&mut outbox.hungry);
        self.wake(outbox);
        hungry
        // endregion:call
    }

    /// Waits for a change, at most so long.
    pub(super) fn wait<'a>(
        &self,
        mut outbox: MutexGuard<'a, Outbox>,
        limit: Option<Duration>,
    ) -> MutexGuard<'a, Outbox> {
        outbox.waiting += 1;
        let mut outbox = match limit {
            None => self.changed.wait(outbox).unwrap_or_else(PoisonError::into_inner),
            Some(limit) => {
                let waited = self.changed.wait_timeout(outbox, limit);
                waited.unwrap_or_else(PoisonError::into_inner).0
            }
        };
        outbox.waiting -= 1;
        outbox
    }

    /// Has the connection end, after what waits for the client.
    pub(super) fn hang_up(&self) {
        let outbox = self.lock();
        self.hung_up.store(true, Relaxed);
        self.unlock(outbox);
    }

    /// Returns whether the connection is to end.
    pub(super) fn is_hung_up(&self) -> bool {
        self.hung_up.load(Relaxed)
    }

    /// Gives back a lock under which a call has ended: tells the loop, and wakes all who wait.
    pub(super) fn unlock_and_wake(&self, outbox: MutexGuard<'_, Outbox>) {
        let anybody = outbox.waiting > 0;
        self.unlock(outbox);
        if anybody {
            self.changed.notify_all();
        }
    }

    /// Gives back a lock under which something has changed, and wakes all who wait for that.
    pub(super) fn wake(&self, outbox: MutexGuard<'_, Outbox>) {
        let anybody = outbox.waiting > 0;
        drop(outbox);
        if anybody {
            self.changed.notify_all();
        }
    }
}
