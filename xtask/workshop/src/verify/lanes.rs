//! Build folders for several compilers at a time.
//!
//! Cargo locks a build folder while it builds, so that many small builds in one folder run one after the other, whatever the number of processors. A
//! lane is a folder more. It begins with what the course's own folder holds, by hard links: what is there is fresh in both, so nothing is compiled twice
//! and nothing is written to. What is built in a lane is the crate of a place, whose path no other lane knows.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use xtask::course::Course;

/// How many builds run at the same time, on the two cores that `verify` is measured for.
const LANES: usize = 2;

/// What cargo keeps of finished crates below a profile's folder. What the compiler keeps for itself is each lane's own.
const KEPT: [&str; 3] = [".fingerprint", "build", "deps"];

/// Returns the build folder of a place; none is the course's own.
pub(super) fn folder(course: &Course, place: usize) -> Option<PathBuf> {
    match place % LANES {
        0 => None,
        lane => Some(course.work_dir().join(format!("lanes/{lane}"))),
    }
}

/// Gives every lane what the course's own folder holds by now. No build may run.
///
/// # Errors
/// With the path at which linking has failed.
pub(super) fn supply(course: &Course) -> Result<(), String> {
    for folder in (1..LANES).filter_map(|lane| folder(course, lane)) {
        for kept in KEPT {
            let below = Path::new("debug").join(kept);
            link_tree(&course.root.join("target").join(&below), &folder.join(&below))?;
        }
    }
    Ok(())
}

/// Links every file below `from` that `to` has not, under the same name.
fn link_tree(from: &Path, to: &Path) -> Result<(), String> {
    let named = |path: &Path, error: io::Error| format!("{}: {error}", path.display());
    fs::create_dir_all(to).map_err(|error| named(to, error))?;
    for entry in fs::read_dir(from).map_err(|error| named(from, error))? {
        let entry = entry.map_err(|error| named(from, error))?;
        let (path, place) = (entry.path(), to.join(entry.file_name()));
        let kind = entry.file_type().map_err(|error| named(&path, error))?;
        if kind.is_dir() {
            link_tree(&path, &place)?;
        } else if kind.is_file() {
            match fs::hard_link(&path, &place) {
                Err(error) if error.kind() != io::ErrorKind::AlreadyExists => {
                    return Err(named(&path, error));
                }
                _ => {}
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_lane_has_already_stays_as_it_is() {
        let dir = std::env::temp_dir().join(format!("lanes-{}", std::process::id()));
        let (from, to) = (dir.join("from"), dir.join("to"));
        fs::create_dir_all(from.join("deps")).expect("a folder");
        fs::create_dir_all(to.join("deps")).expect("a folder");
        fs::write(from.join("deps/new"), "new").expect("a file");
        fs::write(from.join("deps/both"), "theirs").expect("a file");
        fs::write(to.join("deps/both"), "own").expect("a file");
        link_tree(&from, &to).expect("links");
        let read = |name: &str| fs::read_to_string(to.join("deps").join(name)).expect("a file");
        assert_eq!((read("new").as_str(), read("both").as_str()), ("new", "own"));
        fs::remove_dir_all(&dir).expect("an end");
    }
}
