//! What the bytes of a text are to `wc`: one character after the other, each with the class that decides about words.

use crate::printable::is_printable;

// region:given/class
/// Says what a character does to the words around it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// White space: ends a word.
    Space,
    /// A printable character that is no white space: belongs to a word.
    Graphic,
    /// A character that is neither, such as NUL or a line separator: begins no word and ends none.
    Silent,
    /// A byte that is no part of a character in UTF-8: no character at all, begins no word and ends none.
    Invalid,
    /// The text ends inside a character: more bytes may complete it. At the end of a file it is like [`Class::Invalid`].
    Cut,
}
// endregion:given/class

/// Tells the class of the first character of `text`, and how many bytes long it is.
///
/// Sequences of up to 6 bytes for numbers above 0x10_FFFF, which UTF-8 had at first (RFC 2279) and lost (RFC 3629), are
/// single characters here: `wc` counts what the C library decodes, and glibc still decodes them.
///
/// Source: glibc 2.36, iconv/gconv_simple.c, `utf8_internal_loop`; coreutils 9.1, src/wc.c.
///
/// # Panics
/// Panics when `text` is empty.
///
/// ```
/// use wordcount::class::{Class, first};
///
/// assert_eq!(first(b"a"), (Class::Graphic, 1));
/// assert_eq!(first("é".as_bytes()), (Class::Graphic, 2));
/// assert_eq!(first(b"\xC3"), (Class::Cut, 1));
/// assert_eq!(first(b"\xC3("), (Class::Invalid, 1));
/// ```
pub fn first(text: &[u8]) -> (Class, usize) {
    let lead = text[0];
    let length = match lead {
        0..0x80 => return (of_ascii(lead), 1),
        0xC2..=0xFD => lead.leading_ones() as usize,
        _ => return (Class::Invalid, 1),
    };
    let mut code = u32::from(lead & (0x7F >> length));
    for at in 1..length {
        match text.get(at) {
            Some(&byte) if byte & 0xC0 == 0x80 => code = code << 6 | u32::from(byte & 0x3F),
            Some(_) => return (Class::Invalid, 1),
            None => return (Class::Cut, text.len()),
        }
    }
    let overlong = length > 2 && code >> (5 * length - 4) == 0;
    let surrogate = (0xD800..0xE000).contains(&code);
    if overlong || surrogate {
        (Class::Invalid, 1)
    } else {
        (of_code(code), length)
    }
}

/// Tells the class of a character of ASCII.
pub fn of_ascii(byte: u8) -> Class {
    match byte {
        b' ' | b'\t'..=b'\r' => Class::Space,
        b'!'..=b'~' => Class::Graphic,
        _ => Class::Silent,
    }
}

/// `wc` takes non-breaking spaces for white space too (unless POSIXLY_CORRECT is set), the line separator for none.
fn of_code(code: u32) -> Class {
    match code {
        0xA0 | 0x1680 | 0x2000..=0x200A | 0x202F | 0x205F | 0x2060 | 0x3000 => Class::Space,
        _ if is_printable(code) => Class::Graphic,
        _ => Class::Silent,
    }
}
