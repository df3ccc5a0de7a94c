//! Proves what is written about a lab: points, hints, sections of the chapter, snapshots and fixtures.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use super::Proof;
use xtask::course::{Course, Lab};
use xtask::subject::{Files, read_tree};
use xtask::t;
use xtask::verdict::{LabResult, Outcome};

/// The fewest hints of a stage.
const HINTS: usize = 3;

/// Every stage has hints and a heading in the chapter, and the points sum to 100.
pub(super) fn complete(course: &Course, lab: &Lab) -> Proof {
    let points: u32 = lab.stages.iter().map(|stage| stage.points).sum();
    if points != 100 {
        return Err(t!("verify.points", points = points));
    }
    let path = course.root.join("book/src").join(&lab.chapter);
    let chapter = fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
    let anchors: BTreeSet<String> = chapter
        .lines()
        .filter(|line| line.starts_with('#'))
        .map(anchor)
        .collect();
    for stage in &lab.stages {
        if stage.hints.len() < HINTS || stage.hints.iter().any(|hint| hint.trim().is_empty()) {
            return Err(t!("verify.hints", stage = stage.name, least = HINTS));
        }
        if !anchors.contains(&stage.anchor) {
            return Err(t!("verify.no_section", stage = stage.name, anchor = stage.anchor));
        }
    }
    Ok(())
}

/// The anchor that mdBook gives a heading: lower case, spaces to dashes, punctuation gone.
fn anchor(heading: &str) -> String {
    let text = heading.trim_start_matches('#').trim();
    let kept = text.chars().filter(|c| c.is_alphanumeric() || " -_".contains(*c));
    kept.map(|c| if c == ' ' { '-' } else { c })
        .collect::<String>()
        .to_lowercase()
}

/// Every snapshot and every fixture is used by some case.
pub(super) fn no_orphans(course: &Course, lab: &Lab, reference: &LabResult) -> Proof {
    let cases = || reference.stages.iter().flat_map(|stage| &stage.cases);
    if cases().any(|case| case.outcome == Outcome::NotRun) {
        // A case that did not run used nothing; what it would have used cannot be told.
        return Ok(());
    }
    let suite = course.suite_dir(lab);
    let snapshots: BTreeSet<String> = cases()
        .flat_map(|case| &case.snapshots)
        .map(|name| format!("{name}.snap"))
        .collect();
    let fixtures: BTreeSet<String> = cases().flat_map(|case| &case.fixtures).cloned().collect();
    for (folder, used) in [("snapshots", snapshots), ("fixtures", fixtures)] {
        let mut there = Files::new();
        if suite.join(folder).is_dir() {
            read_tree(&suite.join(folder), Path::new(""), &mut there).map_err(|stop| stop.message)?;
        }
        // A script that made the fixtures is their source, and stays beside them.
        let made = |name: &str| name.ends_with(".sh") || name.ends_with(".md") || name.starts_with('.');
        let names = there.keys().map(|path| path.display().to_string());
        let orphans: Vec<String> = names.filter(|name| !used.contains(name) && !made(name)).collect();
        if !orphans.is_empty() {
            return Err(t!("verify.orphans", folder = folder, names = orphans.join(", ")));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_heading_becomes_the_anchor_that_mdbook_gives_it() {
        assert_eq!(
            super::anchor("## Stage 1: count, like `wc`"),
            "stage-1-count-like-wc"
        );
    }
}
