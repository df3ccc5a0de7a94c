//! A folder whose files are there whole or not at all.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::error::{Error, Result};

/// A folder with one folder, `files`, in it.
#[derive(Debug)]
pub struct Folder {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    path: PathBuf,
    /// How many drafts there have been.
    drafts: AtomicU64,
}

/// A file that has no name yet. It is gone unless it gets one.
#[derive(Debug)]
pub struct Draft {
    folder: Arc<Shared>,
    path: PathBuf,
    bytes: u64,
}

/// Looks whether a folder may be written into.
///
/// # Errors
/// [`Error::NotEmpty`] if something is there, or what the system says.
pub fn refuse_unless_empty(path: &Path) -> Result<()> {
    match fs::read_dir(path).map(|mut entries| entries.next()) {
        Ok(None) => Ok(()),
        Ok(Some(_)) => Err(Error::NotEmpty(path.to_owned())),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        Err(error) => Err(Error::file("open", path)(error)),
    }
}

impl Folder {
    /// Makes a folder, if it is not there.
    ///
    /// # Errors
    /// What the system says.
    pub fn create(path: &Path) -> Result<Self> {
        let files = path.join("files");
        fs::create_dir_all(&files).map_err(Error::file("create", files))?;
        let path = path.to_owned();
        let drafts = AtomicU64::new(0);
        Ok(Self {
            shared: Arc::new(Shared { path, drafts }),
        })
    }

    /// Begins a file.
    pub fn draft(&self) -> Draft {
        let number = self.shared.drafts.fetch_add(1, Ordering::Relaxed);
        Draft {
            folder: self.shared.clone(),
            path: self.shared.path.join(format!("files/.{number}.part")),
            bytes: 0,
        }
    }
}

impl Draft {
    /// Writes all of the file.
    ///
    /// # Errors
    /// What the system says.
    pub fn write(&mut self, bytes: &[u8]) -> Result<()> {
        self.bytes = bytes.len() as u64;
        fs::write(&self.path, bytes).map_err(Error::file("write", &self.path))
    }

    /// Gives the file its name, which is a path in the folder, and returns its length in bytes.
    ///
    /// # Errors
    /// What the system says.
    pub fn publish(self, name: &str) -> Result<u64> {
        let path = self.folder.path.join(name);
        fs::rename(&self.path, &path).map_err(Error::file("write", path))?;
        Ok(self.bytes)
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        // Published or never written, it is not there: that is as it should be.
        let _ = fs::remove_file(&self.path);
    }
}
