//! What a run has done so far.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

/// Numbers that threads add to.
#[derive(Debug, Default)]
pub struct Counts {
    requests: AtomicU64,
    retries: AtomicU64,
    restarts: AtomicU64,
    /// Connections that have an answer or wait for one.
    busy: AtomicU64,
    /// The most of them at a time.
    connections: AtomicU64,
}

/// As long as it lives, one connection more is at work.
#[derive(Debug)]
pub struct Busy<'a>(&'a Counts);

impl Counts {
    /// Notes a request.
    pub fn request(&self) {
        self.requests.fetch_add(1, Relaxed);
    }

    /// Notes that something is tried again.
    pub fn retry(&self) {
        self.retries.fetch_add(1, Relaxed);
    }

    /// Notes that all is begun anew. Returns how often that was so.
    pub fn restart(&self) -> u64 {
        self.restarts.fetch_add(1, Relaxed) + 1
    }

    /// Notes that a connection is at work.
    pub fn busy(&self) -> Busy<'_> {
        let busy = self.busy.fetch_add(1, Relaxed) + 1;
        self.connections.fetch_max(busy, Relaxed);
        Busy(self)
    }

    /// Returns connections, the most at a time; requests; retries; restarts.
    pub fn all(&self) -> [u64; 4] {
        [&self.connections, &self.requests, &self.retries, &self.restarts].map(|count| count.load(Relaxed))
    }
}

impl Drop for Busy<'_> {
    fn drop(&mut self) {
        self.0.busy.fetch_sub(1, Relaxed);
    }
}
