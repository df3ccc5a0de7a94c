//! One thread that knows when the next thing is due on each connection, and tells its loop then.

use std::io;
// region:call
use std::mem;
// endregion:call
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use nbnet::mailbox::Post;
use nbnet::service::Address;
use nbnet::timers::Timers;

/// The message that says: something is due.
pub(super) const ALARM: &[u8] = b"!";

/// Sends [`ALARM`] to connections at their time. Its thread ends when this is dropped.
pub(super) struct Clock {
    shared: Arc<Shared>,
}

struct Shared {
    /// Timers know no clock: what they are told is since then.
    began: Instant,
    post: Post,
    alarm: Arc<[u8]>,
    state: Mutex<State>,
    /// There is an earlier alarm, or it is over.
    changed: Condvar,
}

#[derive(Default)]
struct State {
    timers: Timers<Address>,
    /// When the thread wakes up by itself. The alarm that it sleeps for may have been cancelled since: short connections would wake it twice each.
    wakes: Option<Duration>,
    closed: bool,
}

impl Clock {
    /// Starts the thread.
    ///
    /// # Errors
    /// Why it cannot be started.
    pub(super) fn start(post: Post) -> io::Result<Self> {
        let shared = Arc::new(Shared {
            began: Instant::now(),
            post,
            alarm: ALARM.into(),
            state: Mutex::default(),
            changed: Condvar::new(),
        });
        let clock = Arc::clone(&shared);
        thread::Builder::new()
            .name("clock".to_owned())
            .spawn(move || clock.run())?;
        Ok(Self { shared })
    }

    /// Sets the alarm of a connection. One that it has already moves.
    pub(super) fn set(&self, address: Address, at: Instant) {
        // region:call The thread sleeps until `wakes`, or for ever: wake it only if this alarm is earlier.
        let shared = &self.shared;
        let at = at.saturating_duration_since(shared.began);
        let mut state = shared.lock();
        let earlier = state.wakes.is_none_or(|wakes| at < wakes);
        state.timers.set(address, at);
        drop(state);
        if earlier {
            shared.changed.notify_one();
        }
        // endregion:call
    }

    /// Forgets the alarm of a connection.
    pub(super) fn cancel(&self, address: Address) {
        self.shared.lock().timers.cancel(address);
    }
}

impl Drop for Clock {
    fn drop(&mut self) {
        self.shared.lock().closed = true;
        self.shared.changed.notify_one();
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn run(&self) {
        // region:call Until it is closed: send ALARM to all that are due, but not under the lock, since sending may wake a loop that wants it. Then wait until the next one is due, or for ever, or until something has changed.
        let mut due = Vec::new();
        let mut state = self.lock();
        while !state.closed {
            let now = self.began.elapsed();
            while let Some(address) = state.timers.expire(now) {
                due.push(address);
            }
            if due.is_empty() {
                state = self.wait(state, now);
                continue;
            }
            drop(state);
            for address in mem::take(&mut due) {
                self.post.send(address, Arc::clone(&self.alarm));
            }
            state = self.lock();
        }
        // endregion:call
    }

    /// Waits until the next alarm, or for a change.
    fn wait<'a>(&self, mut state: MutexGuard<'a, State>, now: Duration) -> MutexGuard<'a, State> {
        state.wakes = state.timers.next();
        match state.wakes {
            None => self.changed.wait(state).unwrap_or_else(PoisonError::into_inner),
            Some(next) => {
                let waited = self.changed.wait_timeout(state, next.saturating_sub(now));
                waited.unwrap_or_else(PoisonError::into_inner).0
            }
        }
    }
}
