//! What a server counts.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use serde::Serialize;

/// What a server counts while it serves. Each number is right by itself; two of them may be of two moments.
#[derive(Debug, Default)]
pub struct Stats {
    pub(super) connections: AtomicU64,
    pub(super) calls: AtomicU64,
    pub(super) running: AtomicU64,
    pub(super) waiting: AtomicU64,
    /// Calls that were answered before anything else was done: they need one number and not two.
    pub(super) inline: AtomicU64,
    pub(super) started: AtomicU64,
    pub(super) finished: AtomicU64,
    pub(super) cancelled: AtomicU64,
    pub(super) late: AtomicU64,
    pub(super) refused: AtomicU64,
}

/// The numbers of a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Snapshot {
    /// Connections that there are.
    pub connections: u64,
    /// Calls under way.
    pub calls: u64,
    /// Those of them that a thread of the pool runs.
    pub running: u64,
    /// Those that wait for one.
    pub waiting: u64,
    /// Calls that were taken since the server began.
    pub started: u64,
    /// Calls that their method has answered, well or not.
    pub finished: u64,
    /// Calls that were cancelled, or whose connection ended before them.
    pub cancelled: u64,
    /// Calls whose time was over.
    pub late: u64,
    /// Calls that were not taken, since there was too much to do or the server was ending.
    pub refused: u64,
}

impl Stats {
    /// Returns the numbers of now.
    pub fn snapshot(&self) -> Snapshot {
        let inline = self.inline.load(Relaxed);
        Snapshot {
            connections: self.connections.load(Relaxed),
            calls: self.calls.load(Relaxed),
            running: self.running.load(Relaxed),
            waiting: self.waiting.load(Relaxed),
            started: inline + self.started.load(Relaxed),
            finished: inline + self.finished.load(Relaxed),
            cancelled: self.cancelled.load(Relaxed),
            late: self.late.load(Relaxed),
            refused: self.refused.load(Relaxed),
        }
    }
}

/// Counts one more.
pub(super) fn more(counter: &AtomicU64) {
    counter.fetch_add(1, Relaxed);
}

/// Counts one less.
pub(super) fn less(counter: &AtomicU64) {
    counter.fetch_sub(1, Relaxed);
}
