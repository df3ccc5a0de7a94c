//! What is left to do when a case or a build has ended.

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::Path;

use serde_json::{Value, json};

use super::{Doing, Result, at};
use crate::cell::Broken;

/// Puts into the report what the suite could not know: a limit that was broken beyond its reach, a cell that was none.
pub(super) fn settle(report: &Path, faults: &Path, broken: Option<Broken>) -> Result {
    let faults = fs::read_to_string(faults).unwrap_or_default();
    let text = fs::read_to_string(report).unwrap_or_default();
    let is_verdict =
        |line: &&str| serde_json::from_str::<Value>(line).is_ok_and(|value| value.get("verdict").is_some());
    let verdict = match (faults.trim(), broken) {
        ("", None) => return Ok(()),
        ("", Some(_)) if text.lines().any(|line| is_verdict(&line)) => return Ok(()),
        ("", Some(broken)) => {
            let (outcome, what) = match broken {
                Broken::Time => ("timed out", "the case took too long"),
                Broken::Memory => (
                    "over memory",
                    "what the case started used too much memory, all in all",
                ),
                Broken::Size => (
                    "over output",
                    "the programs wrote too much into the case's folder",
                ),
                Broken::Processes => ("over processes", "the case had too many processes, all in all"),
                Broken::Fault => ("fault", "the cell failed"),
            };
            json!({"outcome": outcome, "what": what})
        }
        (faults, _) => json!({"outcome": "fault", "what": faults}),
    };
    let mut lines: Vec<String> = text
        .lines()
        .filter(|line| !is_verdict(line))
        .map(str::to_owned)
        .collect();
    lines.push(json!({ "verdict": verdict }).to_string());
    fs::write(report, lines.join("\n") + "\n").doing(at("writing", report))
}

/// Makes every folder below `dir` one that its owner can empty, for whoever cleans up: programs take rights away, and so does overlayfs.
pub(super) fn unlock(dir: &Path) {
    let Ok(data) = fs::symlink_metadata(dir) else {
        return;
    };
    if !data.is_dir() {
        return;
    }
    if data.mode() & 0o700 != 0o700 {
        let _ = fs::set_permissions(dir, fs::Permissions::from_mode(0o700));
    }
    for entry in fs::read_dir(dir).into_iter().flatten().flatten() {
        unlock(&entry.path());
    }
}
