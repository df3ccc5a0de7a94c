//! Gets the new version of the course: from a folder, or from git.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::known::Known;
use crate::course::Course;
use crate::exit::{NOT_INSTALLED, Result, Stop};
use crate::t;

/// The branch that carries the course.
const BRANCH: &str = "main";

/// Copies the new version into `into`, and adds to `known` what git knows of the files that are here now.
pub(super) fn fetch(course: &Course, from: Option<&str>, into: &Path, known: &mut Known) -> Result {
    match from {
        Some(dir) if Path::new(dir).join("xtask").is_dir() => {
            let dir = fs::canonicalize(dir).map_err(|error| Stop::io(Path::new(dir), error))?;
            if fs::canonicalize(&course.root).is_ok_and(|root| root == dir) {
                return Err(Stop::usage(t!("update.itself")));
            }
            // Without the source's history the best guess at what is here is what was cloned.
            let base = ["upstream", "origin"]
                .iter()
                .find_map(|remote| common(&course.root, &format!("{remote}/{BRANCH}")));
            note(&course.root, base.as_deref(), known)?;
            for path in files_of(&dir)? {
                copy(&dir.join(&path), &into.join(&path))?;
            }
            Ok(())
        }
        from => from_git(course, from, into, known),
    }
}

fn from_git(course: &Course, from: Option<&str>, into: &Path, known: &mut Known) -> Result {
    let root = &course.root;
    let remotes = git(root, &["remote"]).map_err(|stop| match stop.status {
        NOT_INSTALLED => stop,
        _ => Stop::failed(t!("update.no_git")),
    })?;
    let remote = match from {
        Some(from) => from,
        None => ["upstream", "origin"]
            .into_iter()
            .find(|name| remotes.lines().any(|remote| remote == *name))
            .ok_or_else(|| Stop::failed(t!("update.no_remote")))?,
    };
    git(root, &["fetch", "--quiet", "--no-tags", remote, BRANCH])?;
    let new = git(root, &["rev-parse", "FETCH_HEAD"])?.trim().to_owned();
    note(root, common(root, &new).as_deref(), known)?;
    fs::create_dir_all(into).map_err(|error| Stop::io(into, error))?;
    // An index of its own: the student's, with what they have staged, is not touched.
    let index = into.with_extension("index");
    let prefix = format!("--prefix={}/", into.display());
    for args in [
        &["read-tree", &new][..],
        &["checkout-index", "--all", "--force", &prefix],
    ] {
        said(command(root).args(args).env("GIT_INDEX_FILE", &index))?;
    }
    fs::remove_file(&index).map_err(|error| Stop::io(&index, error))
}

/// Finds the newest commit that the student's branch and `other` have in common.
fn common(root: &Path, other: &str) -> Option<String> {
    let top = git(root, &["rev-parse", "--show-prefix"]).ok()?;
    if !top.trim().is_empty() {
        return None; // the course lies inside of somebody's larger repository
    }
    Some(git(root, &["merge-base", "HEAD", other]).ok()?.trim().to_owned())
}

/// Adds the files of the commit `base` that the student has not changed since, and the names of those they have.
fn note(root: &Path, base: Option<&str>, known: &mut Known) -> Result {
    let Some(base) = base else { return Ok(()) };
    let names = |text: String| text.split_terminator('\0').map(PathBuf::from).collect::<Vec<_>>();
    let all = names(git(root, &["ls-tree", "-r", "-z", "--name-only", base])?);
    let changed = names(git(
        root,
        &["diff", "--name-only", "--no-renames", "-z", base, "--"],
    )?);
    for path in all {
        known.name(&path);
        if !changed.contains(&path)
            && let Ok(bytes) = fs::read(root.join(&path))
        {
            known.add(&path, &bytes);
        }
    }
    Ok(())
}

/// Lists the files of a course in a folder: what git would take, or else all but what is built or somebody's own.
fn files_of(dir: &Path) -> Result<Vec<PathBuf>> {
    let mut listed = Vec::new();
    if dir.join(".git").exists() {
        let args = ["ls-files", "-z", "--cached", "--others", "--exclude-standard"];
        let names = git(dir, &args)?;
        listed.extend(names.split_terminator('\0').map(PathBuf::from));
        listed.retain(|path| dir.join(path).is_file());
    } else {
        walk(dir, Path::new(""), &mut listed)?;
    }
    Ok(listed)
}

fn walk(dir: &Path, below: &Path, listed: &mut Vec<PathBuf>) -> Result {
    let folder = dir.join(below);
    for entry in fs::read_dir(&folder).map_err(|error| Stop::io(&folder, error))? {
        let entry = entry.map_err(|error| Stop::io(&folder, error))?;
        let (name, path) = (entry.file_name(), below.join(entry.file_name()));
        let kind = entry
            .file_type()
            .map_err(|error| Stop::io(&entry.path(), error))?;
        if kind.is_file() {
            listed.push(path);
        } else if kind.is_dir() && ![".git", "target", ".course"].iter().any(|own| name == *own) {
            walk(dir, &path, listed)?;
        }
    }
    Ok(())
}

fn copy(from: &Path, to: &Path) -> Result {
    if let Some(parent) = to.parent() {
        fs::create_dir_all(parent).map_err(|error| Stop::io(parent, error))?;
    }
    fs::copy(from, to)
        .map(drop)
        .map_err(|error| Stop::io(from, error))
}

fn command(dir: &Path) -> Command {
    let mut command = Command::new("git");
    command.arg("-C").arg(dir).stdin(Stdio::inherit());
    // A hook or an alias that started this program must not lead git elsewhere.
    for name in ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX"] {
        command.env_remove(name);
    }
    command
}

fn git(dir: &Path, args: &[&str]) -> Result<String> {
    said(command(dir).args(args))
}

/// Runs git and returns what it printed; its own complaint is the error.
fn said(command: &mut Command) -> Result<String> {
    let output = command
        .output()
        .map_err(|error| Stop::new(NOT_INSTALLED, t!("update.cannot_start", error = error)))?;
    if output.status.success() {
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    } else {
        let words = String::from_utf8_lossy(&output.stderr).trim().to_owned();
        Err(Stop::failed(format!("git: {words}")))
    }
}
