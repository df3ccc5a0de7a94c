//! A copy of a database that is in use.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use crate::error::{Error, Result};
use crate::location::Location;
use crate::schema;

/// Copies a database as it is at one moment, while others write to it; the copy has no free pages, and is on the disk when this returns.
///
/// Only its owner can read it. It is made beside `to`, as `TO.part`, and gets its name when it is whole, so that a file called `to` is never half a copy. What a writer
/// commits meanwhile stays in the log until the copy is made.
///
/// # Errors
/// As [`Reader::open`](crate::Reader::open); [`Error::Copy`] if there is such a file, or it cannot be written, or the database is a server's.
pub fn backup(from: impl Into<Location>, to: &Path) -> Result<()> {
    let fault = |source| Error::Copy {
        path: to.into(),
        source,
    };
    let from = from.into();
    let Some(file) = from.file() else {
        let why =
            format!("{from} is a server, which has tools of its own: mariadb-dump --single-transaction");
        return Err(fault(io::Error::new(io::ErrorKind::Unsupported, why)));
    };
    let connection = schema::open_file_to_read(file)?;
    if fs::symlink_metadata(to).is_ok() {
        return Err(fault(io::ErrorKind::AlreadyExists.into()));
    }
    let mut name = to.as_os_str().to_owned();
    name.push(".part");
    let part = PathBuf::from(name);
    let Some(text) = part.to_str() else {
        return Err(fault(io::ErrorKind::InvalidFilename.into()));
    };
    match fs::remove_file(&part) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(fault(error)),
        _ => {}
    }
    // It holds what the database does, whose mode may be narrower than the usual one.
    OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(&part)
        .map_err(fault)?;
    connection
        .execute("VACUUM INTO ?1", [text])
        .map_err(|source| fault(io::Error::other(source)))?;
    File::open(&part)
        .and_then(|file| file.sync_all())
        .map_err(fault)?;
    // A link and not a rename, which would replace what somebody has put there meanwhile.
    fs::hard_link(&part, to).map_err(fault)?;
    fs::remove_file(&part).map_err(fault)?;
    let folder = to
        .parent()
        .filter(|folder| *folder != Path::new(""))
        .unwrap_or(Path::new("."));
    File::open(folder)
        .and_then(|folder| folder.sync_all())
        .map_err(fault)
}
