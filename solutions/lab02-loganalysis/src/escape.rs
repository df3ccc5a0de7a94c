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
pub fn decode(field: &[u8]) -> Cow<'_, [u8]> {
    // region:parse/decode Look for the first backslash; without one, hand the field back as it is.
    let Some(first) = memchr::memchr(b'\\', field) else {
        return Cow::Borrowed(field);
    };
    let mut out = field[..first].to_vec();
    let mut rest = &field[first..];
    while let Some((&first, after)) = rest.split_first() {
        let (byte, after) = match (first, after) {
            (b'\\', [b'x', high, low, after @ ..]) if high.is_ascii_hexdigit() && low.is_ascii_hexdigit() => {
                (hex(*high) << 4 | hex(*low), after)
            }
            (b'\\', [escaped @ (b'"' | b'\\'), after @ ..]) => (*escaped, after),
            _ => (first, after),
        };
        out.push(byte);
        rest = after;
    }
    Cow::Owned(out)
    // endregion:parse/decode
}

// region:parse
/// Returns the value of a hexadecimal digit.
fn hex(digit: u8) -> u8 {
    match digit {
        b'0'..=b'9' => digit - b'0',
        _ => (digit | 0x20) - b'a' + 10,
    }
}
// endregion:parse
