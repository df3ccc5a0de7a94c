//! Finds out what an update changes, and changes it.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, Permissions};
use std::path::{Path, PathBuf};

use super::known::Known;
use crate::course::{Course, HOMES, place_of};
use crate::exit::{Result, Stop};
use crate::subject::{Files, read_tree, write, write_atomically};
use crate::tree;
use crate::tree::merge::{Conflict, trees};

/// What an update does.
#[derive(Debug, Default)]
pub(super) struct Plan {
    /// The new contents of files, new ones among them, with the permissions that the course gives them.
    write: BTreeMap<PathBuf, (Vec<u8>, Option<Permissions>)>,
    pub(super) removed: BTreeSet<PathBuf>,
    /// What the student wrote and the update replaces.
    pub(super) yours: Files,
    /// Files that both sides changed in the same place: they stay, and the new starter is laid aside.
    pub(super) conflicts: BTreeMap<PathBuf, Option<Vec<u8>>>,
    pub(super) labs: Vec<(String, LabChange)>,
    /// How many files of the course outside of labs/ are replaced, and how many are new.
    pub(super) replaced: usize,
    pub(super) added: usize,
    /// The course's files as they are from now on.
    pub(super) installed: Known,
}

/// What happens to the student's folder of a lab.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum LabChange {
    New,
    /// It was untouched, and is the new starter.
    Starter,
    /// The student's work goes on upon the new starter.
    Merged,
}

impl Plan {
    /// Compares the tree with the version in `new`; `starters` are the old pristine ones.
    pub(super) fn make(course: &Course, new: &Path, starters: &Path, known: &Known) -> Result<Self> {
        let mut plan = Self::default();
        let mut theirs = Files::new();
        read_tree(new, Path::new(""), &mut theirs)?;
        let labs: BTreeSet<_> = [starters.to_owned(), new.join("tests/starters")]
            .iter()
            .flat_map(|dir| fs::read_dir(dir).into_iter().flatten().flatten())
            .map(|entry| entry.file_name())
            .collect();
        // A lab's folder is the student's, also when the course has dropped the lab.
        let is_lab = |path: &Path| is_in_lab(path) && path.iter().count() > 2;
        for (path, bytes) in theirs.into_iter().filter(|(path, _)| !is_lab(path)) {
            plan.installed.add(&path, &bytes);
            let permissions = fs::metadata(new.join(&path)).map(|data| data.permissions()).ok();
            match read(&course.root.join(&path))? {
                Some(there) if there == bytes => continue,
                Some(there) => {
                    plan.replaced += 1;
                    // Cargo itself writes the lock file, and writes it again.
                    if !known.is_unchanged(&path, &there) && path != Path::new("Cargo.lock") {
                        plan.yours.insert(path.clone(), there);
                    }
                }
                None => plan.added += 1,
            }
            plan.write.insert(path, (bytes, permissions));
        }
        for path in known.paths().filter(|path| !is_lab(path)) {
            if new.join(path).exists() {
                continue;
            }
            if let Some(there) = read(&course.root.join(path))? {
                if !known.is_unchanged(path, &there) {
                    plan.yours.insert(path.clone(), there);
                }
                plan.removed.insert(path.clone());
            }
        }
        for lab in &labs {
            let base = tree::read(&starters.join(lab))?;
            let theirs = tree::read(&new.join("tests/starters").join(lab))?;
            plan.lab(course, &place_of(&lab.to_string_lossy()), &base, &theirs)?;
        }
        Ok(plan)
    }

    /// Merges the new starter of one lab into what the student made of the old one.
    fn lab(&mut self, course: &Course, dir: &Path, base: &Files, theirs: &Files) -> Result {
        let ours = tree::read(&course.root.join(dir))?;
        if theirs.is_empty() || base == theirs && !ours.is_empty() {
            return Ok(());
        }
        let merged = trees(base, &ours, theirs, Conflict::Report).map_err(|error| Stop::io(dir, error))?;
        for path in merged.conflicts {
            let new = theirs.get(&path).cloned();
            self.conflicts.insert(dir.join(path), new);
        }
        if merged.files == ours {
            return Ok(());
        }
        let name = dir.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let change = match () {
            () if ours.is_empty() => LabChange::New,
            () if ours == *base => LabChange::Starter,
            () => LabChange::Merged,
        };
        self.labs.push((name, change));
        for (path, bytes) in &merged.files {
            if ours.get(path) != Some(bytes) {
                self.write.insert(dir.join(path), (bytes.clone(), None));
            }
        }
        self.removed.extend(
            ours.keys()
                .filter(|path| !merged.files.contains_key(*path))
                .map(|path| dir.join(path)),
        );
        for (path, bytes) in ours.iter().filter(|(path, bytes)| base.get(*path) != Some(bytes)) {
            if merged.files.get(path) != Some(bytes) {
                self.yours.insert(dir.join(path), bytes.clone());
            }
        }
        Ok(())
    }

    /// Tells whether there is nothing to do.
    pub(super) fn is_empty(&self) -> bool {
        self.write.is_empty() && self.removed.is_empty() && self.conflicts.is_empty()
    }

    /// Does it. `place` is a folder on the same disk for files that are not whole yet, `kept` the one for what is laid aside.
    pub(super) fn apply(&self, root: &Path, place: &Path, kept: &Path) -> Result {
        for (path, bytes) in &self.yours {
            let aside = kept.join("yours").join(path);
            // What an update that was killed laid aside is what the student wrote; what stands there now may not be.
            if !aside.exists() {
                write_atomically(&aside, bytes)?;
            }
        }
        for (path, new) in &self.conflicts {
            if let Some(bytes) = new {
                write_atomically(&kept.join("new").join(path), bytes)?;
            }
        }
        // Cargo reads the manifests of all members before it builds this program again, and a member without one, or
        // one that asks for what the others lack, stops it. So they wait until everything else is in its place.
        let mut last = Vec::new();
        let mut packages = BTreeSet::new();
        for (path, (bytes, permissions)) in &self.write {
            let draft = place.join(path);
            write(&draft, bytes)?;
            if let Some(permissions) = permissions {
                fs::set_permissions(&draft, permissions.clone()).map_err(|error| Stop::io(&draft, error))?;
            }
            if let Some(package) = new_package(root, path) {
                packages.insert(package);
            } else if holds_up_cargo(path) {
                last.push(path.clone());
            } else {
                put(place, root, path)?;
            }
        }
        for path in last.iter().chain(&packages) {
            put(place, root, path)?;
        }
        for path in &self.removed {
            tree::remove(root, path)?;
        }
        Ok(())
    }
}

/// Moves a file or a folder to the same path below `root`.
fn put(place: &Path, root: &Path, path: &Path) -> Result {
    let to = root.join(path);
    if let Some(parent) = to.parent() {
        fs::create_dir_all(parent).map_err(|error| Stop::io(parent, error))?;
    }
    fs::rename(place.join(path), &to).map_err(|error| Stop::io(&to, error))
}

/// Tells whether a path from the course's root leads into one of the folders of labs.
pub(super) fn is_in_lab(path: &Path) -> bool {
    HOMES.iter().any(|home| path.starts_with(home))
}

/// Names the folder of a package that is not there yet.
fn new_package(root: &Path, path: &Path) -> Option<PathBuf> {
    let mut parts = path.iter();
    let (group, package) = (parts.next()?, parts.next()?);
    parts.next()?;
    let dir = Path::new(group).join(package);
    let known = ["tests", "book"].into_iter().chain(HOMES);
    (known.into_iter().any(|known| group == known) && !root.join(&dir).exists()).then_some(dir)
}

/// Tells whether cargo needs a file to build this program.
fn holds_up_cargo(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default();
    ["Cargo.toml", "Cargo.lock", "config.toml", "rust-toolchain.toml"]
        .iter()
        .any(|known| name == *known)
        || path.starts_with("xtask")
}

fn read(path: &Path) -> Result<Option<Vec<u8>>> {
    match fs::read(path) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(Stop::io(path, error)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tree::scratch::{Scratch, files};

    const CODE: &str = "fn a() {\n    todo!()\n}\n\n\n\nfn b() {\n    todo!()\n}\n";

    /// A course as it was, with a student's work on it, and a new version.
    fn courses(name: &str) -> (Scratch, Scratch, Scratch, Known) {
        let starter = "tests/starters/lab01-x/src/lib.rs";
        let old = [
            ("Cargo.toml", "old"),
            ("tests/old", "old"),
            ("book/a", "old"),
            ("README", "same"),
        ];
        let mut known = Known::default();
        for (path, text) in old {
            known.add(Path::new(path), text.as_bytes());
        }
        let mine = CODE.replacen("todo!()", "1", 1);
        let student = Scratch::new(
            &format!("{name}-student"),
            &[
                ("Cargo.toml", "old"),
                ("tests/old", "old"),
                ("book/a", "mine"),
                ("README", "same"),
                ("notes", "mine"),
                (starter, CODE),
                ("labs/lab01-x/src/lib.rs", &mine),
                ("labs/lab01-x/own.rs", "mine"),
            ],
        );
        let base = Scratch::new(&format!("{name}-base"), &[("lab01-x/src/lib.rs", CODE)]);
        let changed = CODE.replace("fn b()", "fn c()");
        let new = Scratch::new(
            &format!("{name}-new"),
            &[
                ("Cargo.toml", "new"),
                ("book/a", "new"),
                ("README", "same"),
                (starter, &changed),
                ("labs/lab01-x/src/lib.rs", &changed),
                ("tests/starters/lab02-y/src/lib.rs", "two"),
                ("tests/lab02-y/Cargo.toml", "two"),
                ("tests/lab02-y/stages.rs", "two"),
            ],
        );
        (student, base, new, known)
    }

    fn course(student: &Scratch) -> Course {
        Course {
            root: student.0.clone(),
            labs: Vec::new(),
        }
    }

    #[test]
    fn the_course_is_replaced_and_the_students_work_is_kept() {
        let (student, base, new, known) = courses("plan");
        let plan = Plan::make(&course(&student), &new.0, &base.0, &known).unwrap();
        let kept = student.0.join("kept");
        plan.apply(&student.0, &student.0.join("place"), &kept).unwrap();
        let text = |path: &str| fs::read_to_string(student.0.join(path)).unwrap_or_default();
        assert_eq!(text("Cargo.toml"), "new");
        assert_eq!(
            (text("book/a"), text("kept/yours/book/a")),
            ("new".into(), "mine".into())
        );
        assert_eq!(text("notes"), "mine");
        assert!(!student.0.join("tests/old").exists());
        assert_eq!(
            (text("tests/lab02-y/stages.rs"), text("labs/lab02-y/src/lib.rs")),
            ("two".into(), "two".into())
        );
        let merged = CODE.replacen("todo!()", "1", 1).replace("fn b()", "fn c()");
        assert_eq!(text("labs/lab01-x/src/lib.rs"), merged);
        assert_eq!(text("labs/lab01-x/own.rs"), "mine");
        assert_eq!(
            plan.labs,
            [
                ("lab01-x".into(), LabChange::Merged),
                ("lab02-y".into(), LabChange::New)
            ]
        );
        let again = Plan::make(
            &course(&student),
            &new.0,
            &new.0.join("tests/starters"),
            &plan.installed,
        )
        .unwrap();
        assert!(again.is_empty(), "{again:?}");
    }

    #[test]
    fn an_update_that_was_killed_halfway_ends_the_same() {
        let whole = {
            let (student, base, new, known) = courses("whole");
            let plan = Plan::make(&course(&student), &new.0, &base.0, &known).unwrap();
            plan.apply(&student.0, &student.0.join("place"), &student.0.join("kept"))
                .unwrap();
            tree::read(&student.0).unwrap()
        };
        let (student, base, new, known) = courses("halves");
        let make = || Plan::make(&course(&student), &new.0, &base.0, &known).unwrap();
        let mut steps = 0;
        // Each round is killed after one file more than was there before.
        while !make().is_empty() {
            let plan = make();
            let first = plan.write.keys().next().cloned();
            let part = Plan {
                write: plan.write.into_iter().take(1).collect(),
                removed: if first.is_none() {
                    plan.removed
                } else {
                    BTreeSet::new()
                },
                yours: plan.yours,
                ..Plan::default()
            };
            part.apply(&student.0, &student.0.join("place"), &student.0.join("kept"))
                .unwrap();
            steps += 1;
            assert!(steps < 20);
        }
        assert!(steps > 4);
        assert_eq!(tree::read(&student.0).unwrap(), whole);
    }

    #[test]
    fn a_conflict_leaves_the_students_file_and_lays_the_new_starter_aside() {
        let (student, base, new, known) = courses("conflict");
        let theirs = files(&[("src/lib.rs", &CODE.replacen("todo!()", "todo!(\"new\")", 1))]);
        tree::write(&new.0.join("tests/starters/lab01-x"), &theirs).unwrap();
        let plan = Plan::make(&course(&student), &new.0, &base.0, &known).unwrap();
        plan.apply(&student.0, &student.0.join("place"), &student.0.join("kept"))
            .unwrap();
        let path = Path::new("labs/lab01-x/src/lib.rs");
        assert_eq!(plan.conflicts.keys().collect::<Vec<_>>(), [path]);
        let text = |path: &Path| fs::read_to_string(student.0.join(path)).unwrap();
        assert_eq!(text(path), CODE.replacen("todo!()", "1", 1));
        assert_eq!(
            text(&Path::new("kept/new").join(path)).into_bytes(),
            theirs[Path::new("src/lib.rs")]
        );
    }
}
