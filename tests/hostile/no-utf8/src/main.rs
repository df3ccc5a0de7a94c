//! Prints bytes that are no text.

use std::io::Write;

fn main() {
    let all: Vec<u8> = (0..=255).cycle().take(4096).collect();
    let _ = std::io::stdout().write_all(&all);
    let _ = std::io::stderr().write_all(&all);
}
