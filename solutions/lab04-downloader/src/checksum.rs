//! `--sha256`: are these the bytes that were meant?

use std::fs::File;
use std::io;

// region:polish
use std::os::unix::fs::FileExt as _;

use sha2::{Digest as _, Sha256};
// endregion:polish

/// Returns the SHA-256 of a file, from its first byte on, in hex.
///
/// # Errors
/// What the system says.
///
/// Source: FIPS 180-4.
pub fn sha256(file: &File) -> io::Result<String> {
    // region:polish/sha256 Read at offsets, since others have moved the file's own; feed a `Sha256`; write two digits a byte.
    let mut hash = Sha256::new();
    let mut buffer = vec![0; 128 << 10];
    let mut at = 0;
    loop {
        match file.read_at(&mut buffer, at)? {
            0 => break,
            got => {
                hash.update(&buffer[..got]);
                at += got as u64;
            }
        }
    }
    Ok(hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect())
    // endregion:polish/sha256
}
