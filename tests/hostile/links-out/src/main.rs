//! Leaves links in its folder to files that are not its own.

use std::os::unix::fs::symlink;

fn main() {
    for (link, target) in [("passwd", "/etc/passwd"), ("root", "/"), ("up", "../.."), ("report", "../report")] {
        let _ = symlink(target, link);
        let _ = std::fs::hard_link(target, format!("hard-{link}"));
    }
}
