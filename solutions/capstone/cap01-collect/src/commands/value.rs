//! Values as they are read: by people, and in JSON.

use collect::{Labels, Unit};
use serde::Serializer;

/// Writes a value with its unit.
pub(crate) fn human(value: f64, unit: Unit) -> String {
    match unit {
        Unit::Count => format!("{}", rounded(value, 3)),
        Unit::Seconds => format!("{} s", rounded(value, 3)),
        Unit::Ratio => format!("{} %", rounded(value * 100.0, 2)),
        Unit::Bytes => bytes(value),
    }
}

/// Writes labels so that no name of a mount or of a device can steer a terminal.
pub(crate) fn labels(labels: &Labels) -> String {
    labels.to_string().chars().fold(String::new(), |mut text, char| {
        match char {
            // These have been escaped where it was needed.
            '\'' | '"' | '\\' => text.push(char),
            _ => text.extend(char.escape_debug()),
        }
        text
    })
}

/// Writes a value to JSON: a whole number without `.0`, which some readers take for another type.
pub(crate) fn number<S: Serializer>(value: &f64, serializer: S) -> Result<S::Ok, S::Error> {
    const EXACT: f64 = (1_u64 << f64::MANTISSA_DIGITS) as f64;
    match value.fract() == 0.0 && (0.0..=EXACT).contains(value) {
        true => serializer.serialize_u64(*value as u64),
        false => serializer.serialize_f64(*value),
    }
}

fn rounded(value: f64, digits: i32) -> f64 {
    let scale = 10_f64.powi(digits);
    let scaled = (value * scale).round() / scale;
    if scaled.is_finite() { scaled } else { value }
}

fn bytes(value: f64) -> String {
    const UNITS: [&str; 6] = ["KiB", "MiB", "GiB", "TiB", "PiB", "EiB"];
    if value.abs() < 1024.0 {
        return format!("{value} B");
    }
    let (mut value, mut unit) = (value / 1024.0, UNITS[0]);
    for larger in &UNITS[1..] {
        // 1023.95 would be rounded to 1024.0.
        if value.abs() < 1023.95 {
            break;
        }
        (value, unit) = (value / 1024.0, larger);
    }
    format!("{value:.1} {unit}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_short_and_have_a_unit() {
        for (value, unit, expected) in [
            (9_836_744.0, Unit::Count, "9836744"),
            (0.30000000000000004, Unit::Count, "0.3"),
            (2041.39, Unit::Seconds, "2041.39 s"),
            (0.0394, Unit::Ratio, "3.94 %"),
            (1023.0, Unit::Bytes, "1023 B"),
            (1024.0, Unit::Bytes, "1.0 KiB"),
            (25_276_502_016.0, Unit::Bytes, "23.5 GiB"),
            (1024.0 * 1024.0 - 1.0, Unit::Bytes, "1.0 MiB"),
            (f64::MAX, Unit::Count, &f64::MAX.to_string()),
        ] {
            assert_eq!(human(value, unit), expected);
        }
    }

    #[test]
    fn labels_do_not_steer_a_terminal() {
        assert_eq!(
            labels(&Labels::one("mount", "/\u{1b}[2J")),
            r#"{mount="/\u{1b}[2J"}"#
        );
    }
}
