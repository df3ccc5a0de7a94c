//! Texts drawn from a seed.

use support::Rng;

/// Characters and bytes that a counter meets: words and white space of several scripts, control characters, bytes that are
/// no UTF-8. All are characters since long ago, so that each Unicode table agrees about them.
const PIECES: [&[u8]; 44] = [
    b"the",
    b"The",
    b"THE",
    b"a",
    b"of",
    b"don't",
    b"3.14",
    b"e-mail",
    b"x",
    b" ",
    b" ",
    b" ",
    b" ",
    b" ",
    b"  ",
    b"\n",
    b"\n",
    b"\n\n",
    b"\r\n",
    b"\t",
    b"\x0B",
    b"\x0C",
    b", ",
    b". ",
    b"\"",
    b"\0",
    b"\x01",
    b"\x7F",
    b"\xFF",
    b"\xC3",
    b"\xE2\x82",
    b"\xF0\x9F\x98",
    b"\x80",
    "é".as_bytes(),
    "Straße".as_bytes(),
    "ΣΊΣΥΦΟΣ".as_bytes(),
    "σίσυφος".as_bytes(),
    "мир".as_bytes(),
    "中文".as_bytes(),
    "\u{2028}".as_bytes(),
    "\u{301}".as_bytes(),
    "😀".as_bytes(),
    "\u{3000}".as_bytes(),
    "\u{A0}".as_bytes(),
];

/// Draws a text of about `pieces` pieces, hostile ones among them.
pub(crate) fn any(rng: &mut Rng, pieces: usize) -> Vec<u8> {
    (0..pieces)
        .flat_map(|_| PIECES[rng.usize(..PIECES.len())].iter().copied())
        .collect()
}

/// Draws a text as [`any`] does, without the white space of other scripts: for stages whose subject is not what a word is.
pub(crate) fn plain(rng: &mut Rng, pieces: usize) -> Vec<u8> {
    const PLAIN: usize = PIECES.len() - 2;
    (0..pieces)
        .flat_map(|_| PIECES[rng.usize(..PLAIN)].iter().copied())
        .collect()
}

/// Draws a text of at least `size` bytes: lines of words, few enough that they come again and again.
pub(crate) fn words(rng: &mut Rng, size: usize) -> Vec<u8> {
    const SYLLABLES: [&str; 12] = [
        "ba", "Na", "ne", "ti", "to", "lö", "ra", "ку", "só", "men", "Δα", "xy",
    ];
    let mut text = String::with_capacity(size + 64);
    while text.len() < size {
        for _ in 0..rng.usize(1..4) {
            text.push_str(SYLLABLES[rng.usize(..SYLLABLES.len())]);
        }
        text.push_str([" ", " ", " ", " ", " ", " ", ", ", ". ", "\n", "\r\n", "  "][rng.usize(..11)]);
    }
    text.into_bytes()
}

/// Repeats `text` until there are at least `size` bytes.
pub(crate) fn repeated(text: &[u8], size: usize) -> Vec<u8> {
    text.repeat(size.div_ceil(text.len()))
}
