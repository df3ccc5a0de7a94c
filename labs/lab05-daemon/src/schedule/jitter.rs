//! How much later than due a job starts, so that a thousand hosts do not do the same thing in the same second.

use std::time::Duration;

/// Returns a wait from zero to `jitter`, both included, in whole milliseconds.
///
/// It is the FNV-1a hash, 64 bits wide, of the host's name, a zero byte, the job's name, a zero byte and `due` in decimal, modulo one more
/// than the milliseconds of `jitter`. So the same run on the same host always waits as long, and hosts differ.
///
/// `due` is the due time in milliseconds: since 1970 for a line of cron, since the schedule began for an interval.
///
/// ```
/// use daemon::schedule::jitter;
/// use std::time::Duration;
///
/// let wait = jitter::wait("web1", "disk", 10_000, Duration::from_secs(2));
/// assert_eq!(wait, Duration::from_millis(1111));
/// ```
///
/// Source: RFC 9923, for FNV-1a and its two numbers.
#[expect(unused_variables, reason = "goes with the todo!")]
pub fn wait(host: &str, job: &str, due: i64, jitter: Duration) -> Duration {
    todo!(
        "schedule: FNV-1a: begin with the offset basis; for each byte, first exclusive-or it in, then multiply by the prime."
    )
}
