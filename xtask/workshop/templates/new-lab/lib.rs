//! Numbers the lines of a text: [`number`] does it, the program in `main.rs` calls it.

use std::io::{BufRead, Result, Write};

/// Copies `input` to `output`, each line with its number and a tab in front, and returns how many lines there were.
///
/// A line ends with a newline, the last one also without. What is no UTF-8 is copied as it is.
///
/// # Errors
/// The first failure of reading or of writing.
///
/// ```
/// # fn main() -> std::io::Result<()> {
/// let mut output = Vec::new();
/// assert_eq!(@NAME@::number(&b"one\ntwo"[..], &mut output)?, 2);
/// assert_eq!(output, b"1\tone\n2\ttwo");
/// # Ok(())
/// # }
/// ```
pub fn number(mut input: impl BufRead, mut output: impl Write) -> Result<u64> {
    // region:number Read line after line as bytes, with the newline if there is one; write the number, a tab, the line.
    let mut count = 0;
    let mut line = Vec::new();
    while input.read_until(b'\n', &mut line)? > 0 {
        count += 1;
        write!(output, "{count}\t")?;
        output.write_all(&line)?;
        line.clear();
    }
    output.flush()?;
    Ok(count)
    // endregion:number
}
