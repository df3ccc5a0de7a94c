//! Lengths of time as people write them: `500ms`, `10s`, `5m`, `1h`.

use std::time::Duration;

/// The units, the largest first, each with its milliseconds.
const UNITS: [(&str, u64); 4] = [("h", 3_600_000), ("m", 60_000), ("s", 1000), ("ms", 1)];

/// Why a text is no length of time.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Malformed {
    /// It is not a whole number and a unit.
    #[error("`{0}` is no duration: write a whole number and ms, s, m or h, as in 10s")]
    Form(String),
    /// It is longer than can be counted.
    #[error("`{0}` is too long")]
    TooLong(String),
}

/// Reads a whole number with its unit behind it: `ms`, `s`, `m` or `h`.
///
/// ```
/// use daemon::duration;
/// use std::time::Duration;
///
/// assert_eq!(duration::parse("90s"), Ok(Duration::from_secs(90)));
/// assert!(duration::parse("90").is_err());
/// ```
///
/// # Errors
/// [`Malformed`], with the text.
pub fn parse(text: &str) -> Result<Duration, Malformed> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (number, unit) = text.split_at(digits);
    let unit = UNITS.iter().find(|(name, _)| *name == unit);
    let Some((_, millis)) = unit.filter(|_| digits > 0) else {
        return Err(Malformed::Form(text.to_owned()));
    };
    let number = number.parse::<u64>().ok();
    match number.and_then(|number| number.checked_mul(*millis)) {
        Some(millis) => Ok(Duration::from_millis(millis)),
        None => Err(Malformed::TooLong(text.to_owned())),
    }
}

/// Writes a length of time with the largest unit that leaves no fraction. What is below a millisecond is dropped.
///
/// ```
/// use daemon::duration;
/// use std::time::Duration;
///
/// assert_eq!(duration::written(Duration::from_secs(90)), "90s");
/// assert_eq!(duration::written(Duration::from_secs(120)), "2m");
/// ```
pub fn written(duration: Duration) -> String {
    let total = duration.as_millis();
    let whole = UNITS
        .iter()
        .find(|(_, millis)| total != 0 && total.is_multiple_of(u128::from(*millis)));
    match whole {
        Some((unit, millis)) => format!("{}{unit}", total / u128::from(*millis)),
        None => "0s".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_and_a_unit_are_a_duration() {
        for (text, millis) in [
            ("0s", 0),
            ("500ms", 500),
            ("10s", 10_000),
            ("007s", 7000),
            ("5m", 300_000),
            ("1h", 3_600_000),
            ("18446744073709551615ms", u64::MAX),
        ] {
            assert_eq!(parse(text), Ok(Duration::from_millis(millis)), "{text}");
        }
    }

    #[test]
    fn everything_else_is_refused() {
        for text in [
            "", "s", "10", "10 s", " 10s", "10s ", "-1s", "+1s", "1.5s", "10S", "10d", "1h30m", "10é", "٣s",
        ] {
            assert_eq!(parse(text), Err(Malformed::Form(text.to_owned())), "{text}");
        }
        for text in ["18446744073709551616ms", "18446744073709551615s"] {
            assert_eq!(parse(text), Err(Malformed::TooLong(text.to_owned())), "{text}");
        }
    }

    #[test]
    fn what_is_written_can_be_read() {
        for text in ["0s", "1ms", "999ms", "1s", "90s", "1m", "59m", "1h", "61m", "48h"] {
            assert_eq!(parse(text).map(written).as_deref(), Ok(text));
        }
    }
}
