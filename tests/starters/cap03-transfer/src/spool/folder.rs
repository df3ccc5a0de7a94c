//! The files of a spool.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::path::{Path, PathBuf};

use crate::error::{Error, Result};
use crate::files;

/// A file of records.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Segment {
    pub(super) path: PathBuf,
    pub(super) bytes: u64,
}

/// Returns the file of a segment.
pub(super) fn segment_path(dir: &Path, first: u64) -> PathBuf {
    dir.join(format!("{first:020}.seg"))
}

/// Finds the segments of a folder.
pub(super) fn segments(dir: &Path) -> Result<BTreeMap<u64, Segment>> {
    let mut segments = BTreeMap::new();
    for entry in fs::read_dir(dir).map_err(Error::system("list", dir))? {
        let entry = entry.map_err(Error::system("list", dir))?;
        let name = entry.file_name();
        let first = name.to_str().and_then(|name| name.strip_suffix(".seg"));
        if let Some(first) = first.filter(|first| first.len() == 20)
            && let Ok(first) = first.parse()
        {
            let path = entry.path();
            let bytes = entry.metadata().map_err(Error::system("read", &path))?.len();
            segments.insert(first, Segment { path, bytes });
        }
    }
    Ok(segments)
}

/// Makes what was written before durable, whoever has written it.
pub(super) fn sync_file(path: &Path) -> Result<()> {
    File::open(path)
        .and_then(|file| file.sync_data())
        .map_err(Error::system("sync", path))?;
    files::sync_folder(files::folder_of(path))
}
