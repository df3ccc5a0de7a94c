//! What a class has handed in: who, where, and what of it is taken.
//!
//! | module | what |
//! |---|---|
//! | `folder`, `archive` | the paths of a submission, looked at before anything is made of them |
//! | `entry`, `refusal` | one path, and why one is refused |
//! | [`judge`] | what of it is taken for a lab |
//! | `roster` | who is in the class |

mod archive;
mod entry;
mod folder;
pub mod judge;
mod refusal;
mod roster;

use std::path::{Path, PathBuf};

pub use judge::{Content, Rules};
pub use roster::{Class, Student};

pub(crate) use refusal::visible;

/// Where one student's work is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// A folder or a git clone, of which the work tree counts.
    Folder(PathBuf),
    /// An archive.
    Archive(PathBuf),
    /// Nothing was handed in.
    Nothing,
}

impl Source {
    /// Tells a folder from an archive, and both from what is neither.
    pub(crate) fn of(path: &Path) -> Option<Self> {
        let data = std::fs::symlink_metadata(path).ok()?;
        let name = path.to_string_lossy().to_lowercase();
        let archive = archive::ENDINGS.iter().any(|ending| name.ends_with(ending));
        if data.is_dir() {
            Some(Self::Folder(path.to_owned()))
        } else if data.is_file() && archive {
            Some(Self::Archive(path.to_owned()))
        } else {
            None
        }
    }

    /// Reads what there is for each of `labs`. A submission that is refused as a whole is so for each of them.
    pub fn read(&self, labs: &[Rules]) -> Vec<Content> {
        let places: Vec<String> = labs.iter().flat_map(|rules| rules.places.clone()).collect();
        let entries = match self {
            Self::Folder(dir) => folder::read(dir, &places),
            Self::Archive(file) => archive::read(file),
            Self::Nothing => Ok(Vec::new()),
        };
        let content = |rules: &Rules| match &entries {
            Ok(entries) => rules.judge(entries),
            Err(refusal) => Content::Refused(refusal.to_string()),
        };
        labs.iter().map(content).collect()
    }
}

/// The name of an archive or folder without what makes it an archive.
fn stem(name: &str) -> &str {
    let lower = name.to_lowercase();
    // `.tar.gz` before what it ends with.
    let mut endings = archive::ENDINGS;
    endings.sort_by_key(|ending| std::cmp::Reverse(ending.len()));
    let ending = endings.iter().find(|ending| lower.ends_with(**ending));
    let cut = ending.map_or(name.len(), |ending| name.len() - ending.len());
    name.get(..cut).unwrap_or(name)
}

#[cfg(test)]
mod tests;
