//! Folders as values: read whole, merged, written back file by file, kept aside.

pub mod merge;
pub mod scratch;

use std::fs;
use std::path::{Path, PathBuf};

use crate::course::Course;
use crate::exit::{Result, Stop};
use crate::subject::{Files, write_atomically};

/// Reads the files below `dir`, but for what is hidden or built. A folder that is not there holds none.
pub fn read(dir: &Path) -> Result<Files> {
    let mut files = Files::new();
    if dir.exists() {
        read_below(dir, Path::new(""), &mut files)?;
    }
    Ok(files)
}

fn read_below(dir: &Path, below: &Path, files: &mut Files) -> Result {
    let folder = dir.join(below);
    for entry in fs::read_dir(&folder).map_err(|error| Stop::io(&folder, error))? {
        let entry = entry.map_err(|error| Stop::io(&folder, error))?;
        let (name, path) = (entry.file_name(), entry.path());
        if name == "target" || name.as_encoded_bytes().starts_with(b".") {
            continue;
        }
        let kind = entry.file_type().map_err(|error| Stop::io(&path, error))?;
        if kind.is_dir() {
            read_below(dir, &below.join(name), files)?;
        } else if kind.is_file() {
            let bytes = fs::read(&path).map_err(|error| Stop::io(&path, error))?;
            files.insert(below.join(name), bytes);
        }
    }
    Ok(())
}

/// Makes the files below `dir` equal to `files`.
///
/// Each is replaced by a rename, so that none is ever half written; those that are equal already are not touched, so
/// that nothing is built again for them.
pub fn write(dir: &Path, files: &Files) -> Result {
    let there = read(dir)?;
    for (path, bytes) in files {
        if there.get(path) != Some(bytes) {
            write_atomically(&dir.join(path), bytes)?;
        }
    }
    for path in there.keys().filter(|path| !files.contains_key(*path)) {
        remove(dir, path)?;
    }
    Ok(())
}

/// Removes a file, and the folders between it and `dir` that are left empty.
pub fn remove(dir: &Path, path: &Path) -> Result {
    let whole = dir.join(path);
    fs::remove_file(&whole).map_err(|error| Stop::io(&whole, error))?;
    for folder in path.ancestors().skip(1).filter(|folder| *folder != Path::new("")) {
        if fs::remove_dir(dir.join(folder)).is_err() {
            break; // it still holds something
        }
    }
    Ok(())
}

/// Copies `files` to a new folder `.course/kept/NAME-YYYYMMDD-HHMMSS` and returns it, relative to the course.
pub fn keep_aside(course: &Course, name: &str, files: &Files) -> Result<PathBuf> {
    let dir = new_kept(course, name);
    for (path, bytes) in files {
        write_atomically(&dir.join(path), bytes)?;
    }
    Ok(dir.strip_prefix(&course.root).unwrap_or(&dir).to_owned())
}

/// Names a folder for what is kept aside that is not there yet.
pub fn new_kept(course: &Course, name: &str) -> PathBuf {
    let kept = course.state_dir().join("kept");
    let stamp = stamp(std::time::SystemTime::now());
    let numbered = (2..).map(|number| kept.join(format!("{name}-{stamp}-{number}")));
    let mut names = std::iter::once(kept.join(format!("{name}-{stamp}"))).chain(numbered);
    names.find(|dir| !dir.exists()).unwrap_or(kept)
}

/// Writes a moment as `YYYYMMDD-HHMMSS`, in UTC.
fn stamp(now: std::time::SystemTime) -> String {
    let seconds = now
        .duration_since(std::time::UNIX_EPOCH)
        .map_or(0, |since| since.as_secs());
    let (year, month, day) = date(seconds / 86_400);
    let (hour, minute, second) = (seconds / 3600 % 24, seconds / 60 % 60, seconds % 60);
    format!("{year:04}{month:02}{day:02}-{hour:02}{minute:02}{second:02}")
}

/// Gives year, month and day of the day that many days after 1970-01-01.
///
/// Years are counted from March, so that the leap day is a year's last.
/// Source: Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms".
fn date(days: u64) -> (u64, u64, u64) {
    let days = days + 719_468; // from 0000-03-01
    let (era, of_era) = (days / 146_097, days % 146_097);
    let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let from_march = (5 * of_year + 2) / 153;
    let day = of_year - (153 * from_march + 2) / 5 + 1;
    let month = if from_march < 10 {
        from_march + 3
    } else {
        from_march - 9
    };
    (era * 400 + year_of_era + u64::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests {
    use super::scratch::{Scratch, files};
    use super::*;

    #[test]
    fn writing_touches_only_what_differs() {
        let dir = Scratch::new("write", &[("a", "1"), ("b", "2"), ("old/er/c", "3")]);
        let modified = |name: &str| fs::metadata(dir.0.join(name)).unwrap().modified().unwrap();
        let before = modified("a");
        let new = files(&[("a", "1"), ("b", "x"), ("new/d", "4")]);
        write(&dir.0, &new).unwrap();
        assert_eq!(read(&dir.0).unwrap(), new);
        assert!(!dir.0.join("old").exists());
        assert_eq!(modified("a"), before);
    }

    #[test]
    fn days_become_dates() {
        for (days, expected) in [
            (0, (1970, 1, 1)),
            (11_016, (2000, 2, 29)),
            (11_017, (2000, 3, 1)),
            (20_453, (2025, 12, 31)),
        ] {
            assert_eq!(date(days), expected);
        }
    }
}
