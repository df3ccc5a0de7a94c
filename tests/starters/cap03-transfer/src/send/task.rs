//! What one store is sent.

use std::sync::Arc;
use std::time::Duration;

use daemon::backoff::Backoff;
use rpc::client::{Multiplex, Options};
use tokio::task::JoinSet;

use super::Shared;
use crate::book::{MOST_GAPS, Reason};
use crate::error::Result;
use crate::origin::Origin;
use crate::ranges::Ranges;
use crate::receive::lock;
use crate::spool::{Cursor, LONGEST, Record, Spool};
use crate::window::{Due, Window};
use crate::wire::{self, Answer};

/// The first wait before a store is looked for again. Waits double, and each is drawn from its half up, so that not all come back at the same moment.
const FIRST_WAIT: Duration = Duration::from_millis(50);
const LONGEST_WAIT: Duration = Duration::from_secs(5);
/// How long a store that has no room is left alone.
const BUSY: Duration = Duration::from_millis(200);
/// How often a task looks whether something has changed of which nobody tells it.
const TICK: Duration = Duration::from_millis(100);

/// Sends to one store.
pub(super) struct Task {
    shared: Arc<Shared>,
    store: usize,
    window: Window,
    cursor: Cursor,
    /// The batch that is being filled.
    batch: Vec<Record>,
    bytes: usize,
    /// When its first record was read.
    since: Duration,
    /// Which stores were down when the cursor was last at the beginning.
    down: Vec<bool>,
}

/// What a call has come to.
type Called = (u64, std::result::Result<Vec<u8>, rpc::Error>);

impl Task {
    pub(super) fn new(shared: &Arc<Shared>, store: usize) -> Self {
        Self {
            window: Window::new(shared.settings.limits),
            shared: Arc::clone(shared),
            store,
            cursor: Cursor::default(),
            batch: Vec::new(),
            bytes: 0,
            since: Duration::ZERO,
            down: Vec::new(),
        }
    }

    fn name(&self) -> &str {
        &self.shared.stores[self.store]
    }

    fn now(&self) -> Duration {
        self.shared.start.elapsed()
    }

    /// Sends for ever.
    pub(super) async fn run(mut self) -> Result<()> {
        let mut backoff = Backoff::new(FIRST_WAIT);
        let mut said = String::new();
        let options = Options {
            max_payload: wire::LARGEST,
            ..self.shared.settings.connect.clone()
        };
        loop {
            let why = match Multiplex::connect(self.name(), &options).await {
                Ok(client) => {
                    backoff.reset();
                    said.clear();
                    lock(&self.shared.router).up(self.store);
                    self.talk(&client).await?
                }
                Err(why) => why.to_string(),
            };
            let now = self.now();
            lock(&self.shared.router).lost(self.store, now);
            self.window.lose();
            self.rewind();
            lock(&self.shared.spool).save_if_due()?;
            // Once, and not each time: it may be away for days.
            if said != why {
                eprintln!("transfer: {}: {why}", self.name());
                said = why;
            }
            let wait = backoff.next_wait().min(LONGEST_WAIT);
            tokio::time::sleep(wait.mul_f64(0.5 + 0.5 * fastrand::f64())).await;
        }
    }

    /// Sends over a connection until it is lost, and returns why it was.
    async fn talk(&mut self, client: &Multiplex) -> Result<String> {
        let mut calls: JoinSet<Called> = JoinSet::new();
        let mut busy_until = Duration::ZERO;
        let mut said = String::new();
        let shared = Arc::clone(&self.shared);
        loop {
            let mut wait = TICK;
            // From here on, or what comes while the spool is read would be overheard.
            let more = shared.more.notified();
            tokio::pin!(more);
            more.as_mut().enable();
            while self.now() >= busy_until {
                self.fill()?;
                match self
                    .window
                    .due(self.batch.len(), self.bytes, self.since, self.now())
                {
                    Due::Now => self.send(client, &mut calls)?,
                    Due::In(left) => {
                        wait = wait.min(left);
                        break;
                    }
                    Due::Wait => break,
                }
            }
            let store = self.store;
            let mut busy = |why: String, now: Duration| {
                // Once, and not each time: a disk may be full for days.
                if said != why {
                    eprintln!("transfer: {}: {why}", shared.stores[store]);
                    said = why;
                }
                busy_until = now + BUSY.mul_f64(0.5 + fastrand::f64());
            };
            tokio::select! {
                Some(called) = calls.join_next() => match called {
                    Ok((batch, Ok(reply))) => {
                        if let Err(why) = self.answered(batch, &reply)? {
                            busy(why, self.now());
                        }
                    }
                    // It has no room, or its disk does not do what it should: later perhaps.
                    Ok((batch, Err(rpc::Error::Failed(why)))) if why.code != rpc::Code::GOING_AWAY => {
                        self.window.answer(batch);
                        self.rewind();
                        busy(why.to_string(), self.now());
                    }
                    Ok((_, Err(why))) => return Ok(why.to_string()),
                    Err(why) => return Ok(why.to_string()),
                },
                () = more => {}
                why = client.ended() => return Ok(why.to_string()),
                () = tokio::time::sleep(wait) => lock(&shared.spool).save_if_due()?,
            }
            if self.window.is_late(self.now()) {
                return Ok("it does not answer".to_owned());
            }
        }
    }

    /// Reads records that are for this store, until the batch is full.
    fn fill(&mut self) -> Result<()> {
        let shared = Arc::clone(&self.shared);
        let now = self.now();
        let mut router = lock(&shared.router);
        // With one store there is nothing to choose.
        let several = shared.stores.len() > 1;
        let down = if several { router.down(now) } else { Vec::new() };
        if down != self.down {
            // Records that were passed over may be for this store now, and the other way round.
            self.down = down;
            self.rewind();
        }
        let mut spool = lock(&shared.spool);
        while self.window.takes_more(self.batch.len(), self.bytes) {
            let Some(record) = spool.read(&mut self.cursor)? else {
                break;
            };
            if self.window.has(record.sequence) {
                continue;
            }
            let book = spool.book();
            if several {
                let bound = book.bound_to(record.sequence);
                let Some(origin) = origin(&spool, &record) else {
                    continue;
                };
                if router.place(&origin.0.source, bound, now) != Some(self.store) {
                    continue;
                }
                // The book must stay small enough to be written in one piece: what would leave another gap waits.
                let before = record.sequence - 1;
                let joins = before == 0
                    || book.settled().contains(before)
                    || self.batch.last().is_some_and(|last| last.sequence == before);
                if book.settled().pieces() >= MOST_GAPS && !joins {
                    self.cursor.rewind();
                    break;
                }
            }
            if self.batch.is_empty() {
                self.since = now;
            }
            self.bytes += record.body.len();
            self.batch.push(record);
        }
        Ok(())
    }

    fn send(&mut self, client: &Multiplex, calls: &mut JoinSet<Called>) -> Result<()> {
        let mut body = wire::begin();
        let mut numbers = Ranges::default();
        let mut spool = lock(&self.shared.spool);
        let mut spoilt = Ranges::default();
        for record in self.batch.drain(..) {
            // It may have been given up since.
            if spool.book().settled().contains(record.sequence) {
                continue;
            }
            match origin(&spool, &record) {
                // No receiver takes a longer one, and all behind it would wait; but nobody could append it either.
                Some((origin, rest)) if rest.len() <= LONGEST => {
                    wire::push(&mut body, record.sequence, &origin, rest);
                    numbers.insert(record.sequence, record.sequence);
                }
                _ => spoilt.insert(record.sequence, record.sequence),
            }
        }
        if !spoilt.is_empty() {
            spool.give_up(&spoilt, Reason::Damaged)?;
        }
        let bytes = std::mem::take(&mut self.bytes);
        if numbers.is_empty() {
            return Ok(());
        }
        if self.shared.stores.len() > 1 {
            // From now on this store may have them.
            spool.bind(&self.shared.stores[self.store], &numbers)?;
        }
        drop(spool);
        let batch = self.window.send(numbers, bytes, self.now());
        let (client, answer) = (client.clone(), self.shared.settings.limits.answer);
        calls.spawn(async move {
            let reply = client.call(wire::PUT, &body).within(Some(answer)).await;
            (batch, reply)
        });
        Ok(())
    }

    /// Notes what a store has. Returns what it has not taken, if that is so.
    fn answered(&mut self, batch: u64, reply: &[u8]) -> Result<std::result::Result<(), String>> {
        let Some(mut sent) = self.window.answer(batch) else {
            return Ok(Ok(()));
        };
        let answer: Answer = match serde_json::from_slice(reply) {
            Ok(answer) => answer,
            Err(why) => {
                self.rewind();
                return Ok(Err(format!("an answer that is none: {why}")));
            }
        };
        let mut have = answer.stored;
        have.add(&answer.known);
        // It can say something only of what it was sent.
        let have = have.common(&sent);
        let refused = answer.refused.common(&sent);
        let mut spool = lock(&self.shared.spool);
        spool.acknowledge(&have)?;
        if !refused.is_empty() {
            spool.give_up(&refused, Reason::Refused)?;
            eprintln!("transfer: {}: {refused} refused: {}", self.name(), answer.why);
        }
        drop(spool);
        sent.subtract(&have);
        sent.subtract(&refused);
        if sent.is_empty() {
            return Ok(Ok(()));
        }
        self.rewind();
        Ok(Err("it has no room for all".to_owned()))
    }

    /// Reads from the oldest again. What is on its way is passed over then.
    fn rewind(&mut self) {
        self.cursor.rewind();
        self.batch.clear();
        self.bytes = 0;
    }
}

/// Returns who a record of a spool is from, and what it says.
fn origin<'a>(spool: &Spool, record: &'a Record) -> Option<(Origin, &'a [u8])> {
    let identity = spool.identity();
    match identity.relay {
        true => Origin::decode(&record.body),
        false => {
            let origin = Origin {
                source: identity.source.clone(),
                epoch: identity.epoch,
                sequence: record.sequence,
            };
            Some((origin, &record.body))
        }
    }
}
