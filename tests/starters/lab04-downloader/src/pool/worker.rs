//! One connection: asks for its part, writes what comes, and asks for the next one.

use std::sync::MutexGuard;
use std::time::{Duration, Instant, SystemTime};

use super::{Pool, State};
use crate::answer::{Answer, Trouble};
use crate::error::{Error, Fault, Missing};
use crate::http::{Client, Reply};
use crate::retry::Retry;
use crate::sources::Left;
use crate::spans::Span;
use crate::store::Writer;
use crate::validator::Validator;

/// One connection.
#[derive(Debug)]
pub(super) struct Worker<'a> {
    pub(super) pool: &'a Pool<'a>,
    pub(super) id: usize,
    pub(super) client: Client,
    pub(super) source: usize,
    pub(super) retry: Retry,
    pub(super) buffer: Vec<u8>,
}

impl Worker<'_> {
    /// Fetches part after part, until there is nothing left or the connection gives up.
    pub(super) fn work(&mut self, mut asked: Option<(Reply, Span)>) {
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
            "ranges: While something is left: ask for it, then read and `claim`, and write what is claimed, up to the end of the answer; then `finish` it, for the next request."
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
            drop(self.pause(again.wait));
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
        match run.sources.leave_out(self.source) {
            Left::Last => {}
            left => {
                drop(state);
                if left == Left::Now {
                    run.progress.note(&format!("{url}: {fault}: left out"));
                }
                self.source = run.sources.deal(self.id);
                self.retry.reset();
                return true;
            }
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
            let connections = match working {
                1 => "1 connection".to_owned(),
                working => format!("{working} connections"),
            };
            run.progress
                .note(&format!("{url}: {fault}, going on with {connections}"));
        }
        false
    }

    /// Waits for so long, or until there is nothing left to wait for: its part is gone, or all are to stop.
    fn pause(&self, time: Duration) -> MutexGuard<'_, State> {
        let until = Instant::now() + time;
        let mut state = self.pool.state();
        loop {
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() || state.stopped.is_some() || state.plan.left(self.id).is_none() {
                return state;
            }
            state = self.pool.wait(state, left);
        }
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
            self.pause(wait).plan.excuse(self.id, Instant::now());
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
