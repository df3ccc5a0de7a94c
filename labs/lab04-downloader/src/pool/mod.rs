//! Several connections at once, each a thread.
//!
//! What each does is decided by the [`Plan`], under one lock, which is held for moments only: to read and to write takes a thousand times
//! longer. A thread writes only what it has claimed, and nobody takes over what is claimed, so that no byte has two writers.

mod worker;

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use self::worker::Worker;
use crate::answer::Trouble;
use crate::http::{Client, Line, Reply};
use crate::plan::Plan;
use crate::retry::Retry;
use crate::run::Run;
use crate::spans::Span;
use crate::store::Store;

/// Connections begin one after the other, so that a server does not have to serve all of them in the same moment, again and again: one
/// that limits their rates deals to each at its own times.
const STAGGER: Duration = Duration::from_millis(12);

/// A connection that has asked already: what for, and the answer.
#[derive(Debug)]
pub struct First {
    /// The connection.
    pub client: Client,
    /// Whom it asked.
    pub source: usize,
    /// How often it has failed.
    pub retry: Retry,
    /// The bytes that it will bring.
    pub part: Span,
    /// The answer.
    pub reply: Reply,
}

/// What threads share.
#[derive(Debug)]
struct Pool<'a> {
    run: &'a Run<'a>,
    store: &'a Store,
    state: Mutex<State>,
    /// Something has changed that others may wait for.
    changed: Condvar,
    /// Hangs up each connection.
    lines: Vec<Arc<Line>>,
}

#[derive(Debug)]
struct State {
    plan: Plan,
    /// Connections that have not given up.
    working: usize,
    /// Why all are to stop.
    stopped: Option<Trouble>,
}

/// Fetches all that the plan has, into the store.
///
/// # Errors
/// A change of the file, or what ended the last connection. Every thread has ended when this returns.
pub fn fetch(run: &Run, store: &Store, plan: Plan, first: First) -> Result<(), Trouble> {
    let First {
        client,
        source,
        retry,
        part,
        reply,
    } = first;
    let mut clients = vec![client];
    clients.extend((1..plan.connections()).map(|_| run.client()));
    let pool = Pool {
        run,
        store,
        changed: Condvar::new(),
        lines: clients.iter().map(Client::line).collect(),
        state: Mutex::new(State {
            working: plan.connections(),
            plan,
            stopped: None,
        }),
    };
    thread::scope(|scope| {
        let mut first = Some((source, retry, (reply, part)));
        for (id, client) in clients.into_iter().enumerate() {
            if id > 0 && !pool.is_more_help_wanted() {
                break;
            }
            let (source, retry, asked) = match first.take() {
                Some((source, retry, asked)) => (source, retry, Some(asked)),
                None => (run.sources.deal(id), run.retry(), None),
            };
            let mut worker = Worker {
                pool: &pool,
                id,
                client,
                source,
                retry,
                buffer: vec![0; run.piece()],
            };
            scope.spawn(move || worker.work(asked));
        }
    });
    let state = pool.state.into_inner().unwrap_or_else(PoisonError::into_inner);
    state.stopped.map_or(Ok(()), Err)
}

impl Pool<'_> {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits a moment, and returns whether the next connection is to begin.
    fn is_more_help_wanted(&self) -> bool {
        let until = Instant::now() + STAGGER;
        let mut state = self.state();
        loop {
            let left = until.saturating_duration_since(Instant::now());
            if state.stopped.is_some() || state.plan.is_done() {
                return false;
            }
            if left.is_zero() {
                return true;
            }
            state = self.wait(state, left);
        }
    }

    /// Ends the work of all.
    fn stop(&self, why: Trouble) {
        let mut state = self.state();
        // What came first is the reason; the others only follow from it.
        state.stopped.get_or_insert(why);
        self.lines.iter().for_each(|line| line.hang_up());
        self.changed.notify_all();
    }

    /// Waits until something has changed, or for so long.
    fn wait<'a>(&self, state: MutexGuard<'a, State>, time: Duration) -> MutexGuard<'a, State> {
        let waited = self.changed.wait_timeout(state, time);
        waited.unwrap_or_else(PoisonError::into_inner).0
    }
}
