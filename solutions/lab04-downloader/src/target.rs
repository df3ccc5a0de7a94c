//! The names of the files of one download.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use crate::error::{Error, Result};

/// Where a file is saved, and what stands beside it until it is whole.
///
/// ```
/// use downloader::target::Target;
///
/// let target = Target::new("a/b.iso");
/// assert_eq!(target.part().to_str(), Some("a/b.iso.part"));
/// assert_eq!(target.journal().to_str(), Some("a/b.iso.part.journal"));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    file: PathBuf,
}

impl Target {
    /// Makes the names that belong to a file.
    pub fn new(file: impl Into<PathBuf>) -> Self {
        Self { file: file.into() }
    }

    /// The file, once it is whole.
    pub fn file(&self) -> &Path {
        &self.file
    }

    /// The bytes, at their places.
    pub fn part(&self) -> PathBuf {
        self.with(".part")
    }

    /// Which bytes are there.
    pub fn journal(&self) -> PathBuf {
        self.with(".part.journal")
    }

    /// A journal that is about to take the other's place.
    pub fn new_journal(&self) -> PathBuf {
        self.with(".part.new")
    }

    /// Makes sure that there is no such file yet.
    ///
    /// # Errors
    /// [`Error::Exists`].
    pub fn check_free(&self) -> Result<()> {
        // A link that leads nowhere has the name, too.
        match self.file.symlink_metadata() {
            Ok(_) => Err(Error::Exists(self.file.clone())),
            Err(_) => Ok(()),
        }
    }

    fn with(&self, suffix: &str) -> PathBuf {
        let mut name = OsString::from(&self.file);
        name.push(suffix);
        name.into()
    }
}
