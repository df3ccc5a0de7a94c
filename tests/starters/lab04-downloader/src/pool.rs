//! Several connections at once, each a thread.
//!
//! What each does is decided by the [`Plan`], under one lock, which is held for moments only: to read and to write takes a thousand times
//! longer. A thread writes only what it has claimed, and nobody takes over what is claimed, so that no byte has two writers.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant, SystemTime};

use crate::answer::{Answer, Trouble};
use crate::error::{Error, Fault, Missing};
use crate::http::{Client, Line, Reply};
use crate::plan::Plan;
use crate::retry::Retry;
use crate::run::Run;
use crate::spans::Span;
use crate::store::{Store, Writer};
use crate::validator::Validator;

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

/// One connection.
#[derive(Debug)]
struct Worker<'a> {
    pool: &'a Pool<'a>,
    id: usize,
    client: Client,
    source: usize,
    retry: Retry,
    buffer: Vec<u8>,
}

impl Worker<'_> {
    /// Fetches part after part, until there is nothing left or the connection gives up.
    fn work(&mut self, mut asked: Option<(Reply, Span)>) {
        while let Some(part) = self.next() {
            self.pool.run.progress.part(self.id, part);
            match self.fetch(part, asked.take()) {
                Ok(()) => {}
                Err(Trouble::Fault(fault)) => {
                    if !self.again(fault) {
                        return;
                    }
                }
                Err(other) => return self.pool.stop(other),
            }
        }
    }

    /// Returns what to fetch: what is left of the part, or another one. Waits as long as others may become slow.
    fn next(&self) -> Option<Span> {
        todo!(
            "ranges: Ask the plan until it says `Fetch` or `Done`. Hang up whom it names, and pick up the own line."
        )
    }

    /// Fetches a part, or what others leave of it, and records it.
    fn fetch(&mut self, part: Span, asked: Option<(Reply, Span)>) -> Result<(), Trouble> {
        let _busy = self.pool.run.counts.busy();
        let mut writer = Writer::new(self.pool.store, part.start);
        let received = self.receive(&mut writer, asked);
        // Also what came before a fault is kept.
        writer.record()?;
        match received {
            // Somebody has taken the part over and hung up: whatever this connection met with, nobody waits for it.
            Err(Trouble::Fault(_)) if self.left().is_none() => Ok(()),
            received => received,
        }
    }

    /// Asks as often as it takes: an answer may bring less than it was asked for.
    #[expect(unused_variables, unused_mut, reason = "goes with the todo!")]
    fn receive(&mut self, writer: &mut Writer, mut asked: Option<(Reply, Span)>) -> Result<(), Trouble> {
        todo!(
            "ranges: While something is left: ask for it, then read and `claim`, and write what is claimed, up to the end of the answer."
        )
    }

    /// After a fault: waits, and returns whether this connection goes on.
    fn again(&mut self, fault: Fault) -> bool {
        let run = self.pool.run;
        run.sources.failed(self.source);
        let url = run.sources.url(self.source);
        if let Some(again) = self.retry.after(&fault, SystemTime::now()) {
            run.counts.retry();
            run.progress.note(&again.note(url, &fault));
            let until = Instant::now() + again.wait;
            let mut state = self.pool.state();
            while state.stopped.is_none() && state.plan.left(self.id).is_some() && Instant::now() < until {
                state = self
                    .pool
                    .wait(state, until.saturating_duration_since(Instant::now()));
            }
            return true;
        }
        self.give_up(fault)
    }

    /// Goes over to another source, or else gives up for good and hands the part back.
    fn give_up(&mut self, fault: Fault) -> bool {
        let run = self.pool.run;
        let url = run.sources.url(self.source);
        let mut state = self.pool.state();
        if state.stopped.is_some() {
            return false;
        }
        if run.sources.leave_out(self.source) {
            drop(state);
            run.progress.note(&format!("{url}: {fault}: left out"));
            self.source = run.sources.deal(self.id);
            self.retry.reset();
            return true;
        }
        state.plan.give_back(self.id);
        state.working -= 1;
        self.pool.changed.notify_all();
        let working = state.working;
        drop(state);
        if working == 0 {
            self.pool.stop(Trouble::Fatal(Error::Fetch {
                url: url.to_string(),
                fault,
                missing: Missing::default(),
            }));
        } else {
            run.progress
                .note(&format!("{url}: {fault}, going on with {working} connections"));
        }
        false
    }

    fn left(&self) -> Option<Span> {
        self.pool.state().plan.left(self.id)
    }
}

#[expect(dead_code, reason = "`receive` will use it")]
impl Worker<'_> {
    /// Asks for a range. Returns the answer, and which bytes it will bring.
    fn ask(&mut self, range: Span) -> Result<(Reply, Span), Trouble> {
        let run = self.pool.run;
        self.pool.state().plan.asked(self.id, Instant::now());
        let (reply, answer) = run
            .sources
            .ask(self.source, &self.client, Some(range), &run.counts)?;
        match answer {
            Answer::Part { part, length } => {
                if run.sources.known(self.source).is_none() {
                    run.sources
                        .learn(self.source, Validator::new(&reply.head, Some(length)));
                }
                Ok((reply, part))
            }
            Answer::Whole(_) => Err(Fault::IgnoresRange.into()),
            Answer::Endless | Answer::Empty => {
                Err(Fault::ContentRange(reply.head.content_range.unwrap_or_default()).into())
            }
        }
    }

    /// Reads up to `wanted` bytes into the buffer, and no more than the limit allows.
    fn read(&mut self, reply: &mut Reply, wanted: usize) -> Result<usize, Fault> {
        let (leave, wait) = self
            .pool
            .run
            .limit
            .take(wanted.min(self.buffer.len()), Instant::now());
        if !wait.is_zero() {
            let until = Instant::now() + wait;
            let mut state = self.pool.state();
            while state.stopped.is_none() && state.plan.left(self.id).is_some() && Instant::now() < until {
                state = self
                    .pool
                    .wait(state, until.saturating_duration_since(Instant::now()));
            }
            state.plan.excuse(self.id, Instant::now());
        }
        let got = reply.read(&mut self.buffer[..leave])?;
        self.pool.run.limit.give_back(leave - got);
        Ok(got)
    }

    /// Claims bytes that have been read: those that are still this connection's.
    fn claim(&mut self, bytes: usize) -> Span {
        let mut state = self.pool.state();
        let claimed = state.plan.claim(self.id, bytes as u64, Instant::now());
        if state.plan.is_done() {
            self.pool.changed.notify_all();
        }
        let left = state.plan.left(self.id).map_or(0, Span::len);
        drop(state);
        self.retry.came(claimed.len());
        self.pool.run.progress.came(self.id, claimed.len(), left);
        claimed
    }
}
