//! Leaves folders that nobody may enter, for whoever cleans up.

use std::os::unix::fs::PermissionsExt;

fn main() {
    for name in ["closed", "closed/in"] {
        let _ = std::fs::create_dir(name);
        let _ = std::fs::write(format!("{name}/file"), "x");
    }
    for name in ["closed/in", "closed", "."] {
        let _ = std::fs::set_permissions(name, PermissionsExt::from_mode(0));
    }
}
