//! Fills the folders that are memory.

use std::io::Write;

fn main() {
    let piece = vec![1u8; 1 << 20];
    for folder in ["/tmp", "/dev/shm", "/run", "/var/tmp"] {
        if let Ok(mut file) = std::fs::File::create(format!("{folder}/full")) {
            while file.write_all(&piece).is_ok() {}
        }
    }
}
