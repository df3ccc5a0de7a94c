//! A subject: a folder of lab crates whose programs are graded.

use std::collections::BTreeMap;
use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};

use crate::course::{Course, Lab};
use crate::earlier;
use crate::exit::{Result, Stop};
use crate::t;

/// Files of a lab, by their path inside it.
pub type Files = BTreeMap<PathBuf, Vec<u8>>;

/// Where a lab's crate is taken from.
#[derive(Debug, Clone)]
pub enum Subject {
    /// The student's, in `labs/`.
    Labs,
    /// The student's, built over the reference's earlier labs.
    OverReference {
        /// The lab's id.
        lab: String,
        /// The manifest of the workspace of links in which it is built.
        manifest: PathBuf,
    },
    /// The reference, in `solutions/`.
    Reference,
    /// A crate staged in a workspace of its own: a wrong solution, a lab solved up to a stage, somebody's folder.
    Staged {
        /// Unlike every other subject's.
        name: String,
        /// The staged workspace's manifest.
        manifest: PathBuf,
        /// The build folder, where it is not the course's own: cargo lets one build at a time into each.
        build_dir: Option<PathBuf>,
    },
}

impl Subject {
    /// The workspace manifest and, for all but the student's own, a target folder of the subject's own.
    ///
    /// One target folder for two subjects would hold one `wordcount`: the last that was built.
    pub fn workspace(&self, course: &Course) -> (PathBuf, Option<PathBuf>) {
        let targets = course.work_dir().join("targets");
        match self {
            Subject::Labs => (course.root.join("Cargo.toml"), None),
            Subject::Reference => (
                course.root.join("solutions/Cargo.toml"),
                Some(targets.join("reference")),
            ),
            Subject::OverReference { lab, manifest } => {
                (manifest.clone(), Some(targets.join(format!("over-{lab}"))))
            }
            Subject::Staged { name, manifest, .. } => (manifest.clone(), Some(targets.join(name))),
        }
    }

    /// Whether it is the student's own work that is graded.
    pub fn is_students(&self) -> bool {
        matches!(self, Subject::Labs | Subject::OverReference { .. })
    }

    /// Stages `DIR/LAB/src` (or `DIR/src`), and `assets` beside it, under the course's own manifests.
    pub fn from_dir(course: &Course, lab: &Lab, dir: &Path) -> Result<Self> {
        let dir = fs::canonicalize(dir).map_err(|error| Stop::io(dir, error))?;
        let source = [dir.join(&lab.dir), dir.clone()]
            .into_iter()
            .find(|candidate| candidate.join("src").is_dir());
        let source = source
            .ok_or_else(|| Stop::failed(t!("subject.no_source", dir = dir.display(), lab = lab.dir)))?;
        let mut files = Files::new();
        read_tree(&source.join("src"), Path::new("src"), &mut files)?;
        if source.join("assets").is_dir() {
            read_tree(&source.join("assets"), Path::new("assets"), &mut files)?;
        }
        let manifest = course.starter_dir(lab).join("Cargo.toml");
        files.insert(
            "Cargo.toml".into(),
            fs::read(&manifest).map_err(|error| Stop::io(&manifest, error))?,
        );
        let mut hasher = DefaultHasher::new();
        source.hash(&mut hasher);
        Self::stage(course, lab, &format!("dir-{:016x}", hasher.finish()), &files)
    }

    /// Writes `files` as the crate of `lab` into a workspace named `name`, replacing what was there.
    ///
    /// The name is part of the crate's path inside its workspace: cargo tells crates of one name apart by that path, and
    /// with equal ones it would call the second subject fresh and run the first one's program. Every file is written
    /// anew, so that none is older than what an earlier build made of it. The earlier labs that it needs are the reference's, at their
    /// own place, which all such workspaces share.
    pub fn stage(course: &Course, lab: &Lab, name: &str, files: &Files) -> Result<Self> {
        let name = format!("{}-{name}", lab.id);
        let workspace = course.work_dir().join("staged").join(&name);
        if workspace.exists() {
            fs::remove_dir_all(&workspace).map_err(|error| Stop::io(&workspace, error))?;
        }
        let member = PathBuf::from(&name).join(&lab.dir);
        for (path, bytes) in files {
            let place = workspace.join(&member).join(path);
            // The door back to `check` belongs to the student's own tree.
            if path == Path::new("Cargo.toml") {
                let text = String::from_utf8_lossy(bytes);
                let text = earlier::anywhere(course, &course.stand_in(&lab.dir), &text);
                write(&place, text.as_bytes())?;
            } else if !path.starts_with("tests") {
                write(&place, bytes)?;
            }
        }
        let manifest = workspace.join("Cargo.toml");
        write(&manifest, workspace_of(course, &member)?.as_bytes())?;
        let lock = course.root.join("Cargo.lock");
        let bytes = fs::read(&lock).map_err(|error| Stop::io(&lock, error))?;
        write(&workspace.join("Cargo.lock"), &bytes)?;
        Ok(Subject::Staged {
            name,
            manifest,
            build_dir: None,
        })
    }

    /// Returns a staged subject that is built in another build folder than the course's own; every other subject stays as it is.
    #[must_use]
    pub fn built_in(mut self, folder: Option<PathBuf>) -> Self {
        if let Subject::Staged { build_dir, .. } = &mut self {
            *build_dir = folder;
        }
        self
    }

    /// The build folder in which intermediate results lie, for all but the student's own.
    pub(crate) fn build_dir(&self, course: &Course) -> PathBuf {
        match self {
            Subject::Staged {
                build_dir: Some(folder),
                ..
            } => folder.clone(),
            _ => course.root.join("target"),
        }
    }
}

/// Makes the manifest of a workspace with one member, whose tables are the course's own.
pub(crate) fn workspace_of(course: &Course, member: &Path) -> Result<String> {
    let root = course.root.join("Cargo.toml");
    let text = fs::read_to_string(&root).map_err(|error| Stop::io(&root, error))?;
    let tables = text.find("[workspace.package]").map_or("", |at| &text[at..]);
    let member = member.display().to_string();
    Ok(format!(
        "[workspace]\nresolver = \"3\"\nmembers = [{member:?}]\n\n{tables}"
    ))
}

/// Reads every file below `dir`, under `prefix`.
pub fn read_tree(dir: &Path, prefix: &Path, into: &mut Files) -> Result {
    for entry in fs::read_dir(dir).map_err(|error| Stop::io(dir, error))? {
        let entry = entry.map_err(|error| Stop::io(dir, error))?;
        let (path, inner) = (entry.path(), prefix.join(entry.file_name()));
        let kind = entry.file_type().map_err(|error| Stop::io(&path, error))?;
        if kind.is_dir() {
            read_tree(&path, &inner, into)?;
        } else if kind.is_file() {
            into.insert(inner, fs::read(&path).map_err(|error| Stop::io(&path, error))?);
        }
    }
    Ok(())
}

/// Writes a file and the folders above it.
pub fn write(path: &Path, bytes: &[u8]) -> Result {
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent).map_err(|error| Stop::io(parent, error))?;
    }
    fs::write(path, bytes).map_err(|error| Stop::io(path, error))
}

/// Writes a file so that a crash leaves either the old content or the new one.
pub fn write_atomically(path: &Path, bytes: &[u8]) -> Result {
    let named = |error| Stop::io(path, error);
    let parent = path.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(parent).map_err(|error| Stop::io(parent, error))?;
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let draft = parent.join(format!(".{name}.{}", std::process::id()));
    let written = fs::File::create(&draft).and_then(|mut file| {
        std::io::Write::write_all(&mut file, bytes)?;
        file.sync_all()
    });
    written.and_then(|()| fs::rename(&draft, path)).map_err(|error| {
        let _ = fs::remove_file(&draft);
        named(error)
    })
}
