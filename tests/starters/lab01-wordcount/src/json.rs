//! The ranking as JSON.

use std::fmt::Write as _;
use std::io::{self, Write};

/// Writes an array of objects, one a line.
///
/// # Errors
/// Those of `out`.
pub(crate) fn write_ranking(out: &mut impl Write, ranking: &[(String, u64)]) -> io::Result<()> {
    out.write_all(b"[")?;
    for (nth, (word, count)) in ranking.iter().enumerate() {
        let separator = if nth == 0 { "\n" } else { ",\n" };
        write!(out, "{separator}{{\"word\":{},\"count\":{count}}}", quoted(word))?;
    }
    out.write_all(if ranking.is_empty() { b"]\n" } else { b"\n]\n" })
}

/// Source: RFC 8259, 7.
fn quoted(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for character in text.chars() {
        match character {
            '"' | '\\' => quoted.extend(['\\', character]),
            '\0'..='\u{1F}' => {
                // A string takes whatever is written to it.
                let _ = write!(quoted, "\\u{:04x}", u32::from(character));
            }
            _ => quoted.push(character),
        }
    }
    quoted.push('"');
    quoted
}
