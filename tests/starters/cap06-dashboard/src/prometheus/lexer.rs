//! Cuts a query into tokens.

use std::fmt;

use super::time;

/// A piece of a query, and at which of its bytes it begins.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Token {
    pub(super) at: usize,
    pub(super) what: What,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum What {
    /// A name, which may be a keyword.
    Name(String),
    Number(f64),
    /// In milliseconds.
    Duration(i64),
    Text(String),
    /// An operator, a bracket, or the like.
    Sign(&'static str),
    End,
}

impl fmt::Display for What {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Name(name) => write!(f, "\"{name}\""),
            Self::Number(number) => write!(f, "number {number}"),
            Self::Duration(ms) => write!(f, "duration of {ms} ms"),
            Self::Text(text) => write!(f, "string {text:?}"),
            Self::Sign(sign) => write!(f, "\"{sign}\""),
            Self::End => f.write_str("end of input"),
        }
    }
}

/// Longer ones before those that they begin with.
const SIGNS: [&str; 24] = [
    "==", "!=", "=~", "!~", ">=", "<=", "=", ">", "<", "+", "-", "*", "/", "%", "^", "(", ")", "{", "}", "[",
    "]", ",", ":", "@",
];

/// What is wrong, and at which byte.
pub(super) type Wrong = (usize, String);

/// Cuts a query into tokens, of which the last is the end.
pub(super) fn tokens(text: &str) -> Result<Vec<Token>, Wrong> {
    let mut tokens = Vec::new();
    let mut at = 0;
    loop {
        let rest = &text[at..];
        let Some(first) = rest.chars().next() else {
            tokens.push(Token { at, what: What::End });
            return Ok(tokens);
        };
        let (what, length) = match first {
            ' ' | '\t' | '\n' | '\r' => {
                at += 1;
                continue;
            }
            '#' => {
                at += rest.find('\n').unwrap_or(rest.len());
                continue;
            }
            '0'..='9' | '.' => number(rest).map_err(|why| (at, why))?,
            '"' | '\'' | '`' => string(rest, first).map_err(|(further, why)| (at + further, why))?,
            ':' if !continues(rest.as_bytes().get(1)) => (What::Sign(":"), 1),
            'a'..='z' | 'A'..='Z' | '_' | ':' => {
                let length = name_length(rest);
                (name(&rest[..length]), length)
            }
            _ => match SIGNS.iter().find(|sign| rest.starts_with(**sign)) {
                Some(sign) => (What::Sign(sign), sign.len()),
                None => return Err((at, format!("unexpected character: {first:?}"))),
            },
        };
        tokens.push(Token { at, what });
        at += length;
    }
}

fn continues(byte: Option<&u8>) -> bool {
    byte.is_some_and(|byte| byte.is_ascii_alphanumeric() || b"_:".contains(byte))
}

fn name_length(text: &str) -> usize {
    text.bytes().take_while(|byte| continues(Some(byte))).count()
}

/// As a name, but a colon ends it.
fn word_length(text: &str) -> usize {
    let length = name_length(text);
    text[..length].find(':').unwrap_or(length)
}

fn name(text: &str) -> What {
    match text {
        _ if text.eq_ignore_ascii_case("inf") => What::Number(f64::INFINITY),
        _ if text.eq_ignore_ascii_case("nan") => What::Number(f64::NAN),
        _ => What::Name(text.to_owned()),
    }
}

/// A number or a duration: what letters are behind its digits says which.
fn number(rest: &str) -> Result<(What, usize), String> {
    let bytes = rest.as_bytes();
    let digits = |from: usize| {
        bytes[from..]
            .iter()
            .take_while(|byte| byte.is_ascii_digit())
            .count()
    };
    let mut length = digits(0);
    let is_hex = rest.starts_with("0x") || rest.starts_with("0X");
    if !is_hex && length > 0 && bytes.get(length).is_some_and(|byte| b"smhdwy".contains(byte)) {
        let length = word_length(rest);
        let text = &rest[..length];
        let ms = time::duration(text).ok_or_else(|| format!("bad number or duration syntax: {text:?}"))?;
        return Ok((What::Duration(ms), length));
    }
    if !is_hex {
        if bytes.get(length) == Some(&b'.') {
            length += 1 + digits(length + 1);
        }
        if bytes.get(length).is_some_and(|byte| b"eE".contains(byte)) {
            let sign = usize::from(bytes.get(length + 1).is_some_and(|byte| b"+-".contains(byte)));
            length += 1 + sign + digits((length + 1 + sign).min(bytes.len()));
        }
    }
    // What is behind it and could belong to a name does not end it.
    length += word_length(&rest[length..]);
    let text = &rest[..length];
    let value = if is_hex {
        i64::from_str_radix(&text[2..], 16)
            .ok()
            .filter(|_| !text[2..].starts_with('-'))
            .map(|whole| whole as f64)
    } else if text.len() > 1 && text.starts_with('0') && text.bytes().all(|byte| byte.is_ascii_digit()) {
        // As in Go and C, a 0 in front means octal, if it can be.
        i64::from_str_radix(text, 8)
            .ok()
            .map(|whole| whole as f64)
            .or_else(|| text.parse().ok())
    } else {
        text.parse().ok()
    };
    let value = value.ok_or_else(|| format!("bad number or duration syntax: {text:?}"))?;
    Ok((What::Number(value), length))
}

/// A string in one of three kinds of quotes; in back quotes a backslash is one.
fn string(rest: &str, quote: char) -> Result<(What, usize), Wrong> {
    let open = || (0, "unterminated quoted string".to_owned());
    if quote == '`' {
        let length = rest[1..].find('`').ok_or_else(open)?;
        return Ok((What::Text(rest[1..=length].to_owned()), length + 2));
    }
    let mut bytes = Vec::new();
    let mut at = 1;
    loop {
        let Some(next) = rest[at..].chars().next() else {
            return Err(open());
        };
        let begin = at;
        at += next.len_utf8();
        match next {
            '\n' => return Err(open()),
            _ if next == quote => break,
            '\\' => {
                let length = escape(&rest[at..], quote, &mut bytes)
                    .ok_or_else(|| (begin, "unknown escape sequence".to_owned()))?;
                at += length;
            }
            _ => bytes.extend_from_slice(next.encode_utf8(&mut [0; 4]).as_bytes()),
        }
    }
    let text = String::from_utf8(bytes).map_err(|_| (0, "a string that is not UTF-8".to_owned()))?;
    Ok((What::Text(text), at))
}

/// Reads what is behind a backslash, and returns its length.
///
/// Source: The Go Programming Language Specification, "Rune literals".
fn escape(rest: &str, quote: char, bytes: &mut Vec<u8>) -> Option<usize> {
    let digits = |from: usize, to: usize, radix| {
        let text = rest.get(from..to)?;
        let all = text.bytes().all(|byte| byte.is_ascii_hexdigit());
        u32::from_str_radix(text, radix).ok().filter(|_| all)
    };
    let first = rest.chars().next()?;
    let simple = match first {
        'a' => 7,
        'b' => 8,
        'f' => 12,
        'n' => b'\n',
        'r' => b'\r',
        't' => b'\t',
        'v' => 11,
        '\\' => b'\\',
        _ if first == quote => u8::try_from(first).ok()?,
        'x' => {
            bytes.push(u8::try_from(digits(1, 3, 16)?).ok()?);
            return Some(3);
        }
        '0'..='7' => {
            bytes.push(u8::try_from(digits(0, 3, 8)?).ok()?);
            return Some(3);
        }
        'u' | 'U' => {
            let length = if first == 'u' { 5 } else { 9 };
            let character = char::from_u32(digits(1, length, 16)?)?;
            bytes.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
            return Some(length);
        }
        _ => return None,
    };
    bytes.push(simple);
    Some(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(text: &str) -> What {
        let tokens = tokens(text).unwrap_or_else(|wrong| panic!("{text}: {wrong:?}"));
        assert_eq!(tokens.len(), 2, "{tokens:?}");
        tokens[0].what.clone()
    }

    #[test]
    fn numbers_durations_and_strings_are_those_of_prometheus() {
        for (text, expected) in [
            ("1", 1.0),
            (".5", 0.5),
            ("1.", 1.0),
            ("1e3", 1000.0),
            ("1.5E-2", 0.015),
            ("0x1F", 31.0),
            ("010", 8.0),
            ("08", 8.0),
            ("Inf", f64::INFINITY),
        ] {
            assert_eq!(one(text), What::Number(expected), "{text}");
        }
        assert_eq!(one("1h30m"), What::Duration(5_400_000));
        assert_eq!(one(r#""a\n\x41\u00e9\"""#), What::Text("a\nAé\"".into()));
        assert_eq!(one(r"`a\n`"), What::Text(r"a\n".into()));
        for wrong in [
            "1x",
            "1e",
            "0x",
            "0x-1",
            "5m5m",
            ".",
            "\"",
            "'\n'",
            r#""\q""#,
            r#""\xff""#,
            "é",
            "\"é\\",
            "1é",
        ] {
            assert!(tokens(wrong).is_err(), "{wrong}");
        }
    }
}
