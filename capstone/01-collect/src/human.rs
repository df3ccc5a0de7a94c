//! Readings as people read them.
use crate::{Labels, Unit};

pub use crate::page::quoted;

/// Writes a value with its unit, in few digits.
///
/// ```
/// use collect::{Unit, human};
///
/// assert_eq!(human::value(25_276_502_016.0, Unit::Bytes), "23.5 GiB");
/// assert_eq!(human::value(0.039, Unit::Ratio), "3.9 %");
/// ```
#[expect(unused_variables, reason = "goes with the todo!")]
pub fn value(value: f64, unit: Unit) -> String {
    todo!(
        "explain: Counts and seconds with at most 3 decimals, ratios as percent with at most 2, bytes in the largest unit that makes them at least 1."
    )
}

/// Writes labels so that no name of a mount or of a device can steer a terminal.
///
/// ```
/// use collect::{Labels, human};
///
/// let labels = Labels::one("mount", "/a\u{1b}[2J");
/// assert_eq!(human::labels(&labels), r#"{mount="/a\u{1b}[2J"}"#);
/// ```
#[expect(unused_variables, reason = "goes with the todo!")]
pub fn labels(labels: &Labels) -> String {
    todo!(
        "explain: As Display writes them, with each character escaped that steers a terminal; quotes and backslashes stand as they are."
    )
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
            assert_eq!(super::value(value, unit), expected);
        }
    }
}
