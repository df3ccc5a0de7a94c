//! What the command line says about a pool.

use std::ffi::OsString;
use std::time::Duration;

// region:given/settings
/// How jobs are run.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The program, and its first arguments. Never empty.
    pub command: Vec<OsString>,
    /// How many jobs run at a time, at least one.
    pub workers: usize,
    /// How long a try may take.
    pub time_limit: Option<Duration>,
    /// How much address space each of its processes may have, in bytes.
    pub memory: Option<u64>,
    /// How often a job is tried again.
    pub retries: u32,
    /// How long after its first try; the wait doubles with each.
    pub backoff: Duration,
    /// How many crashes and failed starts are borne…
    pub max_crashes: Option<usize>,
    /// …within this time.
    pub within: Duration,
    /// How long a job has between `SIGTERM` and `SIGKILL`, and running jobs between the wish to end and the end.
    pub grace: Duration,
}
// endregion:given/settings
