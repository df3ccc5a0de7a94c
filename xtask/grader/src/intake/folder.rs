//! A folder or a git clone: only what a lab may have in it is looked at, and no link is followed.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::Read;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{FileTypeExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use super::entry::{Entry, What, path};
use super::judge::{FILES, LAB_BYTES};
use super::refusal::Refusal;

/// Reads what stands below the folders of labs (`places`), at the top of `dir` or in a folder in it.
///
/// # Errors
/// A path is refused, there is more than a lab may have, or something cannot be read.
pub(crate) fn read(dir: &Path, places: &[String]) -> Result<Vec<Entry>, Refusal> {
    let mut walk = Walk {
        top: dir,
        entries: Vec::new(),
    };
    let mut prefixes = vec![PathBuf::new()];
    for entry in sorted(dir)? {
        let name = entry.file_name();
        let hidden = name.as_bytes().starts_with(b".") || name == "target";
        if !hidden && entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            prefixes.push(PathBuf::from(name));
        }
    }
    // One folder can be two places: `labs/x` from the top, and `x` in the folder `labs`.
    let folders: BTreeSet<PathBuf> = prefixes
        .iter()
        .flat_map(|prefix| places.iter().map(|place| prefix.join(place)))
        .map(|path| path.components().collect())
        .collect();
    for folder in &folders {
        walk.lab(folder)?;
    }
    Ok(walk.entries)
}

fn broken(path: &Path, error: &dyn std::fmt::Display) -> Refusal {
    Refusal::path(&path.to_string_lossy(), format!("cannot be read: {error}"))
}

/// The entries of a folder, always in the same order.
fn sorted(dir: &Path) -> Result<Vec<fs::DirEntry>, Refusal> {
    let mut entries = Vec::new();
    for entry in fs::read_dir(dir).map_err(|error| broken(dir, &error))? {
        entries.push(entry.map_err(|error| broken(dir, &error))?);
        if entries.len() > 50 * FILES {
            return Err(Refusal::path(&dir.to_string_lossy(), "holds a flood of files"));
        }
    }
    entries.sort_by_key(fs::DirEntry::file_name);
    Ok(entries)
}

struct Walk<'d> {
    top: &'d Path,
    entries: Vec<Entry>,
}

impl Walk<'_> {
    /// Reads what stands in the folder of a lab, if there is one: `src`, and of all else the names.
    fn lab(&mut self, place: &Path) -> Result<(), Refusal> {
        let mut so_far = PathBuf::new();
        for part in place.components() {
            so_far.push(part);
            match fs::symlink_metadata(self.top.join(&so_far)) {
                Ok(data) if data.is_dir() => {}
                Ok(data) if data.is_symlink() => return self.add(&so_far, What::Other("a symbolic link")),
                _ => return Ok(()),
            }
        }
        for entry in sorted(&self.top.join(place))? {
            let inner = place.join(entry.file_name());
            let kind = entry.file_type().map_err(|error| broken(&inner, &error))?;
            if entry.file_name() == "src" {
                let mut files = 0;
                self.anything(&inner, kind, &mut files)?;
            } else if kind.is_file() && (entry.file_name() == "build.rs" || entry.file_name() == "Cargo.toml")
            {
                self.add(&inner, What::File(Vec::new()))?;
            }
        }
        Ok(())
    }

    fn add(&mut self, inner: &Path, what: What) -> Result<(), Refusal> {
        let path = path(inner.as_os_str().as_bytes())?;
        self.entries.push(Entry { path, what });
        Ok(())
    }

    fn anything(&mut self, inner: &Path, kind: fs::FileType, files: &mut usize) -> Result<(), Refusal> {
        *files += 1;
        if *files > 4 * FILES {
            return Err(Refusal::path(
                &inner.to_string_lossy(),
                "is one of a flood of files",
            ));
        }
        let what = if kind.is_dir() {
            self.add(inner, What::Folder)?;
            for entry in sorted(&self.top.join(inner))? {
                let path = inner.join(entry.file_name());
                let kind = entry.file_type().map_err(|error| broken(&path, &error))?;
                self.anything(&path, kind, files)?;
            }
            return Ok(());
        } else if kind.is_file() {
            What::File(self.file(inner)?)
        } else if kind.is_symlink() {
            What::Other("a symbolic link")
        } else if kind.is_fifo() {
            What::Other("a pipe")
        } else if kind.is_socket() {
            What::Other("a socket")
        } else {
            What::Other("a device")
        };
        self.add(inner, what)
    }

    fn file(&self, inner: &Path) -> Result<Vec<u8>, Refusal> {
        let path = self.top.join(inner);
        let flags = rustix::fs::OFlags::NOFOLLOW | rustix::fs::OFlags::NONBLOCK;
        let file: File = File::options()
            .read(true)
            .custom_flags(flags.bits().cast_signed())
            .open(&path)
            .map_err(|error| broken(inner, &error))?;
        let mut bytes = Vec::new();
        // One more than is allowed tells that there is more: a sparse file is not read to its end.
        file.take(LAB_BYTES as u64 + 1)
            .read_to_end(&mut bytes)
            .map_err(|error| broken(inner, &error))?;
        Ok(bytes)
    }
}
