//! Disks that are full.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::process::Command;

use crate::harness::{Folder, check_ledger};

/// Runs a script with a small file system of its own at `disk`; `None` if this machine does not let anybody do that.
fn on_small_disk(folder: &Folder, size: &str, script: &str) -> Option<String> {
    let disk = folder.at("disk");
    fs::create_dir(&disk).unwrap();
    let path = folder.at("script");
    let text = format!(
        "mount -t tmpfs -o size={size} tmpfs {disk} || exit 77\ncd {disk}\nT={}\n{script}\n",
        env!("CARGO_BIN_EXE_transfer")
    );
    fs::write(&path, text).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    let output = Command::new("unshare")
        .args(["-rm", "sh", &path])
        .output()
        .unwrap();
    let stderr = String::from_utf8_lossy(&output.stderr);
    if output.status.code() == Some(77) || stderr.starts_with("unshare:") {
        eprintln!("not run: no file system can be mounted here: {stderr}");
        return None;
    }
    Some(format!("{}{stderr}", String::from_utf8(output.stdout).unwrap()))
}

#[test]
fn on_a_full_disk_the_oldest_are_dropped_and_counted() {
    let folder = Folder::new();
    let keep = folder.at("keep");
    let script = format!(
        "seq 1 60000 | sed 's/$/ {}/' | $T spool append spool --source a --segment 65536 | tail -1
         $T spool check spool | tail -1
         $T ledger spool; $T spool read spool | tail -1 | cut -d' ' -f1,2
         cp -r spool {keep}",
        "x".repeat(50)
    );
    let Some(text) = on_small_disk(&folder, "2m", &script) else {
        return;
    };
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines[0], "60000", "{text}");
    assert_eq!(lines[1], "torn 0 bytes", "{text}");
    assert!(lines[2].contains("60000 taken = 0 acknowledged + "), "{text}");
    assert!(
        lines[2].contains(" disk) + ") && lines[2].ends_with(" waiting: OK"),
        "{text}"
    );
    assert_eq!(lines[4], "60000 60000", "{text}");
    check_ledger(&[&keep]);
}

#[test]
fn on_a_full_disk_the_newest_are_refused_if_that_is_wished_and_what_was_said_is_kept() {
    let folder = Folder::new();
    let keep = folder.at("keep");
    let script = format!(
        "seq 1 60000 | sed 's/$/ {}/' | $T spool append spool --source a --segment 65536 --full refuse > ../numbers 2> ../why
         tail -1 ../numbers; cat ../why
         cp -r spool {keep}; $T spool read spool | tail -1 | cut -d' ' -f1",
        "x".repeat(50)
    );
    let Some(text) = on_small_disk(&folder, "2m", &script) else {
        return;
    };
    assert!(text.contains("transfer: spool: full: "), "{text}");
    let ledger = check_ledger(&[&keep]);
    assert!(ledger.contains(" 0 acknowledged + "), "{ledger}");
}
