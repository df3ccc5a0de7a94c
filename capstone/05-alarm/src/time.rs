use std::{fmt, str::FromStr, time::Duration};

use serde::{Deserialize, Serialize};

/// A moment, in ms since whatever a trace or a hub counts from. It is always an input: nothing here reads a clock.
///
/// In text it is seconds, with up to three decimals.
///
/// ```
/// let time: alarm::Time = "12.5".parse().unwrap();
/// assert_eq!(time, alarm::Time(12_500));
/// assert_eq!(time.to_string(), "12.5");
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Time(pub u64);

/// A moment as people write it.
pub(crate) struct Civil {
    pub(crate) year: u64,
    /// From 1.
    pub(crate) month: u64,
    /// From 1.
    pub(crate) day: u64,
    /// From 0, which is a Sunday.
    pub(crate) week_day: u64,
    pub(crate) hour: u64,
    pub(crate) minute: u64,
    pub(crate) second: u64,
}

impl Time {
    /// Returns the moment that is so much later, or the last there is.
    #[must_use]
    pub fn plus(self, span: Duration) -> Time {
        Time(self.0.saturating_add(ms(span)))
    }

    /// Writes it as UTC, if it counts from 1970, in the form of RFC 3339; with three decimals, if it has any.
    ///
    /// ```
    /// assert_eq!(alarm::Time(951_782_400_000).utc(), "2000-02-29T00:00:00Z");
    /// ```
    pub fn utc(self) -> String {
        let Civil {
            year,
            month,
            day,
            hour,
            minute,
            second,
            ..
        } = self.civil();
        let ms = match self.0 % 1000 {
            0 => String::new(),
            ms => format!(".{ms:03}"),
        };
        format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}{ms}Z")
    }

    /// Returns what a calendar and a clock in Greenwich show, if it counts from 1970. No later than the year 9999.
    ///
    /// Source: <https://howardhinnant.github.io/date_algorithms.html>, `civil_from_days`.
    pub(crate) fn civil(self) -> Civil {
        let seconds = (self.0 / 1000).min(253_402_300_799);
        let days = seconds / 86_400;
        let shifted = days + 719_468;
        let era_day = shifted % 146_097;
        let era_year = (era_day - era_day / 1460 + era_day / 36_524 - era_day / 146_096) / 365;
        let year_day = era_day - (365 * era_year + era_year / 4 - era_year / 100);
        // From March on, so that the day that is there every fourth year is the last one.
        let month_index = (5 * year_day + 2) / 153;
        let month = if month_index < 10 {
            month_index + 3
        } else {
            month_index - 9
        };
        Civil {
            year: era_year + shifted / 146_097 * 400 + u64::from(month <= 2),
            month,
            day: year_day - (153 * month_index + 2) / 5 + 1,
            week_day: (days + 4) % 7,
            hour: seconds / 3600 % 24,
            minute: seconds / 60 % 60,
            second: seconds % 60,
        }
    }

    /// Returns how long ago `earlier` was; 0 if it was not.
    pub fn since(self, earlier: Time) -> Duration {
        Duration::from_millis(self.0.saturating_sub(earlier.0))
    }
}

/// Returns a span in ms.
pub(crate) fn ms(span: Duration) -> u64 {
    u64::try_from(span.as_millis()).unwrap_or(u64::MAX)
}

impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (seconds, ms) = (self.0 / 1000, self.0 % 1000);
        match ms {
            0 => write!(f, "{seconds}"),
            _ => f.write_str(format!("{seconds}.{ms:03}").trim_end_matches('0')),
        }
    }
}

impl FromStr for Time {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let wrong = || format!("{text:?} is not a time in seconds with at most three decimals");
        let (whole, part) = text.split_once('.').unwrap_or((text, "0"));
        let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        if !digits(whole) || !digits(part) || part.len() > 3 {
            return Err(wrong());
        }
        let seconds: u64 = whole.parse().map_err(|_| wrong())?;
        let ms: u64 = format!("{part:0<3}").parse().map_err(|_| wrong())?;
        let time = seconds.checked_mul(1000).and_then(|time| time.checked_add(ms));
        time.map(Time).ok_or_else(wrong)
    }
}

/// Reads a span: a whole number and its unit, `ms`, `s`, `m`, `h` or `d`.
///
/// # Errors
/// Says what is wrong with it.
#[expect(unused_variables, reason = "goes with the todo!")]
pub fn span(text: &str) -> Result<Duration, String> {
    todo!(
        "rules: Digits, then one of the units and nothing else. 0 is refused, and so is what does not fit: more than 36,500 days."
    )
}

/// Writes a span in the largest unit that leaves it whole.
///
/// ```
/// assert_eq!(alarm::show_span(std::time::Duration::from_secs(300)), "5m");
/// ```
pub fn show_span(span: Duration) -> String {
    let all = ms(span);
    for (unit, factor) in [("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1000)] {
        if all != 0 && all.is_multiple_of(factor) {
            return format!("{}{unit}", all / factor);
        }
    }
    format!("{all}ms")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_seconds() {
        for (text, ms) in [
            ("0", 0),
            ("7", 7000),
            ("1.5", 1500),
            ("1.05", 1050),
            ("2.001", 2001),
        ] {
            let time: Time = text.parse().unwrap();
            assert_eq!((time.0, time.to_string().as_str()), (ms, text));
        }
        for text in [
            "",
            "-1",
            "1.",
            ".5",
            "1.0001",
            "1e3",
            "+1",
            "99999999999999999999",
        ] {
            assert!(text.parse::<Time>().is_err(), "{text}");
        }
    }
}
