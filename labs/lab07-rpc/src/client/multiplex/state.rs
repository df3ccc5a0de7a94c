//! What those who call and the task that reads and writes have in common, behind one lock.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::Waker;
use std::time::{Duration, Instant};

use super::calls::{Calls, Flow, Pending};
use crate::code::Code;
use crate::error::{Error, Result};
use crate::frame::{self, Kind, LEAST_LIMIT, Wrong};
use crate::message::{Call, Credit, Failure, Hello};

/// The state of a connection, and its lock.
#[derive(Default)]
pub(super) struct Shared(Mutex<State>);

impl Shared {
    /// Locks it to look, or to change what the driver does not have to know of.
    pub(super) fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Changes it, and wakes the driver if that sleeps and has something to do now.
    pub(super) fn change<T>(&self, change: impl FnOnce(&mut State) -> T) -> T {
        let mut state = self.lock();
        let result = change(&mut state);
        let waker = match state.out.is_empty() && !state.closing {
            true => None,
            // The driver is woken once. Whoever comes before it has run finds no waker.
            false => state.driver.take(),
        };
        drop(state);
        if let Some(waker) = waker {
            waker.wake();
        }
        result
    }
}

/// What is wanted of the server.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ask<'a> {
    pub(super) method: &'a str,
    pub(super) body: &'a [u8],
    /// How much time there is, from the moment on in which the call is begun.
    pub(super) timeout: Option<Duration>,
}

/// How a call was begun.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Begun {
    /// Under this id.
    Id(u64),
    /// Not yet: it is so large that the server has to say first whether it takes that.
    Later,
}

/// Why a connection is over.
#[derive(Debug, Clone)]
pub(super) enum Why {
    /// The server broke the protocol.
    Wrong(Wrong),
    /// All else.
    Lost(String),
}

impl Why {
    /// Returns what a call ends with that was sent, or was not.
    pub(super) fn error(&self, sent: bool) -> Error {
        match self {
            Self::Wrong(wrong) if sent => Error::Wrong(wrong.clone()),
            Self::Wrong(wrong) => Error::Lost {
                why: wrong.to_string(),
                sent,
            },
            Self::Lost(why) => Error::Lost {
                why: why.clone(),
                sent,
            },
        }
    }
}

/// What is known of a connection.
#[derive(Default)]
pub(super) struct State {
    /// The calls that are under way.
    pub(super) calls: Calls,
    /// Frames that the driver has not taken yet, one behind the other: many calls leave in one write.
    pub(super) out: Vec<u8>,
    /// How many bytes the driver has taken so far.
    pub(super) taken: u64,
    /// Wakes the driver; `None` while it is awake.
    pub(super) driver: Option<Waker>,
    /// What the server said of itself.
    pub(super) hello: Option<Hello>,
    /// The last call that a server will answer that is going away, and why it goes.
    pub(super) going: Option<(u64, String)>,
    /// Why the connection is over.
    pub(super) over: Option<Why>,
    /// Nobody is left who could call.
    pub(super) closing: bool,
    /// No call has a deadline before this. It may be earlier than all of them: the driver finds that out when it looks.
    pub(super) earliest: Option<Instant>,
    /// Those who wait until the server has said HELLO, goes away, or is gone.
    pub(super) watchers: Vec<Waker>,
}

impl State {
    /// Begins a call: finds it an id, and puts its frame behind the others. Nobody can have come between, so that ids count up on the wire.
    ///
    /// # Errors
    /// Why it cannot be begun: the connection is over, or the server goes away, or does not take so large a payload.
    #[expect(unused_variables, reason = "goes with the todo!")]
    pub(super) fn begin(&mut self, ask: Ask<'_>, flow: Option<Box<Flow>>, waker: &Waker) -> Result<Begun> {
        if !self.takes(ask)? {
            watch(&mut self.watchers, waker);
            return Ok(Begun::Later);
        }
        todo!(
            "multiplex: Insert what is pending into `calls`, append the CALL to `out`, and note in it where that ends, counted from the connection's first byte; `earliest` may move."
        )
    }

    /// Gives a call up. If it has not ended, the server is told that nobody waits for it.
    #[expect(unused_variables, reason = "goes with the todo!")]
    pub(super) fn cancel(&mut self, id: u64) {
        todo!(
            "multiplex: Take it out of `calls`; whatever still comes for it will find nothing. CANCEL has no payload."
        )
    }

    /// Ends all calls whose time is over at `now`. Collects who waits for them.
    #[expect(unused_variables, reason = "goes with the todo!")]
    pub(super) fn expire(&mut self, now: Instant, wake: &mut Vec<Waker>) {
        todo!(
            "multiplex: Each that has a deadline not after `now`, and no outcome, has one from now on, and the server gets a CANCEL: it may be too busy to have noticed. `earliest` becomes exact."
        )
    }

    /// Notes that the server answers no call after `last`. Later ones have certainly not been run.
    #[expect(unused_variables, reason = "goes with the todo!")]
    pub(super) fn goes(&mut self, last: u64, reason: &str, wake: &mut Vec<Waker>) {
        todo!(
            "multiplex: End every call with a greater id and no outcome as `going` says: it was not sent, as far as anybody has to care. Watchers wait for this, too."
        )
    }

    /// Ends the connection, of whose bytes so many were written, and all calls with it.
    #[expect(unused_variables, reason = "goes with the todo!")]
    pub(super) fn end(&mut self, why: Why, written: u64, wake: &mut Vec<Waker>) {
        todo!("multiplex: A call was sent if all of it was written. Whoever had an outcome before keeps it.")
    }

    /// Returns why no further call is taken, if so.
    pub(super) fn closed(&self) -> Option<Error> {
        let over = self.over.as_ref().map(|why| why.error(false));
        over.or_else(|| self.going.as_ref().map(|(_, reason)| going(reason)))
    }

    /// Tells the server of credit, if there is any.
    pub(super) fn grant(&mut self, id: u64, credit: Option<Credit>) {
        if let Some(credit) = credit {
            frame::append(&mut self.out, Kind::Credit, 0, id, |out| credit.encode(out));
        }
    }

    /// Returns the largest payload that the server is known to take, in bytes.
    pub(super) fn limit(&self) -> u32 {
        self.hello.map_or(LEAST_LIMIT, |hello| hello.max_payload)
    }

    /// Returns whether the call may be sent now; `false` if that is not known yet.
    fn takes(&self, ask: Ask<'_>) -> Result<bool> {
        if let Some(closed) = self.closed() {
            return Err(closed);
        }
        if ask.method.len() > u16::MAX.into() {
            return Err(Failure::new(Code::UNKNOWN_METHOD, "no method has so long a name").into());
        }
        let Ask { method, body, .. } = ask;
        let size = Call {
            left_ms: 0,
            method,
            body,
        }
        .size();
        match size <= self.limit() as usize {
            true => Ok(true),
            false if self.hello.is_none() => Ok(false),
            false => Err(too_large(size, self.limit())),
        }
    }
}

impl Pending {
    /// Remembers who waits for what comes next.
    pub(super) fn wait(&mut self, waker: &Waker) {
        match &mut self.waker {
            Some(known) => known.clone_from(waker),
            none => *none = Some(waker.clone()),
        }
    }

    /// Ends it, and collects who waits for that.
    pub(super) fn end_with(&mut self, outcome: Result<Vec<u8>>, wake: &mut Vec<Waker>) {
        self.outcome = Some(outcome);
        wake.extend(self.waker.take());
        if let Some(flow) = &mut self.flow {
            wake.extend(flow.sender.take());
        }
    }
}

/// What is said of a payload that the server does not take.
pub(super) fn too_large(size: usize, limit: u32) -> Error {
    let message = format!("a payload of {size} bytes, where {limit} are allowed");
    Failure::new(Code::TOO_LARGE, message).into()
}

/// Remembers who has to be woken, once.
pub(super) fn watch(watchers: &mut Vec<Waker>, waker: &Waker) {
    if !watchers.iter().any(|watcher| watcher.will_wake(waker)) {
        watchers.push(waker.clone());
    }
}

fn going(reason: &str) -> Error {
    Error::Lost {
        why: format!("the server is going away: {reason}"),
        sent: false,
    }
}
