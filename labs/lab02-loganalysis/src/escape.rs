//! nginx's `\xHH` taken back.

use std::borrow::Cow;

/// Takes the escapes out of a field: `\xHH` becomes the byte it stands for, `\"` and `\\` the character.
///
/// nginx writes a quotation mark, a backslash, and every byte below 32 or above 126 as `\xHH`; Apache writes `\"`. Any other
/// backslash stands for itself. A field without a backslash, which nearly all are, is not copied.
///
/// ```
/// assert_eq!(&*loganalysis::escape::decode(br"caf\xC3\xA9"), "café".as_bytes());
/// assert_eq!(&*loganalysis::escape::decode(br"C:\path \x2"), br"C:\path \x2");
/// ```
///
/// Source: <https://nginx.org/en/docs/http/ngx_http_log_module.html#log_format>
#[expect(unused_variables, reason = "goes with the todo!")]
pub fn decode(field: &[u8]) -> Cow<'_, [u8]> {
    todo!("parse: Look for the first backslash; without one, hand the field back as it is.")
}
