//! Writes a file without end.

use std::io::Write;

fn main() {
    let piece = vec![1u8; 1 << 20];
    let Ok(mut file) = std::fs::File::create("large") else { return };
    while file.write_all(&piece).is_ok() {}
    let _ = std::fs::remove_file("large");
}
