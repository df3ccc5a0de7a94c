//! Seeds: what is drawn for one student in one lab, which nobody can foretell without the instructor's key.
//!
//! Source: RFC 2104 (HMAC), RFC 4231 (its test vectors), FIPS 180-4 (SHA-256).

use std::fs::{self, File};
use std::io::{Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use sha2::{Digest, Sha256};
use xtask::course::Course;
use xtask::exit::{Result, Stop};

/// The instructor's key. It is never printed.
pub struct Key([u8; 32]);

impl std::fmt::Debug for Key {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("Key")
    }
}

impl Key {
    /// Reads the key in `file`, 64 hexadecimal digits; makes one if there is no such file.
    ///
    /// # Errors
    /// The file lies inside of the course, from which students' copies are made; others can read it; it holds no key.
    pub fn read(course: &Course, file: &Path) -> Result<Self> {
        let parent = file
            .parent()
            .filter(|dir| *dir != Path::new(""))
            .unwrap_or(Path::new("."));
        let home = fs::canonicalize(parent).map_err(|error| Stop::io(parent, error))?;
        let root = fs::canonicalize(&course.root).map_err(|error| Stop::io(&course.root, error))?;
        if home.starts_with(&root) {
            return Err(Stop::io(file, "the key must lie outside of the course's tree"));
        }
        if !file.exists() {
            Self::make(file)?;
        }
        let data = fs::metadata(file).map_err(|error| Stop::io(file, error))?;
        if std::os::unix::fs::PermissionsExt::mode(&data.permissions()) & 0o077 != 0 {
            return Err(Stop::io(file, "others can read the key; chmod 600 it"));
        }
        let text = fs::read_to_string(file).map_err(|error| Stop::io(file, error))?;
        let key = unhex(text.trim()).ok_or_else(|| Stop::io(file, "a key is 64 hexadecimal digits"))?;
        Ok(Self(key))
    }

    fn make(file: &Path) -> Result {
        let mut key = [0; 32];
        let random = Path::new("/dev/urandom");
        let read = File::open(random).and_then(|mut source| source.read_exact(&mut key));
        read.map_err(|error| Stop::io(random, error))?;
        let mut open = File::options()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(file)
            .map_err(|error| Stop::io(file, error))?;
        let written = writeln!(open, "{}", hex(&key)).and_then(|()| open.sync_all());
        written.map_err(|error| Stop::io(file, error))
    }

    /// The seed of a student in a lab.
    pub fn seed(&self, student: &str, lab: &str) -> u64 {
        // The length keeps `a` + `bc` apart from `ab` + `c`.
        let words = format!("seed {} {student} {lab}", student.len());
        let [a, b, c, d, e, f, g, h, ..] = hmac(&self.0, words.as_bytes());
        // SQLite's numbers have a sign, and JSON's readers round what is larger than 2^53.
        u64::from_be_bytes([a, b, c, d, e, f, g, h]) >> 11
    }

    /// What tells this key from others without telling it.
    pub fn id(&self) -> String {
        hex(&hmac(&self.0, b"the id of this key")[..8])
    }
}

fn hmac(key: &[u8], message: &[u8]) -> [u8; 32] {
    let mut block = [0_u8; 64];
    if key.len() > block.len() {
        block[..32].copy_from_slice(&Sha256::digest(key));
    } else {
        block[..key.len()].copy_from_slice(key);
    }
    let inner = Sha256::new()
        .chain_update(block.map(|byte| byte ^ 0x36))
        .chain_update(message)
        .finalize();
    Sha256::new()
        .chain_update(block.map(|byte| byte ^ 0x5c))
        .chain_update(inner)
        .finalize()
        .into()
}

/// Writes bytes as hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn unhex(text: &str) -> Option<[u8; 32]> {
    if !text.is_ascii() || text.len() != 64 {
        return None;
    }
    let mut key = [0; 32];
    for (at, byte) in key.iter_mut().enumerate() {
        *byte = u8::from_str_radix(&text[2 * at..2 * at + 2], 16).ok()?;
    }
    Some(key)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hmac_is_that_of_the_rfc() {
        let cases: [(&[u8], &[u8], &str); 3] = [
            (
                &[0x0b; 20],
                b"Hi There",
                "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7",
            ),
            (
                b"Jefe",
                b"what do ya want for nothing?",
                "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
            ),
            (
                &[0xaa; 131],
                b"Test Using Larger Than Block-Size Key - Hash Key First",
                "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54",
            ),
        ];
        for (key, message, expected) in cases {
            assert_eq!(hex(&hmac(key, message)), expected);
        }
    }

    #[test]
    fn a_seed_belongs_to_a_student_a_lab_and_a_key() {
        let (key, other) = (Key([1; 32]), Key([2; 32]));
        let seed = key.seed("ann", "lab01");
        assert_eq!(seed, key.seed("ann", "lab01"));
        for another in [
            key.seed("ann", "lab02"),
            key.seed("bob", "lab01"),
            other.seed("ann", "lab01"),
            key.seed("ann lab01", ""),
        ] {
            assert_ne!(seed, another);
        }
        assert_ne!(key.id(), other.id());
    }
}
