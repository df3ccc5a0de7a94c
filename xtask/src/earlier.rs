//! The earlier labs that a lab is built on: which they are, and whose crates stand in for them.
//!
//! A lab says so in its manifest, `nbnet = { path = "../lab06-nbnet" }`, and a path means something else wherever the lab is built:
//!
//! | subject | earlier labs |
//! |---|---|
//! | the student's lab | the student's, if they pass as they stand; or else, where there is one, the reference's ([`Student`]) |
//! | the reference | the reference's |
//! | everything staged | the reference's where there is one, at their own place in `solutions/`, so that they are compiled once for all |

use std::collections::BTreeSet;
use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::ops::Range;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use toml_span::value::{Table, Value};

use crate::course::{Course, HOMES, Lab, is_graded, place_of, reference_of};
use crate::exit::{Result, Stop};
use crate::progress::{Progress, Standing};
use crate::subject::{Subject, workspace_of, write_atomically};
use crate::{t, tree};

/// A dependency of a manifest that is a folder.
#[derive(Debug, PartialEq, Eq)]
struct PathDependency {
    /// Where the path stands in the manifest's text, with its quotes.
    at: Range<usize>,
    path: String,
}

/// Finds the folders that a manifest depends on. One that is no TOML has none: cargo will say what is wrong with it.
fn path_dependencies(manifest: &str) -> Vec<PathDependency> {
    let Ok(document) = toml_span::parse(manifest) else {
        return Vec::new();
    };
    let mut found = Vec::new();
    let Some(root) = document.as_table() else {
        return found;
    };
    of_tables(root, manifest, &mut found);
    for target in root.get("target").and_then(Value::as_table).into_iter().flatten() {
        if let Some(table) = target.1.as_table() {
            of_tables(table, manifest, &mut found);
        }
    }
    found.sort_by_key(|dependency| dependency.at.start);
    found
}

/// Reads the tables of dependencies that stand in `table`.
fn of_tables(table: &Table<'_>, manifest: &str, found: &mut Vec<PathDependency>) {
    for kind in ["dependencies", "dev-dependencies", "build-dependencies"] {
        let all = table.get(kind).and_then(Value::as_table);
        for (_, dependency) in all.into_iter().flatten() {
            let Some(value) = dependency.as_table().and_then(|table| table.get("path")) else {
                continue;
            };
            let Some(path) = value.as_str() else { continue };
            // A string's span is what stands between its quotes.
            let at = value.span.start.saturating_sub(1)..value.span.end + 1;
            if manifest.get(at.clone()).is_some() {
                let path = path.to_owned();
                found.push(PathDependency { at, path });
            }
        }
    }
}

/// Names the lab that a path leads to from a lab's folder, in the student's tree or in that of the solutions.
fn lab_of(path: &str) -> Option<String> {
    let way = path.strip_prefix("../")?.trim_end_matches('/');
    // From a part of the capstone to a lab it is one folder more, and in the student's tree another name.
    let name = way.strip_prefix("../").unwrap_or(way);
    let name = HOMES
        .iter()
        .find_map(|home| name.strip_prefix(home)?.strip_prefix('/'))
        .unwrap_or(name);
    let names = [name.to_owned(), format!("cap{name}")];
    names
        .into_iter()
        .find(|name| is_graded(name) && !name.contains('/'))
}

/// Names the folders of the labs that a manifest depends on, in their order.
fn named_in(manifest: &str) -> Vec<String> {
    let paths = path_dependencies(manifest);
    let names: BTreeSet<String> = paths
        .iter()
        .filter_map(|dependency| lab_of(&dependency.path))
        .collect();
    names.into_iter().collect()
}

/// Names the folders of the labs that the manifest of `lab` names. Of a lab that is being written the solution is there first, and in a
/// hand-out there is none.
pub(crate) fn named_by(root: &Path, lab: &str) -> Vec<String> {
    let folders = [
        Path::new("solutions").join(reference_of(lab)),
        Path::new("tests/starters").join(lab),
    ];
    let manifests = folders.map(|folder| root.join(folder).join("Cargo.toml"));
    let texts = manifests.iter().map(fs::read_to_string);
    texts
        .flatten()
        .next()
        .map(|text| named_in(&text))
        .unwrap_or_default()
}

/// Adds to the labs that each names those that these are built on. A lab is built on labs with smaller numbers only, which come first.
pub(crate) fn with_those_below(mut labs: Vec<Lab>) -> Vec<Lab> {
    for at in 0..labs.len() {
        let (below, rest) = labs.split_at_mut(at);
        let named = std::mem::take(&mut rest[0].earlier);
        let mut all: BTreeSet<String> = named.iter().cloned().collect();
        let of = |name: &String| below.iter().find(|lab| lab.dir == *name);
        all.extend(named.iter().filter_map(of).flat_map(|lab| lab.earlier.clone()));
        rest[0].earlier = all.into_iter().collect();
    }
    labs
}

/// Rewrites the manifest of the solution of `lab` so that it can stand in the student's tree, where the folders have other places.
pub fn in_students_tree(lab: &str, manifest: &str) -> String {
    let mut text = manifest.to_owned();
    let home = place_of(lab);
    for dependency in path_dependencies(manifest).into_iter().rev() {
        let Some(earlier) = lab_of(&dependency.path) else {
            continue;
        };
        let place = place_of(&earlier);
        let way = match (home.parent() == place.parent(), place.file_name()) {
            (true, Some(name)) => Path::new("..").join(name),
            _ => Path::new("../..").join(&place),
        };
        text.replace_range(dependency.at, &format!("{:?}", way.display().to_string()));
    }
    text
}

/// Rewrites the manifest of a lab so that it can stand anywhere: an earlier lab is the reference's where there is one, and what other
/// folders it names are those that it named in its own place, `home`.
pub(crate) fn anywhere(course: &Course, home: &Path, manifest: &str) -> String {
    let mut text = manifest.to_owned();
    for dependency in path_dependencies(manifest).into_iter().rev() {
        let place = match lab_of(&dependency.path) {
            Some(lab) => course.stand_in(&lab),
            None => home.join(&dependency.path),
        };
        text.replace_range(dependency.at, &format!("{:?}", place.display().to_string()));
    }
    text
}

/// The student's lab with what it is built on.
#[derive(Debug)]
pub struct Student {
    pub subject: Subject,
    /// One line for the student, where the earlier labs are not simply their own that pass.
    pub note: Option<String>,
}

impl Student {
    /// Decides whose earlier labs the student's `lab` is built on.
    ///
    /// They are the student's own if every stage of each of them passed with just the files that are there now. A lab that was changed
    /// since counts as one that does not pass until somebody has checked it: to do that here would make every check as long as all
    /// checks before it. Where one does not pass, all are the reference's, since the student's other labs may need the student's own.
    ///
    /// # Errors
    /// A file cannot be read or written.
    pub fn find(course: &Course, lab: &Lab, progress: &Progress) -> Result<Self> {
        let earlier: Vec<&Lab> = course.earlier(lab).collect();
        let (mut open, mut changed) = (Vec::new(), Vec::new());
        for earlier in &earlier {
            match standing(course, earlier, progress)? {
                Whole::Open => open.push(&*earlier.package),
                Whole::Changed => changed.push(*earlier),
                Whole::Passes => {}
            }
        }
        // Of a lab that has no starter yet cargo says best that it is not there.
        let missing = !course.lab_dir(lab).join("Cargo.toml").is_file();
        if open.is_empty() && changed.is_empty() || missing {
            let (subject, note) = (Subject::Labs, None);
            return Ok(Self { subject, note });
        }
        let of_open = match open[..] {
            [] => None,
            [name] => Some(t!("earlier.open", name = name)),
            _ => Some(t!("earlier.open_many", names = open.join(", "))),
        };
        let of_changed = changed.iter().map(|earlier| {
            let (name, lab) = (&earlier.package, &earlier.id);
            t!("earlier.changed", name = name, lab = lab)
        });
        let whys: Vec<String> = of_open.into_iter().chain(of_changed).collect();
        let names: Vec<&str> = earlier.iter().map(|lab| &*lab.package).collect();
        let (names, whys) = (names.join(", "), whys.join("; "));
        if course.solutions().is_err() {
            return Ok(Self {
                subject: Subject::Labs,
                note: Some(t!("earlier.own", names = names, why = whys)),
            });
        }
        Ok(Self {
            subject: over_reference(course, lab)?,
            note: Some(t!("earlier.reference", names = names, why = whys)),
        })
    }
}

/// How the student's own lab stands as a whole.
enum Whole {
    /// It passed just as it is now.
    Passes,
    /// It passed, and was edited since.
    Changed,
    /// Not every stage passed when it was last checked.
    Open,
}

fn standing(course: &Course, lab: &Lab, progress: &Progress) -> Result<Whole> {
    let passed = |stage: &crate::course::Stage| {
        matches!(
            progress.standing(lab, &stage.name),
            Standing::Passed | Standing::CaughtUp
        )
    };
    if !lab.stages.iter().all(passed) {
        return Ok(Whole::Open);
    }
    let now = print_of(course, lab)?;
    let same = |stage: &crate::course::Stage| progress.passed_as(lab, &stage.name) == Some(&*now);
    Ok(match lab.stages.iter().all(same) {
        true => Whole::Passes,
        false => Whole::Changed,
    })
}

/// What tells the student's files of a lab, as they are now, from any others.
///
/// # Errors
/// A file cannot be read.
pub fn print_of(course: &Course, lab: &Lab) -> Result<String> {
    let mut hasher = DefaultHasher::new();
    tree::read(&course.lab_dir(lab))?.hash(&mut hasher);
    Ok(format!("{:016x}", hasher.finish()))
}

/// Makes the workspace in which the student's lab is built over the reference's earlier labs.
///
/// Its files are links to the student's, except for the manifest, so that a save needs no copy and cargo sees it as it sees any other.
/// The lab's path in its workspace is that of the student's own, so that the compiler and a panic name files as the student knows them.
/// That is safe although both builds share a build folder: cargo tells a crate also by the crates below it, and those are others.
fn over_reference(course: &Course, lab: &Lab) -> Result<Subject> {
    let workspace = course.work_dir().join("over").join(&lab.id);
    let member = place_of(&lab.dir);
    let (home, place) = (course.lab_dir(lab), workspace.join(&member));
    let manifest = home.join("Cargo.toml");
    let text = fs::read_to_string(&manifest).map_err(|error| Stop::io(&manifest, error))?;
    fs::create_dir_all(&place).map_err(|error| Stop::io(&place, error))?;
    link_entries(&home, &place)?;
    write_changed(
        &place.join("Cargo.toml"),
        anywhere(course, &home, &text).as_bytes(),
    )?;
    let manifest = workspace.join("Cargo.toml");
    write_changed(&manifest, workspace_of(course, &member)?.as_bytes())?;
    let (lock, ours) = (course.root.join("Cargo.lock"), workspace.join("Cargo.lock"));
    let modified = |path: &Path| fs::metadata(path).and_then(|data| data.modified()).ok();
    // Cargo takes out what this lab does not need. What it made of the course's stands until that is another.
    if modified(&ours) < modified(&lock) {
        let bytes = fs::read(&lock).map_err(|error| Stop::io(&lock, error))?;
        write_atomically(&ours, &bytes)?;
    }
    let lab = lab.id.clone();
    Ok(Subject::OverReference { lab, manifest })
}

/// Makes `place` a folder of links to what `home` holds now, but for the manifest, what cargo built and what is hidden.
fn link_entries(home: &Path, place: &Path) -> Result {
    let names = |dir: &Path| -> Result<BTreeSet<std::ffi::OsString>> {
        let entries = fs::read_dir(dir).map_err(|error| Stop::io(dir, error))?;
        let names = entries.flatten().map(|entry| entry.file_name());
        Ok(names
            .filter(|name| {
                name != "Cargo.toml" && name != "target" && !name.as_encoded_bytes().starts_with(b".")
            })
            .collect())
    };
    let (wanted, there) = (names(home)?, names(place)?);
    for name in &there {
        let (link, target) = (place.join(name), home.join(name));
        if !wanted.contains(name) || fs::read_link(&link).ok().as_ref() != Some(&target) {
            fs::remove_file(&link).map_err(|error| Stop::io(&link, error))?;
        }
    }
    for name in &wanted {
        let (link, target) = (place.join(name), home.join(name));
        match symlink(&target, &link) {
            Err(error) if error.kind() != std::io::ErrorKind::AlreadyExists => {
                return Err(Stop::io(&link, error));
            }
            _ => {}
        }
    }
    Ok(())
}

/// Writes a file unless it holds just that already: what is written anew, cargo builds anew.
fn write_changed(path: &Path, bytes: &[u8]) -> Result {
    match fs::read(path) {
        Ok(there) if there == bytes => Ok(()),
        _ => write_atomically(path, bytes),
    }
}

impl Course {
    /// The earlier labs that `lab` is built on, directly or not, in their order.
    pub fn earlier<'c>(&'c self, lab: &'c Lab) -> impl Iterator<Item = &'c Lab> {
        let below = |other: &&Lab| lab.earlier.contains(&other.dir);
        self.labs.iter().filter(below)
    }

    /// The folder that stands for an earlier lab of whatever is staged: the reference's or, where there is none, the student's.
    pub fn stand_in(&self, dir: &str) -> PathBuf {
        let reference = self.root.join("solutions").join(reference_of(dir));
        match reference.join("Cargo.toml").is_file() {
            true => reference,
            false => self.root.join(place_of(dir)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tree::scratch::Scratch;

    const MANIFEST: &str = r#"
[package]
name = "rpc"
[dependencies]
daemon = { path = '../lab05-daemon' }
anyhow.workspace = true
[dependencies.nbnet]
path = "../lab06-nbnet"
[dev-dependencies]
helper.path = "../helper"
[target.'cfg(unix)'.dependencies]
older = { path = "../lab02-x/" }
"#;

    #[test]
    fn earlier_labs_are_found_in_every_table_and_helpers_are_none() {
        assert_eq!(named_in(MANIFEST), ["lab02-x", "lab05-daemon", "lab06-nbnet"]);
        assert_eq!(
            named_in("[dependencies]\nx = { path = \"../lab01-a/sub\" }"),
            [""; 0]
        );
        assert_eq!(named_in("no = toml = at all"), [""; 0]);
        let part = |path: &str| named_in(&format!("[dependencies]\nx = {{ path = \"{path}\" }}"));
        assert_eq!(part("../cap01-collect"), ["cap01-collect"]);
        assert_eq!(part("../../lab07-rpc"), ["lab07-rpc"]);
        assert_eq!(part("../../labs/lab07-rpc"), ["lab07-rpc"]);
        assert_eq!(part("../01-collect"), ["cap01-collect"]);
        assert_eq!(part("../../capstone/01-collect"), ["cap01-collect"]);
        assert_eq!(part("../muster"), [""; 0]);
    }

    #[test]
    fn a_solution_goes_to_the_students_tree_with_the_paths_of_that() {
        let check = |lab: &str, path: &str, expected: &str| {
            let manifest = |path: &str| format!("[dependencies]\nx = {{ path = \"{path}\" }} # x\n");
            assert_eq!(in_students_tree(lab, &manifest(path)), manifest(expected));
        };
        check("lab07-rpc", "../lab06-nbnet", "../lab06-nbnet");
        check("cap03-transfer", "../cap01-collect", "../01-collect");
        check("cap03-transfer", "../../lab07-rpc", "../../labs/lab07-rpc");
        check("cap03-transfer", "../helper", "../helper");
    }

    #[test]
    fn a_manifest_that_stands_elsewhere_names_the_reference_where_there_is_one() {
        let root = Scratch::new("anywhere", &[("solutions/lab06-nbnet/Cargo.toml", "")]);
        let course = Course {
            root: root.0.clone(),
            labs: Vec::new(),
        };
        let home = root.0.join("labs/lab07-rpc");
        let text = anywhere(&course, &home, MANIFEST);
        let paths: Vec<String> = path_dependencies(&text)
            .into_iter()
            .map(|dependency| dependency.path)
            .collect();
        let place = |path: &str| root.0.join(path).display().to_string();
        assert_eq!(
            paths,
            [
                place("labs/lab05-daemon"),
                place("solutions/lab06-nbnet"),
                place("labs/lab07-rpc/../helper"),
                place("labs/lab02-x"),
            ]
        );
        assert!(text.contains("anyhow.workspace = true\n[dependencies.nbnet]"));
    }

    #[test]
    fn links_follow_what_is_there() {
        let dir = Scratch::new(
            "links",
            &[
                ("home/src/lib.rs", "1"),
                ("home/notes.md", "2"),
                ("home/Cargo.toml", ""),
                ("home/.git/x", ""),
            ],
        );
        let (home, place) = (dir.0.join("home"), dir.0.join("place"));
        fs::create_dir_all(&place).unwrap();
        link_entries(&home, &place).unwrap();
        assert_eq!(fs::read_to_string(place.join("src/lib.rs")).unwrap(), "1");
        assert!(!place.join("Cargo.toml").exists() && !place.join(".git").exists());
        fs::remove_file(home.join("notes.md")).unwrap();
        fs::write(home.join("build.rs"), "3").unwrap();
        link_entries(&home, &place).unwrap();
        assert!(!place.join("notes.md").exists() && place.join("build.rs").exists());
        assert_eq!(fs::read_to_string(home.join("src/lib.rs")).unwrap(), "1");
    }
}
