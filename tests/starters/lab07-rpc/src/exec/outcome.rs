//! How a command ended.

use std::time::Duration;

use daemon::process::How;
use serde::{Deserialize, Serialize};

/// What is added to the number of a signal to make a status of it, as shells do.
pub const BY_SIGNAL: u8 = 128;

/// The status of a command that took too long, as timeout(1) has it.
pub const TIMED_OUT: u8 = 124;

/// How a command ended: the body of the reply.
///
/// ```
/// use daemon::process::How;
/// use rpc::exec::Outcome;
/// use std::time::Duration;
///
/// let outcome = Outcome { how: How::Exited(3), timed_out: false, cut: false, took: Duration::from_millis(12) };
/// assert_eq!(outcome.body(), br#"{"status":3,"ms":12}"#);
/// assert_eq!(Outcome::parse(&outcome.body()), Some(outcome));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Outcome {
    /// How its first process ended.
    pub how: How,
    /// Its time limit has passed.
    pub timed_out: bool,
    /// It wrote more than it may, and what was more is lost.
    pub cut: bool,
    /// How long it ran.
    pub took: Duration,
}

/// The JSON of it.
#[derive(Serialize, Deserialize)]
struct Body {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    status: Option<u8>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    signal: Option<i32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    timed_out: Option<bool>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    cut: Option<bool>,
    ms: u64,
}

impl Outcome {
    /// Writes it.
    pub fn body(&self) -> Vec<u8> {
        let (status, signal) = match self.how {
            How::Exited(status) => (Some(status), None),
            How::Killed(signal) => (None, Some(signal)),
        };
        let body = Body {
            status,
            signal,
            timed_out: self.timed_out.then_some(true),
            cut: self.cut.then_some(true),
            ms: self.took.as_millis().try_into().unwrap_or(u64::MAX),
        };
        serde_json::to_vec(&body).expect("numbers can be written")
    }

    /// Reads it, if it is one.
    pub fn parse(body: &[u8]) -> Option<Self> {
        let body: Body = serde_json::from_slice(body).ok()?;
        let how = match (body.status, body.signal) {
            (Some(status), None) => How::Exited(status),
            (None, Some(signal)) => How::Killed(signal),
            _ => return None,
        };
        Some(Self {
            how,
            timed_out: body.timed_out.unwrap_or(false),
            cut: body.cut.unwrap_or(false),
            took: Duration::from_millis(body.ms),
        })
    }

    /// Returns the status with which `rpc exec` ends.
    pub fn status(&self) -> u8 {
        todo!(
            "exec: That of the command; BY_SIGNAL and the number of the signal that has killed it; but TIMED_OUT after its time limit, however it ended."
        )
    }
}
