//! Where the parts of the course lie.

use std::path::{Path, PathBuf};

use crate::error::{Error, Result};

/// The folders of the course that the book reads.
#[derive(Debug, Clone)]
pub struct Layout {
    root: PathBuf,
}

impl Layout {
    /// Takes `root` as the course's folder.
    ///
    /// # Errors
    /// [`Error::NoRoot`] when it holds no `book/book.toml`.
    pub fn at(root: &Path) -> Result<Self> {
        if root.join("book/book.toml").is_file() {
            Ok(Self {
                root: root.to_owned(),
            })
        } else {
            Err(Error::NoRoot(root.to_owned()))
        }
    }

    /// Looks for the course's folder in `start` and upwards.
    ///
    /// # Errors
    /// [`Error::NoRoot`] when no folder on the way holds a `book/book.toml`.
    pub fn find(start: &Path) -> Result<Self> {
        start
            .ancestors()
            .find_map(|folder| Self::at(folder).ok())
            .ok_or_else(|| Error::NoRoot(start.to_owned()))
    }

    /// Returns the course's folder.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Returns the folder of `book.toml`.
    pub fn book(&self) -> PathBuf {
        self.root.join("book")
    }

    /// Returns the folder of the chapters.
    pub fn chapters(&self) -> PathBuf {
        self.root.join("book/src")
    }

    /// Returns the folder of the reference, or nothing in a copy that was handed out without it.
    pub fn reference(&self) -> Option<PathBuf> {
        Some(self.root.join("solutions")).filter(|folder| folder.is_dir())
    }

    /// Returns the folder of a lab's suite.
    pub fn suite(&self, lab: &str) -> PathBuf {
        self.root.join("tests").join(lab)
    }

    /// Returns where the finished book goes unless the reader says otherwise.
    pub fn default_out(&self) -> PathBuf {
        self.root.join("target/book")
    }

    /// Shortens `path` to what an author calls it: relative to the course's folder.
    pub fn short(&self, path: &Path) -> PathBuf {
        path.strip_prefix(&self.root).unwrap_or(path).to_owned()
    }
}
