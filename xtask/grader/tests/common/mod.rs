//! What the tests of the cell share.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;

/// A folder that everybody may enter and write, removed with its value.
pub(crate) struct Scratch(pub(crate) PathBuf);

impl Scratch {
    /// Makes it below the folder for temporary files.
    pub(crate) fn new(name: &str) -> Self {
        let dir = std::env::temp_dir().join(format!("grader-{name}-{}", std::process::id()));
        fs::create_dir_all(&dir).unwrap();
        fs::set_permissions(&dir, fs::Permissions::from_mode(0o777)).unwrap();
        Self(dir)
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}
