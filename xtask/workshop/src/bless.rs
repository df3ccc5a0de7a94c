//! `bless`: new snapshots from the solutions, shown for review before they are kept.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use crate::diff::asked;
use xtask::check::print_quietly;
use xtask::course::{Course, Lab};
use xtask::exit::{BUILD, FAULT, OK, Result, Stop};
use xtask::runner::{self, Plan};
use xtask::subject::{Files, Subject};
use xtask::term::Style;
use xtask::verdict::{LabResult, Outcome};
use xtask::{t, tree, unified};

/// Runs the suite of `name` over its solution and, after a question unless `yes`, keeps what it printed as expected.
pub(crate) fn run(course: &Course, name: &str, yes: bool) -> Result<u8> {
    let lab = course.target(name)?.lab;
    course.solutions()?;
    bless(course, lab, yes)
}

/// Blesses one lab.
pub(crate) fn bless(course: &Course, lab: &Lab, yes: bool) -> Result<u8> {
    // What stands there may be changed by the cases themselves; until somebody agreed, it is put back.
    let folders = Folders::read(course, lab)?;
    let made = folders.made(course, lab);
    let restored = folders.write(&folders.before);
    let (after, orphans) = made?;
    restored?;

    let mut out = String::new();
    for (folder, files) in &after {
        let before = &folders.before[folder];
        let shown = folder.strip_prefix(&course.root).unwrap_or(folder);
        for (path, bytes) in files {
            let name = shown.join(path).display().to_string();
            let old = before.get(path);
            let old_name = if old.is_some() { &*name } else { "/dev/null" };
            let old = old.map_or(&[][..], Vec::as_slice);
            out.push_str(&unified::draw((old_name, old), (&name, bytes), Style::stdout()));
        }
    }
    for orphan in &orphans {
        out.push_str(&format!("{}\n", t!("bless.orphan", name = orphan)));
    }
    if out.is_empty() {
        print_quietly(&format!("{}\n", t!("bless.nothing", lab = lab.id)))?;
        return Ok(OK);
    }
    print_quietly(&out)?;
    if !yes && !asked(&t!("bless.ask", lab = lab.id))? {
        print_quietly(&format!("{}\n", t!("bless.left")))?;
        return Ok(OK);
    }
    folders.write(&after)?;
    print_quietly(&format!("{}\n", t!("bless.done", lab = lab.id)))?;
    Ok(OK)
}

/// The folders whose files are made by the reference, with what they hold.
struct Folders {
    before: BTreeMap<PathBuf, Files>,
    snapshots: PathBuf,
}

impl Folders {
    fn read(course: &Course, lab: &Lab) -> Result<Self> {
        let snapshots = course.suite_dir(lab).join("snapshots");
        let hidden = course.root.join("tests/hidden").join(&lab.dir);
        let mut before = BTreeMap::new();
        for folder in [snapshots.clone(), hidden] {
            let files = tree::read(&folder)?;
            before.insert(folder, files);
        }
        Ok(Self { before, snapshots })
    }

    /// Lets the suite write, and returns what it wrote, without the snapshots that no case uses, and their names.
    fn made(&self, course: &Course, lab: &Lab) -> Result<(BTreeMap<PathBuf, Files>, Vec<String>)> {
        let plan = Plan {
            bless: true,
            slow: true,
            ..Plan::default()
        };
        let result = runner::grade(course, lab, &Subject::Reference, &plan)?;
        if let Some(words) = &result.broken {
            return Err(Stop::new(BUILD, words.clone()));
        }
        unhappy(&result)?;
        let mut after = BTreeMap::new();
        let mut orphans = Vec::new();
        for folder in self.before.keys() {
            let mut files = tree::read(folder)?;
            if *folder == self.snapshots {
                orphans = orphans_of(&files, &result);
                files.retain(|path, _| !orphans.iter().any(|orphan| path == Path::new(orphan)));
            }
            after.insert(folder.clone(), files);
        }
        Ok((after, orphans))
    }

    fn write(&self, files: &BTreeMap<PathBuf, Files>) -> Result {
        for (folder, files) in files {
            if !files.is_empty() || folder.exists() {
                tree::write(folder, files)?;
            }
        }
        Ok(())
    }
}

/// Names the snapshots that no case uses. What a case that did not run would have used cannot be told.
fn orphans_of(files: &Files, result: &LabResult) -> Vec<String> {
    let cases = || result.stages.iter().flat_map(|stage| &stage.cases);
    if cases().any(|case| case.outcome == Outcome::NotRun) {
        return Vec::new();
    }
    let used: BTreeSet<String> = cases()
        .flat_map(|case| &case.snapshots)
        .map(|name| format!("{name}.snap"))
        .collect();
    let names = files.keys().map(|path| path.display().to_string());
    names.filter(|name| !used.contains(name)).collect()
}

/// Refuses what the reference itself does not pass: there is nothing to bless in a crash.
fn unhappy(result: &LabResult) -> Result {
    let mut words = String::new();
    for stage in &result.stages {
        for case in stage.failures() {
            words.push_str(&format!(
                "\n  {}.{}: {}: {}",
                stage.name,
                case.name,
                case.outcome.word(),
                case.what
            ));
        }
    }
    if words.is_empty() {
        Ok(())
    } else {
        Err(Stop::new(FAULT, t!("bless.unhappy", cases = words)))
    }
}
