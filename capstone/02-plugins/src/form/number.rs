use collect::human::quoted;

/// Reads a number as Prometheus does: decimal, with a sign, a point and an exponent if need be; or `NaN`, `Inf`,
/// `Infinity` in any case, which may have a sign.
///
/// # Errors
/// It is none, or it is too large for a number with 53 bits.
#[expect(unused_variables, reason = "goes with the todo!")]
pub(super) fn number(text: &str) -> Result<f64, String> {
    todo!("forms: What `parse` takes, but digits that come out infinite are too large.")
}
