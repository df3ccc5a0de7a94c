//! Values in JSON.

use serde::Serializer;

/// Writes a value to JSON: a whole number without `.0`, which some readers take for another type.
#[expect(unused_variables, reason = "goes with the todo!")]
pub(crate) fn number<S: Serializer>(value: &f64, serializer: S) -> Result<S::Ok, S::Error> {
    todo!("explain: A whole number up to 2^53 as u64, everything else as f64.")
}
