//! What people see: bars, and notes above them.

use std::io::{self, Write as _};

use crate::spans::Span;

/// How much is said on standard error.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Say {
    /// Nothing but errors.
    Errors,
    /// Notes, too.
    Notes,
    /// Notes and bars.
    Bars,
}

/// Shows how far a download is.
#[derive(Debug)]
pub struct Progress {
    say: Say,
}

impl Progress {
    /// Shows nothing yet.
    pub fn new(say: Say) -> Self {
        Self { say }
    }

    /// Says something, above the bars. Where standard error is closed or full, nobody is there to be told.
    pub fn note(&self, note: &str) {
        if self.say == Say::Errors {
            return;
        }
        let write = || {
            let _ = writeln!(io::stderr(), "downloader: {note}");
        };
        // Stage polish: not into the bars.
        write();
    }

    /// Begins: so many bytes are there already, of a length that may be known, and so many connections will fetch the rest.
    pub fn start(&self, have: u64, length: Option<u64>, connections: usize) {
        // Stage polish: one bar for all, and one for each connection.
        let _ = (have, length, connections);
    }

    /// Notes what a connection fetches now: what is left of a part, which others may have made shorter.
    pub fn part(&self, connection: usize, left: Span) {
        let _ = (connection, left);
    }

    /// Notes that bytes have come, and what is left of the part.
    pub fn came(&self, connection: usize, bytes: u64, left: u64) {
        let _ = (connection, bytes, left);
    }

    /// Takes the bars away.
    pub fn stop(&self) {}
}
