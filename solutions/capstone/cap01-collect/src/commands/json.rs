//! Values in JSON.

use serde::Serializer;

/// Writes a value to JSON: a whole number without `.0`, which some readers take for another type.
pub(crate) fn number<S: Serializer>(value: &f64, serializer: S) -> Result<S::Ok, S::Error> {
    // region:explain A whole number up to 2^53 as u64, everything else as f64.
    const EXACT: f64 = (1_u64 << f64::MANTISSA_DIGITS) as f64;
    match value.fract() == 0.0 && (0.0..=EXACT).contains(value) {
        true => serializer.serialize_u64(*value as u64),
        false => serializer.serialize_f64(*value),
    }
    // endregion:explain
}
