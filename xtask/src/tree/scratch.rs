//! Folders and trees for the unit tests of this crate and of the workshop.

use std::fs;
use std::path::PathBuf;

use super::write;
use crate::subject::Files;

/// A folder that a test has for itself.
pub struct Scratch(pub PathBuf);

impl Scratch {
    /// Makes it, with `given` files in it.
    pub fn new(name: &str, given: &[(&str, &str)]) -> Self {
        let dir = std::env::temp_dir().join(format!("xtask-test-{}-{name}", std::process::id()));
        write(&dir, &files(given)).expect("a temporary folder can be written");
        Self(dir)
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// Makes a tree of paths and their texts.
pub fn files(given: &[(&str, &str)]) -> Files {
    given
        .iter()
        .map(|(path, text)| (path.into(), text.as_bytes().to_vec()))
        .collect()
}
