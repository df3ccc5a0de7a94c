//! The rows that `count` prints: numbers in columns, then the name.

use std::ffi::OsStr;
use std::fs::Metadata;
use std::io::{self, Write};
use std::os::unix::ffi::OsStrExt;

use crate::class::{Class, first};
use crate::count::{Columns, Counts};

/// Tells how wide each column must be, in characters.
///
/// `about` says what the system knows of each input before the first is read; standard input is one too. One column
/// of one input needs no alignment: 1. Otherwise the digits of the sum of the sizes of all regular files decide, and
/// an input that is no regular file, whose size nobody knows, asks for 7 at least. Inputs without an answer do not
/// count.
///
/// Source: coreutils 9.1, src/wc.c, `compute_number_width`.
#[expect(unused_variables, reason = "goes with the todo!")]
pub fn width(columns: Columns, about: &[Option<Metadata>]) -> usize {
    todo!(
        "count: Add up the sizes of the regular files; the sum's digits are the width, and a pipe makes it 7 at least."
    )
}

/// Writes one row: the columns asked for in the order lines, words, characters, bytes, each `width` characters wide and
/// aligned to the right, one space between them; then the name after a space, when there is one.
///
/// A name goes out as [`shown`] makes it.
///
/// # Errors
/// Those of `out`.
#[expect(unused_variables, reason = "goes with the todo!")]
pub fn write_row(
    out: &mut impl Write,
    counts: Counts,
    columns: Columns,
    width: usize,
    name: Option<&OsStr>,
) -> io::Result<()> {
    todo!("count: Collect the numbers that the columns ask for, then write them, the name and a newline.")
}

/// Makes a name fit for a row: itself, unless it holds a newline, which would tear the row apart. Then it is quoted so
/// that a shell reads it back: `'two'$'\n''lines'`.
///
/// Source: gnulib, lib/quotearg.c, `shell_escape_quoting_style`.
pub fn shown(name: &OsStr) -> Vec<u8> {
    let name = name.as_bytes();
    if !name.contains(&b'\n') {
        return name.to_vec();
    }
    let mut quoted = vec![b'\''];
    let mut escaped = false;
    let mut rest = name;
    while !rest.is_empty() {
        let (class, length) = first(rest);
        let (bytes, after) = rest.split_at(length);
        let plain = bytes == b" " || class == Class::Graphic || (class == Class::Space && length > 1);
        if plain == escaped {
            quoted.extend_from_slice(if plain { b"''" } else { b"'$'" });
            escaped = !plain;
        }
        match bytes {
            b"'" => quoted.extend_from_slice(b"'\\''"),
            _ if plain => quoted.extend_from_slice(bytes),
            _ => bytes
                .iter()
                .for_each(|&byte| quoted.extend_from_slice(&escape(byte))),
        }
        rest = after;
    }
    quoted.push(b'\'');
    quoted
}

fn escape(byte: u8) -> Vec<u8> {
    match byte {
        // BEL, BS, HT, LF, VT, FF, CR have letters of their own in C.
        7..=13 => vec![b'\\', b"abtnvfr"[usize::from(byte - 7)]],
        _ => format!("\\{byte:03o}").into_bytes(),
    }
}
