//! What a server saw.

use std::collections::BTreeSet;
use std::sync::{Condvar, Mutex, MutexGuard};
use std::time::{Duration, Instant};

use crate::http::server::lock;
use crate::text;

/// The most requests that a server answers: a client in an endless loop fills no memory.
const MOST_REQUESTS: usize = 100_000;

/// Of how many requests the answers are remembered, for a verdict.
pub(crate) const REMEMBERED: usize = 40;

/// How much of one answer is remembered, in bytes, head and body together.
const MOST_OF_ONE: usize = 64 << 10;

/// What a server saw up to now.
#[derive(Debug, Clone, Default)]
pub struct Log {
    /// The requests in the order in which they were there as a whole.
    pub requests: Vec<Seen>,
    /// How many connections were accepted.
    pub connections: u64,
    /// How many connections were closed at once, since the server had too many or had answered too much.
    pub refused: u64,
    /// How many connections are open. One that the client closed counts until the server notices.
    pub open: usize,
    /// The most connections that were open at the same time; when the last of them came, no client had closed any.
    pub most_open: usize,
    /// The most requests that were being answered at the same time; when the last of them came, no client had given up any.
    pub most_in_flight: usize,
    /// The connections on which a request is being answered.
    pub(super) in_flight: BTreeSet<u64>,
}

/// One request, and how answering it went.
#[derive(Debug, Clone)]
pub struct Seen {
    /// `GET`, or whatever the client wrote; empty when it was no HTTP.
    pub method: String,
    /// The target as it was written: `/path?query`.
    pub target: String,
    /// Names and values in the order in which they came.
    pub headers: Vec<(String, String)>,
    /// Which connection it came on; the first one is 1.
    pub connection: u64,
    /// When all of it had come.
    pub came: Instant,
    /// The status of the answer: 0 as long as there is none, or when it was not of HTTP.
    pub status: u16,
    /// How many bytes of the body were handed to the kernel. A client that leaves may not have read the last of them.
    pub sent: u64,
    /// How it ended, or `None` while it is being answered.
    pub end: Option<End>,
}

/// How an answer ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// All of it was sent.
    Whole,
    /// The script closed or reset the connection.
    Cut,
    /// The client hung up before the end.
    ClientLeft,
    /// The server was dropped.
    Stopped,
}

impl Log {
    /// The targets of all requests, in their order.
    pub fn targets(&self) -> Vec<&str> {
        self.requests.iter().map(|seen| seen.target.as_str()).collect()
    }

    /// How many requests are being answered.
    pub fn in_flight(&self) -> usize {
        self.in_flight.len()
    }

    /// The requests for `target`, in their order.
    pub fn of<'l>(&'l self, target: &'l str) -> impl Iterator<Item = &'l Seen> {
        self.requests.iter().filter(move |seen| seen.target == target)
    }
}

impl Seen {
    /// Returns the first header of that name, whatever the case of its letters.
    pub fn header(&self, name: &str) -> Option<&str> {
        super::request::find(&self.headers, name)
    }

    /// Says the request and its answer in one line, for a verdict.
    pub(crate) fn line(&self) -> String {
        let mut line = match &*self.method {
            "" => format!("no HTTP: {}", self.target),
            method => format!("{method} {}", self.target),
        };
        for name in ["range", "if-range"] {
            if let Some(value) = self.header(name) {
                line.push_str(&format!(" ({name}: {value})"));
            }
        }
        let answer = match (self.status, self.sent) {
            (0, 0) => "no status".to_owned(),
            (0, _) => "no HTTP".to_owned(),
            (status, _) => status.to_string(),
        };
        let end = match self.end {
            None => ", not done",
            Some(End::Whole) => "",
            Some(End::Cut) => ", then cut",
            Some(End::ClientLeft) => ", then the client left",
            Some(End::Stopped) => ", then the case was over",
        };
        // What a stranger sent does not reach the terminal.
        format!(
            "{}: {answer}, {} bytes{end}",
            text::visible(line.as_bytes()),
            self.sent
        )
    }
}

/// A log that connections write and cases wait for.
#[derive(Debug, Default)]
pub(super) struct Shared {
    log: Mutex<Log>,
    changed: Condvar,
    /// The beginnings of the first answers as they were sent.
    answers: Mutex<Vec<Vec<u8>>>,
}

impl Shared {
    pub(super) fn lock(&self) -> MutexGuard<'_, Log> {
        lock(&self.log)
    }

    /// Changes the log and wakes who waits for it.
    pub(super) fn change<T>(&self, change: impl FnOnce(&mut Log) -> T) -> T {
        let result = change(&mut self.lock());
        self.changed.notify_all();
        result
    }

    /// Adds a request and returns its index, or `None` when there were too many. `live` are the connections that no client has closed.
    pub(super) fn begin(&self, seen: Seen, live: &BTreeSet<u64>) -> Option<usize> {
        self.change(|log| {
            if log.requests.len() >= MOST_REQUESTS {
                log.refused += 1;
                return None;
            }
            log.in_flight.insert(seen.connection);
            log.most_in_flight = log.most_in_flight.max(log.in_flight.intersection(live).count());
            log.requests.push(seen);
            Some(log.requests.len() - 1)
        })
    }

    /// Says how a request ended. What is said later counts: a last write may fail.
    pub(super) fn end(&self, index: usize, end: End) {
        self.change(|log| {
            let seen = &mut log.requests[index];
            seen.end = Some(end);
            log.in_flight.remove(&seen.connection);
        });
    }

    /// Remembers what is sent as part of the answer to the request `index`, unless there is enough of it.
    pub(super) fn remember(&self, index: usize, bytes: &[u8]) {
        if index >= REMEMBERED {
            return;
        }
        let mut answers = lock(&self.answers);
        if answers.len() <= index {
            answers.resize_with(index + 1, Vec::new);
        }
        let answer = &mut answers[index];
        let left = MOST_OF_ONE - answer.len();
        answer.extend_from_slice(&bytes[..bytes.len().min(left)]);
    }

    /// The beginnings of the first answers; none for what was not answered.
    pub(super) fn answers(&self) -> Vec<Vec<u8>> {
        lock(&self.answers).clone()
    }

    /// Waits for at most `limit` until `ready` holds, and returns the log if it did.
    pub(super) fn wait(&self, limit: Duration, mut ready: impl FnMut(&Log) -> bool) -> Option<Log> {
        let (log, waited) = self
            .changed
            .wait_timeout_while(self.lock(), limit, |log| !ready(log))
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        (!waited.timed_out()).then(|| log.clone())
    }
}
