//! Bytes made visible, and back.
//!
//! Reports, snapshots and replay files are text, while programs print bytes. The form is UTF-8 with Rust's escapes for
//! what a reader could not see or a file could not hold: `\xHH`, `\r`, `\0`, `\e` and `\\`.

use std::time::Duration;

/// Writes `bytes` as text in which every byte can be seen; line feeds and tabs stay.
///
/// ```
/// assert_eq!(support::text::visible(b"a\r\n\xff"), "a\\r\n\\xff");
/// ```
pub fn visible(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        for c in chunk.valid().chars() {
            match c {
                '\n' | '\t' => out.push(c),
                '\r' => out.push_str("\\r"),
                '\0' => out.push_str("\\0"),
                '\x1b' => out.push_str("\\e"),
                '\\' => out.push_str("\\\\"),
                c if c.is_ascii_control() => out.push_str(&format!("\\x{:02x}", c as u32)),
                c => out.push(c),
            }
        }
        for byte in chunk.invalid() {
            out.push_str(&format!("\\x{byte:02x}"));
        }
    }
    out
}

/// Reads back what [`visible`] wrote.
///
/// # Errors
/// Names the first escape that is none.
pub fn bytes(text: &str) -> Result<Vec<u8>, String> {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('\\') {
        out.extend_from_slice(&rest.as_bytes()[..at]);
        let escape = &rest[at + 1..];
        let (byte, len) = match escape.as_bytes().first() {
            Some(b'r') => (b'\r', 1),
            Some(b'0') => (0, 1),
            Some(b'e') => (0x1b, 1),
            Some(b'\\') => (b'\\', 1),
            Some(b'x') => {
                let digits = escape
                    .get(1..3)
                    .ok_or_else(|| format!("`\\{escape}` is no escape"))?;
                let byte =
                    u8::from_str_radix(digits, 16).map_err(|_| format!("`\\x{digits}` is no escape"))?;
                (byte, 3)
            }
            _ => {
                return Err(format!(
                    "`\\{}` is no escape",
                    escape.chars().next().unwrap_or(' ')
                ));
            }
        };
        out.push(byte);
        rest = &escape[len..];
    }
    out.extend_from_slice(rest.as_bytes());
    Ok(out)
}

/// Writes `bytes` as an indented block that shows whether the last line ended in a line feed.
pub(crate) fn block(bytes: &[u8]) -> String {
    let mut out = String::new();
    for line in visible(bytes).split_inclusive('\n') {
        out.push_str("  ");
        out.push_str(line);
    }
    if !bytes.is_empty() && !bytes.ends_with(b"\n") {
        out.push_str("\n  (no line feed at the end)\n");
    }
    out
}

/// Writes a duration for a sentence: `3.9 s`.
pub(crate) fn seconds(duration: Duration) -> String {
    let tenths = duration.as_millis() / 100;
    match tenths % 10 {
        0 => format!("{} s", tenths / 10),
        rest => format!("{}.{rest} s", tenths / 10),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_comes_back() {
        let all: Vec<u8> = (0..=255).chain("\\x é 日本 \\".bytes()).collect();
        assert_eq!(bytes(&visible(&all)).expect("own output"), all);
    }

    #[test]
    fn durations_are_told_to_a_tenth_of_a_second() {
        assert_eq!(seconds(Duration::from_millis(4000)), "4 s");
        assert_eq!(seconds(Duration::from_millis(3989)), "3.9 s");
    }

    #[test]
    fn a_wrong_escape_is_named() {
        assert!(bytes(r"a\q").is_err_and(|e| e.contains(r"\q")));
        assert!(bytes(r"a\xé").is_err());
    }
}
