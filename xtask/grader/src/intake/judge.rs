//! What of a submission is taken for a lab: `src/`, and of it what the lab allows.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use xtask::course::{Course, Lab, place_of};
use xtask::exit::Result;
use xtask::subject::{Files, read_tree};
use xtask::tree;

use super::entry::{Entry, What};
use super::refusal::Refusal;

/// The most bytes that are taken of one lab.
pub(crate) const LAB_BYTES: usize = 4 << 20;

/// The most files that are taken of one lab.
pub(crate) const FILES: usize = 500;

/// What a lab allows, and what of it is the course's own.
#[derive(Debug, Clone)]
pub struct Rules {
    /// The folder's name, `lab01-wordcount`.
    pub lab: String,
    /// Where it stands in a student's tree, the likeliest place first.
    pub places: Vec<String>,
    /// Endings of files that it may have, `rs` and what the starter has besides.
    endings: BTreeSet<String>,
    /// Files of the starter that are always the course's: the manifest, and the programs in `src/bin`.
    given: Files,
}

/// What there is of one lab.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Content {
    /// Nothing.
    Missing,
    /// Why nothing of it is taken.
    Refused(String),
    /// The crate as it will be built, and what was left out of it.
    Taken {
        /// The student's files with the course's own.
        files: Files,
        /// A sentence for each thing that was left out.
        remarks: Vec<String>,
    },
}

impl Rules {
    /// Reads what `lab` allows off its starter.
    ///
    /// # Errors
    /// The starter cannot be read.
    pub fn of(course: &Course, lab: &Lab, alone: bool) -> Result<Self> {
        let starter = tree::read(&course.starter_dir(lab))?;
        let mut all = starter.clone();
        if let Ok(solution) = course.solution_dir(lab) {
            read_tree(&solution.join("src"), "src".as_ref(), &mut all)?;
        }
        let of_src = all.keys().filter(|path| path.starts_with("src"));
        let endings = of_src.filter_map(|path| Some(path.extension()?.to_str()?.to_owned()));
        let given = starter
            .into_iter()
            .filter(|(path, _)| {
                path == "Cargo.toml".as_ref() as &std::path::Path || path.starts_with("src/bin")
            })
            .collect();
        let mut places = vec![place_of(&lab.dir).display().to_string(), lab.dir.clone()];
        if alone {
            // Who hands in one lab may hand in its folder.
            places.push(String::new());
        }
        Ok(Self {
            lab: lab.dir.clone(),
            places,
            endings: endings.chain([String::from("rs")]).collect(),
            given,
        })
    }

    /// Decides what of `entries` is taken.
    pub(crate) fn judge(&self, entries: &[Entry]) -> Content {
        match self.take(entries) {
            Ok(None) => Content::Missing,
            Ok(Some((files, remarks))) => Content::Taken { files, remarks },
            Err(refusal) => Content::Refused(refusal.to_string()),
        }
    }

    fn take(&self, entries: &[Entry]) -> std::result::Result<Option<(Files, Vec<String>)>, Refusal> {
        let Some(root) = self.root(entries)? else {
            return Ok(None);
        };
        let mut files = self.given.clone();
        let mut remarks = Vec::new();
        let mut seen: BTreeMap<String, &str> = BTreeMap::new();
        let (mut bytes, mut count) = (0, 0);
        for entry in entries {
            let Some(inner) = below(&entry.path, &root) else {
                continue;
            };
            if inner == "build.rs" {
                return Err(Refusal::path(&entry.path, "is a build script; none is taken"));
            }
            if inner != "src" && !inner.starts_with("src/") {
                continue;
            }
            let content = match &entry.what {
                What::Other(kind) => {
                    return Err(Refusal::path(&entry.path, format!("is {kind}")));
                }
                What::Folder => None,
                What::File(content) => Some(content),
            };
            match seen.insert(inner.to_lowercase(), inner) {
                // A folder may be named once by itself and again on the way to a file.
                Some(other) if other == inner && content.is_none() => {}
                Some(other) if other == inner => {
                    return Err(Refusal::path(&entry.path, "is there twice"));
                }
                Some(other) => {
                    let why = format!("differs from `{other}` only in upper and lower case");
                    return Err(Refusal::path(&entry.path, why));
                }
                None => {}
            }
            let Some(content) = content else { continue };
            (bytes, count) = (bytes + content.len(), count + 1);
            if bytes > LAB_BYTES {
                return Err(Refusal::path(
                    &entry.path,
                    "does not fit: a lab has at most 4 MiB",
                ));
            }
            if count > FILES {
                return Err(Refusal::path(
                    &entry.path,
                    "does not fit: a lab has at most 500 files",
                ));
            }
            let path = PathBuf::from(inner);
            let ending = path
                .extension()
                .and_then(|ending| ending.to_str())
                .unwrap_or_default();
            if path.starts_with("src/bin") {
                if !self.given.contains_key(&path) {
                    remarks.push(format!(
                        "`{inner}` is left out: the programs in src/bin are the course's"
                    ));
                }
            } else if !self.endings.contains(ending) {
                remarks.push(format!("`{inner}` is left out: the lab has no such files"));
            } else {
                files.insert(path, content.clone());
            }
        }
        let inside = |path: &String| {
            let above = path.match_indices('/').map(|(at, _)| &path[..at]);
            above
                .into_iter()
                .find(|above| files.contains_key(std::path::Path::new(above)))
                .map(str::to_owned)
        };
        if let Some(file) = seen
            .values()
            .map(|path| (*path).to_owned())
            .find_map(|path| inside(&path))
        {
            return Err(Refusal::path(&file, "is a file and a folder"));
        }
        if count == 0 {
            return Ok(None);
        }
        Ok(Some((files, remarks)))
    }

    /// Finds the folder of the lab in a submission: at the top, or in the one folder that holds all.
    fn root(&self, entries: &[Entry]) -> std::result::Result<Option<String>, Refusal> {
        for place in &self.places {
            let wanted = |path: &str| {
                let part = if place.is_empty() {
                    String::from("src")
                } else {
                    format!("{place}/src")
                };
                let at_top = below(path, &part).is_some() || path == part;
                let (first, rest) = path.split_once('/')?;
                let in_folder = below(rest, &part).is_some() || rest == part;
                match (at_top, in_folder) {
                    (true, _) => Some(place.clone()),
                    (_, true) => Some(format!("{first}/{place}").trim_end_matches('/').to_owned()),
                    _ => None,
                }
            };
            let roots: BTreeSet<String> = entries.iter().filter_map(|entry| wanted(&entry.path)).collect();
            let mut roots = roots.into_iter();
            match (roots.next(), roots.next()) {
                (None, _) => {}
                (Some(root), None) => return Ok(Some(root)),
                // Many folders have a `src`, and this one has not said that it is a lab's.
                _ if place.is_empty() => {}
                (Some(one), Some(other)) => {
                    let why = format!("holds the lab, and so does `{other}`: which one counts?");
                    return Err(Refusal::path(&one, why));
                }
            }
            // The folder of the lab may itself be what nobody follows.
            let odd = entries.iter().find(|entry| {
                let whole = entry.path == *place || entry.path.ends_with(&format!("/{place}"));
                !place.is_empty() && whole && matches!(entry.what, What::Other(_))
            });
            if let Some(Entry {
                path,
                what: What::Other(kind),
            }) = odd
            {
                return Err(Refusal::path(path, format!("is {kind}")));
            }
        }
        Ok(None)
    }
}

/// What is left of `path` below `root`.
fn below<'p>(path: &'p str, root: &str) -> Option<&'p str> {
    if root.is_empty() {
        return Some(path);
    }
    path.strip_prefix(root)?.strip_prefix('/')
}

#[cfg(test)]
#[path = "judge_tests.rs"]
mod tests;
