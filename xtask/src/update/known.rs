//! Which files the course brought, and how they looked: what tells a student's change from the course's.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use crate::exit::{Result, Stop};

/// The files that the course brought, each with the hashes of the contents that it brought them with.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(super) struct Known(BTreeMap<PathBuf, BTreeSet<u64>>);

impl Known {
    /// Reads a file of lines `HASH PATH`; none knows nothing.
    pub(super) fn read(path: &Path) -> Result<Self> {
        let text = match fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Self::default()),
            Err(error) => return Err(Stop::io(path, error)),
        };
        let mut known = Self::default();
        for line in text.lines() {
            if let Some((hash, path)) = line.split_once(' ') {
                let hashes = known.0.entry(path.into()).or_default();
                hashes.extend(u64::from_str_radix(hash, 16));
            }
        }
        Ok(known)
    }

    /// Writes what [`Known::read`] reads. A file that is known by name only has the hash `-`.
    pub(super) fn write(&self) -> String {
        let mut out = String::new();
        for (path, hashes) in &self.0 {
            if hashes.is_empty() {
                out.push_str(&format!("- {}\n", path.display()));
            }
            for hash in hashes {
                out.push_str(&format!("{hash:016x} {}\n", path.display()));
            }
        }
        out
    }

    /// Notes that the course brought a file, without knowing how it looked.
    pub(super) fn name(&mut self, path: &Path) {
        self.0.entry(path.to_owned()).or_default();
    }

    /// Notes how a file looked that the course brought.
    pub(super) fn add(&mut self, path: &Path, bytes: &[u8]) {
        self.0.entry(path.to_owned()).or_default().insert(hash(bytes));
    }

    /// Tells whether a file is as the course brought it.
    pub(super) fn is_unchanged(&self, path: &Path, bytes: &[u8]) -> bool {
        self.0
            .get(path)
            .is_some_and(|hashes| hashes.contains(&hash(bytes)))
    }

    /// The names of all files.
    pub(super) fn paths(&self) -> impl Iterator<Item = &PathBuf> {
        self.0.keys()
    }
}

/// FNV-1a, 64 bits: the same in every version of this program.
///
/// Source: <http://www.isthe.com/chongo/tech/comp/fnv/>.
fn hash(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_again() {
        let mut known = Known::default();
        known.add(Path::new("a b"), b"1");
        known.add(Path::new("a b"), b"2");
        known.name(Path::new("c"));
        let path = std::env::temp_dir().join(format!("xtask-test-{}-known", std::process::id()));
        fs::write(&path, known.write()).unwrap();
        assert_eq!(Known::read(&path).unwrap(), known);
        fs::remove_file(&path).unwrap();
        assert!(known.is_unchanged(Path::new("a b"), b"2") && !known.is_unchanged(Path::new("c"), b"2"));
        assert_eq!(hash(b"a"), 0xaf63_dc4c_8601_ec8c);
    }
}
