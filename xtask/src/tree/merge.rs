//! Merges two developments of the same files, as `git merge-file` does.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::subject::Files;

/// Says whose lines stand where both sides changed the same ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Conflict {
    /// Theirs: what is merged in wins.
    Theirs,
    /// Nobody's: the file stays as ours, and is reported.
    Report,
}

/// Is what a merge made of a folder.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Merged {
    pub files: Files,
    /// The files that both sides changed in the same place; `files` holds ours.
    pub conflicts: Vec<PathBuf>,
}

/// Merges what became of `base` in `theirs` into what became of it in `ours`.
pub fn trees(base: &Files, ours: &Files, theirs: &Files, conflict: Conflict) -> io::Result<Merged> {
    let mut merged = Merged::default();
    let paths: BTreeSet<&PathBuf> = base.keys().chain(ours.keys()).chain(theirs.keys()).collect();
    for path in paths {
        let sides = (base.get(path), ours.get(path), theirs.get(path));
        let result = match sides {
            (base, ours, theirs) if ours == base || ours == theirs => theirs.cloned(),
            (base, ours, theirs) if theirs == base => ours.cloned(),
            // Dropped from the course, but worked on: it stays the student's.
            (_, ours, None) => ours.cloned(),
            (_, None, Some(theirs)) if conflict == Conflict::Theirs => Some(theirs.clone()),
            (_, None, Some(_)) => {
                merged.conflicts.push(path.clone());
                None
            }
            (base, Some(ours), Some(theirs)) => {
                let base = base.map_or(&[][..], Vec::as_slice);
                match (file(base, ours, theirs, conflict)?, conflict) {
                    (Some(merged), _) => Some(merged),
                    (None, Conflict::Theirs) => Some(theirs.clone()),
                    (None, Conflict::Report) => {
                        merged.conflicts.push(path.clone());
                        Some(ours.clone())
                    }
                }
            }
        };
        if let Some(result) = result {
            merged.files.insert(path.clone(), result);
        }
    }
    Ok(merged)
}

/// Merges one file; `None` when it cannot be merged.
pub fn file(base: &[u8], ours: &[u8], theirs: &[u8], conflict: Conflict) -> io::Result<Option<Vec<u8>>> {
    static COUNT: AtomicUsize = AtomicUsize::new(0);
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    let dir = std::env::temp_dir().join(format!("course-merge-{}-{count}", std::process::id()));
    fs::create_dir(&dir)?;
    let result = in_folder(&dir, base, ours, theirs, conflict);
    fs::remove_dir_all(&dir)?;
    result
}

fn in_folder(
    dir: &Path,
    base: &[u8],
    ours: &[u8],
    theirs: &[u8],
    conflict: Conflict,
) -> io::Result<Option<Vec<u8>>> {
    for (name, bytes) in [("base", base), ("ours", ours), ("theirs", theirs)] {
        fs::write(dir.join(name), bytes)?;
    }
    let mut command = Command::new("git");
    command.args(["merge-file", "--quiet", "--stdout"]);
    if conflict == Conflict::Theirs {
        command.arg("--theirs");
    }
    let output = command
        .args(["ours", "base", "theirs"])
        .current_dir(dir)
        .stdin(Stdio::null())
        .output();
    let output = output.map_err(|error| io::Error::new(error.kind(), format!("git merge-file: {error}")))?;
    // The status is the number of conflicts; past 127 it is a failure, of which binary content is one.
    Ok(output.status.success().then_some(output.stdout))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tree::scratch::files as tree;

    const BASE: &str = "one\n\n\n\ntwo\n\n\n\nthree\n";

    #[test]
    fn changes_of_both_sides_are_kept() {
        let ours = BASE.replace("one", "ours");
        let theirs = BASE.replace("three", "theirs");
        let merged = file(
            BASE.as_bytes(),
            ours.as_bytes(),
            theirs.as_bytes(),
            Conflict::Report,
        )
        .unwrap();
        assert_eq!(merged.unwrap(), b"ours\n\n\n\ntwo\n\n\n\ntheirs\n");
    }

    #[test]
    fn a_conflict_goes_to_theirs_or_is_reported() {
        let base = tree(&[("a", BASE), ("bin", "\0base")]);
        let ours = tree(&[
            ("a", &BASE.replace("one", "ours")),
            ("bin", "\0ours"),
            ("own", "x"),
        ]);
        let theirs = tree(&[
            ("a", &BASE.replace("one", "theirs")),
            ("bin", "\0theirs"),
            ("new", "y"),
        ]);
        let merged = trees(&base, &ours, &theirs, Conflict::Theirs).unwrap();
        assert_eq!(merged.conflicts, Vec::<PathBuf>::new());
        assert_eq!(
            merged.files,
            tree(&[
                ("a", &BASE.replace("one", "theirs")),
                ("bin", "\0theirs"),
                ("own", "x"),
                ("new", "y")
            ])
        );
        let merged = trees(&base, &ours, &theirs, Conflict::Report).unwrap();
        assert_eq!(merged.conflicts, [PathBuf::from("a"), PathBuf::from("bin")]);
        assert_eq!(merged.files[Path::new("a")], ours[Path::new("a")]);
    }

    #[test]
    fn files_that_one_side_removed_are_removed_unless_the_other_worked_on_them() {
        let base = tree(&[("gone", "x"), ("dropped", "x"), ("deleted", "x")]);
        let ours = tree(&[("gone", "x"), ("dropped", "mine")]);
        let theirs = tree(&[("deleted", "x")]);
        let merged = trees(&base, &ours, &theirs, Conflict::Report).unwrap();
        assert_eq!(
            merged,
            Merged {
                files: tree(&[("dropped", "mine")]),
                conflicts: vec![]
            }
        );
        let theirs = tree(&[("gone", "x"), ("dropped", "x"), ("deleted", "changed")]);
        let merged = trees(&base, &ours, &theirs, Conflict::Report).unwrap();
        assert_eq!(merged.conflicts, [PathBuf::from("deleted")]);
    }
}
