//! Spans of time as people write them.

use std::time::Duration;

/// Reads `90s`, `15d` and the like; `None` if it is none, or 0.
pub(super) fn parse(text: &str) -> Option<Duration> {
    let digits = text.len()
        - text
            .trim_start_matches(|digit: char| digit.is_ascii_digit())
            .len();
    let (number, unit) = text.split_at(digits);
    let ms = match unit {
        "ms" => 1,
        "s" => 1000,
        "m" => 60_000,
        "h" => 3_600_000,
        "d" => 86_400_000,
        _ => return None,
    };
    let span = Duration::from_millis(number.parse::<u64>().ok()?.checked_mul(ms)?);
    (!span.is_zero()).then_some(span)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_are_a_number_and_a_unit() {
        for (text, ms) in [
            ("10ms", Some(10)),
            ("2m", Some(120_000)),
            ("15d", Some(1_296_000_000)),
            ("0s", None),
            ("s", None),
            ("5", None),
            ("-5s", None),
            ("99999999999999999999d", None),
        ] {
            assert_eq!(parse(text), ms.map(Duration::from_millis), "{text}");
        }
    }
}
