//! A folder with a short name, for browsers.

use std::fs;
use std::path::{Path, PathBuf};

/// A folder for temporary files whose path is short: Chromium makes a socket there, and a socket's path has 108 bytes at most (unix(7)), which
/// the folder of a case may be too long for. It is gone with this value.
pub(crate) struct ShortFolder(PathBuf);

impl ShortFolder {
    pub(crate) fn new() -> Self {
        let path = PathBuf::from(format!("/tmp/dashboard-suite-{}", std::process::id()));
        fs::create_dir_all(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        Self(path)
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for ShortFolder {
    fn drop(&mut self) {
        // A browser may still be writing into it; what stays is small, and in a folder that is emptied.
        let _ = fs::remove_dir_all(&self.0);
    }
}
