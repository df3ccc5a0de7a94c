//! What is tried again, and when.

use std::time::{Duration, SystemTime};

use url::Url;

use crate::error::{Fault, Status};
// region:faults
use crate::date;
use crate::plan::BLOCK;

/// The longest wait that is not the server's wish.
const LONGEST: Duration = Duration::from_secs(30);
/// The longest wait that is.
const LONGEST_WISH: Duration = Duration::from_secs(3600);
// endregion:faults

// region:given/retry
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
//~faults #[expect(dead_code, reason = "`after` will use all of it")]
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
// endregion:given/retry

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
        // region:faults
        self.bytes += bytes;
        if self.bytes >= BLOCK {
            self.failures = 0;
        }
        //~ // Stage faults: a block of progress makes up for all failures.
        //~ let _ = bytes;
        // endregion:faults
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
    pub fn after(&mut self, fault: &Fault, now: SystemTime) -> Option<Again> {
        if !is_passing(fault) || self.failures >= self.retries {
            return None;
        }
        // region:faults/after Count the failure, draw the wait; what `Retry-After` asks for may be longer.
        let longest = self
            .backoff
            .saturating_mul(2_u32.saturating_pow(self.failures))
            .min(LONGEST);
        self.failures += 1;
        self.bytes = 0;
        let wait = longest.mul_f64(0.5 + fastrand::f64() / 2.0);
        let wish = match fault {
            Fault::Status {
                retry_after: Some(value),
                ..
            } => wish(value, now).unwrap_or_default(),
            _ => Duration::ZERO,
        };
        Some(Again {
            wait: wait.max(wish.min(LONGEST_WISH)),
            number: self.failures,
            of: self.retries,
        })
        // endregion:faults/after
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
        Fault::NoHost(_)
        | Fault::Redirects(_)
        | Fault::RedirectTo(_)
        | Fault::OtherLength { .. }
        | Fault::NoTls
        | Fault::HungUp => false,
    }
}

// region:faults

/// Reads `Retry-After`: seconds from now, or a date.
///
/// Source: RFC 9110, section 10.2.3.
fn wish(value: &str, now: SystemTime) -> Option<Duration> {
    if !value.is_empty() && value.bytes().all(|digit| digit.is_ascii_digit()) {
        // More digits than fit are an hour all the same.
        return Some(value.parse().map_or(LONGEST_WISH, Duration::from_secs));
    }
    let date = date::parse(value, now)?;
    Some(date.duration_since(now).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_half_a_minute_and_are_drawn_from_the_upper_half() {
        for (failures, longest) in [
            (0, 500),
            (1, 1000),
            (2, 2000),
            (5, 16_000),
            (6, 30_000),
            (60, 30_000),
        ] {
            for _ in 0..100 {
                let mut retry = Retry {
                    failures,
                    ..Retry::new(100, Duration::from_millis(500))
                };
                let again = retry.after(&Fault::Reset, SystemTime::now()).unwrap();
                assert_eq!(again.number, failures + 1);
                let wait = again.wait.as_millis();
                assert!(longest / 2 <= wait && wait <= longest, "{failures}: {wait}");
            }
        }
    }

    #[test]
    fn a_block_of_progress_makes_up_for_failures() {
        let mut retry = Retry::new(2, Duration::ZERO);
        let mut fails = |bytes| {
            retry.came(bytes);
            let again = retry.after(&Fault::Reset, SystemTime::now());
            again.map(|again| again.number)
        };
        assert_eq!(fails(0), Some(1));
        assert_eq!(fails(BLOCK - 1), Some(2));
        assert_eq!(fails(BLOCK), Some(1));
        assert_eq!(fails(1), Some(2));
        assert_eq!(fails(BLOCK - 1), None);
    }

    #[test]
    fn a_wish_is_a_number_of_seconds_or_a_date() {
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(784_111_777);
        for (value, expected) in [
            ("3", Some(3)),
            ("0", Some(0)),
            ("99999999999999999999999", Some(3600)),
            ("Sun, 06 Nov 1994 08:49:40 GMT", Some(3)),
            ("Sunday, 06-Nov-94 08:49:40 GMT", Some(3)),
            ("Sun Nov  6 08:50:37 1994", Some(60)),
            ("Sun, 06 Nov 1994 08:49:37 GMT", Some(0)),
            ("Sun, 06 Nov 1994 08:00:00 GMT", Some(0)),
            ("Mon, 07 Nov 1994 08:49:37 GMT", Some(86_400)),
            ("-3", None),
            ("soon", None),
            ("", None),
        ] {
            let expected = expected.map(Duration::from_secs);
            assert_eq!(wish(value, now), expected, "{value}");
        }
    }
}
// endregion:faults
