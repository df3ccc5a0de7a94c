//! What is tried again, and when.

use std::time::{Duration, SystemTime};

use url::Url;

use crate::error::{Fault, Status};

/// Counts the failures of one connection.
///
/// ```
/// use downloader::Fault;
/// use downloader::retry::Retry;
/// use std::time::{Duration, SystemTime};
///
/// let mut retry = Retry::new(1, Duration::from_millis(500));
/// let again = retry.after(&Fault::Refused, SystemTime::now()).unwrap();
/// assert!((250..=500).contains(&again.wait.as_millis()));
/// assert_eq!(retry.after(&Fault::Refused, SystemTime::now()), None);
/// ```
#[expect(dead_code, reason = "`after` will use all of it")]
#[derive(Debug, Clone)]
pub struct Retry {
    /// How many failures in a row are forgiven.
    retries: u32,
    /// The first wait.
    backoff: Duration,
    /// Failures in a row.
    failures: u32,
    /// Bytes since the last one.
    bytes: u64,
}

/// Another try.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Again {
    /// How long to wait before.
    pub wait: Duration,
    /// Which try it is, from 1 on.
    pub number: u32,
    /// How many there may be in a row.
    pub of: u32,
}

impl Again {
    /// Says that there will be another try.
    pub fn note(&self, url: &Url, fault: &Fault) -> String {
        let Self { wait, number, of } = self;
        format!(
            "{url}: {fault}, trying again in {} ms ({number} of {of})",
            wait.as_millis()
        )
    }
}

impl Retry {
    /// Makes one that forgives `retries` failures in a row, and waits for `backoff` after the first.
    pub fn new(retries: u32, backoff: Duration) -> Self {
        Self {
            retries,
            backoff,
            failures: 0,
            bytes: 0,
        }
    }

    /// Notes that bytes have come: with a block of them, what was before is forgotten.
    pub fn came(&mut self, bytes: u64) {
        // Stage faults: a block of progress makes up for all failures.
        let _ = bytes;
    }

    /// Forgets all failures: another server has not failed yet.
    pub fn reset(&mut self) {
        self.failures = 0;
        self.bytes = 0;
    }

    /// Returns whether and when to try again after a fault.
    ///
    /// The wait doubles with each failure, up to 30 seconds, and is drawn evenly from half of it to all of it, so that those who failed
    /// together do not come back together. What the server asks for with `Retry-After` is waited for if it is longer, up to an hour.
    #[expect(unused_variables, reason = "goes with the todo!")]
    pub fn after(&mut self, fault: &Fault, now: SystemTime) -> Option<Again> {
        if !is_passing(fault) || self.failures >= self.retries {
            return None;
        }
        todo!("faults: Count the failure, draw the wait; what `Retry-After` asks for may be longer.")
    }
}

/// Whether the same request may succeed a little later.
fn is_passing(fault: &Fault) -> bool {
    match fault {
        Fault::TimedOut(_)
        | Fault::Refused
        | Fault::Reset
        | Fault::Closed
        | Fault::Short { .. }
        | Fault::InsideChunk
        | Fault::NoHttp
        | Fault::IgnoresRange
        | Fault::ContentRange(_)
        | Fault::Other(_) => true,
        Fault::Status {
            status: Status(code), ..
        } => matches!(code, 408 | 425 | 429 | 500 | 502 | 503 | 504),
        Fault::NoHost(_) | Fault::Redirects(_) | Fault::RedirectTo(_) | Fault::NoTls | Fault::HungUp => false,
    }
}
