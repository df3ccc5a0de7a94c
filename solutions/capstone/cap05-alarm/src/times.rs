use std::time::Duration;

use crate::Time;

/// How moments are shown to people.
///
/// ```
/// use alarm::{Time, Times};
///
/// assert_eq!(Times::Seconds.moment(Time(12_500)), "12.5");
/// let now = Time(1_795_808_500_000);
/// assert_eq!(Times::Utc(now).moment(Time(1_795_808_400_000)), "2026-11-27T19:40:00Z (1m 40s ago)");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Times {
    /// As in a trace: in seconds.
    Seconds,
    /// In UTC, and how long ago that is, seen from this moment.
    Utc(Time),
}

impl Times {
    /// Shows a moment.
    pub fn moment(self, time: Time) -> String {
        match self {
            Times::Seconds => time.to_string(),
            Times::Utc(now) => format!("{} ({} ago)", time.utc(), age(now.since(time))),
        }
    }

    /// Shows when a sample was: shorter, for many of them stand in a line.
    pub fn sample(self, time: Time) -> String {
        match self {
            Times::Seconds => time.to_string(),
            Times::Utc(_) => time.utc().split_off("2026-11-27T".len()),
        }
    }
}

/// Shows how long ago something is, in the two largest units.
fn age(span: Duration) -> String {
    let seconds = span.as_secs();
    let (days, hours, minutes) = (seconds / 86_400, seconds / 3600 % 24, seconds / 60 % 60);
    match seconds {
        0..60 => format!("{seconds}s"),
        60..3600 => format!("{minutes}m {}s", seconds % 60),
        3600..86_400 => format!("{hours}h {minutes}m"),
        _ => format!("{days}d {hours}h"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_said_with_their_age() {
        let now = Time(1_795_808_400_250);
        for (ms, moment, sample) in [
            (0, "2026-11-27T19:40:00.250Z (0s ago)", "19:40:00.250Z"),
            (3_250, "2026-11-27T19:39:57Z (3s ago)", "19:39:57Z"),
            (7_500_250, "2026-11-27T17:35:00Z (2h 5m ago)", "17:35:00Z"),
            (180_000_250, "2026-11-25T17:40:00Z (2d 2h ago)", "17:40:00Z"),
        ] {
            let time = Time(now.0 - ms);
            assert_eq!(Times::Utc(now).moment(time), moment);
            assert_eq!(Times::Utc(now).sample(time), sample);
        }
    }
}
