use collect::human::quoted;

/// Reads a number as Prometheus does: decimal, with a sign, a point and an exponent if need be; or `NaN`, `Inf`,
/// `Infinity` in any case, which may have a sign.
///
/// # Errors
/// It is none, or it is too large for a number with 53 bits.
pub(super) fn number(text: &str) -> Result<f64, String> {
    // region:forms/number What `parse` takes, but digits that come out infinite are too large.
    let number: f64 = text
        .parse()
        .map_err(|_| format!("{} is no number", quoted(text)))?;
    if number.is_infinite() && text.bytes().any(|byte| byte.is_ascii_digit()) {
        return Err(format!("{} is too large", quoted(text)));
    }
    Ok(number)
    // endregion:forms/number
}
