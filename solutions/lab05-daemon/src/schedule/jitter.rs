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
pub fn wait(host: &str, job: &str, due: i64, jitter: Duration) -> Duration {
    // region:schedule/jitter FNV-1a: begin with the offset basis; for each byte, first exclusive-or it in, then multiply by the prime.
    const OFFSET_BASIS: u64 = 0xcbf2_9ce4_8422_2325;
    const PRIME: u64 = 0x0100_0000_01b3;

    let text = format!("{host}\0{job}\0{due}");
    let hash = text.bytes().fold(OFFSET_BASIS, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(PRIME)
    });
    let choices = u64::try_from(jitter.as_millis())
        .unwrap_or(u64::MAX)
        .saturating_add(1);
    Duration::from_millis(hash % choices)
    // endregion:schedule/jitter
}

// region:schedule
#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_are_spread_evenly() {
        for millis in [9, 99, 1023] {
            let mut counts = vec![0; millis + 1];
            for host in 0..100 {
                for due in 0..100 {
                    let wait = wait(
                        &format!("web{host}"),
                        "disk",
                        due * 60_000,
                        Duration::from_millis(millis as u64),
                    );
                    counts[wait.as_millis() as usize] += 1;
                }
            }
            // Ten thousand draws: the sum below is about as large as there are choices, if they are even.
            let expected = 10_000.0 / counts.len() as f64;
            let unevenness: f64 = counts
                .iter()
                .map(|&count| (f64::from(count) - expected).powi(2) / expected)
                .sum();
            assert!(
                unevenness < 1.3 * counts.len() as f64 + 10.0,
                "{millis}: {unevenness}"
            );
        }
    }
}
// endregion:schedule
