//! Writes to standard error without end.

use std::io::Write;

fn main() {
    let line = [b'x'; 64 << 10];
    while std::io::stderr().write_all(&line).is_ok() {}
}
