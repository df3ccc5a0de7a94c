//! What the tests of the cell share.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::Command;

use grader::cell::Tier;

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

/// Whether this machine can have the tier at all; in CI it has to.
pub(crate) fn is_possible(tier: Tier) -> bool {
    let unshared = || {
        let mut command = Command::new("unshare");
        command.args(["--user", "--map-current-user", "true"]);
        command.status().is_ok_and(|status| status.success())
    };
    let possible = tier != Tier::A || std::env::var_os("CI").is_some() || unshared();
    if !possible {
        println!("not run: needs a kernel that lets users make namespaces");
    }
    possible
}
