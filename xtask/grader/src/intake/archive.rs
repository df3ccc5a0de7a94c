//! Archives, read into memory: nothing of them is ever written as they say.

use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::Path;

use super::entry::{Entry, What, path};
use super::refusal::Refusal;

/// The most that an archive may hold, unpacked, whatever it is.
const UNPACKED_BYTES: u64 = 256 << 20;

/// The most files and folders in an archive.
const ENTRIES: usize = 50_000;

/// The kinds of archives that are taken, by the end of their names.
pub(crate) const ENDINGS: [&str; 4] = [".tar", ".tar.gz", ".tgz", ".zip"];

/// Reads the entries of an archive, all of which have been looked at when it returns.
///
/// Of what lies in `.git` and `target` only the names are kept.
///
/// # Errors
/// It is none of [`ENDINGS`], it is damaged, it holds more than it may, or a path in it is refused.
pub(crate) fn read(file: &Path) -> Result<Vec<Entry>, Refusal> {
    let name = file.to_string_lossy().to_lowercase();
    let open = File::open(file).map_err(|error| broken(&error))?;
    let mut room = Room::default();
    let zipped = name.ends_with(".zip");
    if zipped {
        from_zip(open, &mut room)?;
    } else if name.ends_with(".tar") {
        from_tar(BufReader::new(open), &mut room)?;
    } else {
        from_tar(flate2::read::MultiGzDecoder::new(BufReader::new(open)), &mut room)?;
    }
    Ok(room.entries)
}

fn broken(error: &dyn std::fmt::Display) -> Refusal {
    Refusal::whole(format!("the archive cannot be read: {error}"))
}

/// The entries so far, and how much may still come.
#[derive(Default)]
struct Room {
    entries: Vec<Entry>,
    bytes: u64,
}

impl Room {
    fn add(&mut self, raw: &[u8], what: What) -> Result<(), Refusal> {
        let path = path(raw)?;
        if self.entries.len() >= ENTRIES {
            return Err(Refusal::whole(format!(
                "the archive has more than {ENTRIES} entries"
            )));
        }
        if !path.is_empty() {
            self.entries.push(Entry { path, what });
        }
        Ok(())
    }

    /// Reads a file's bytes, as many as there really are, whatever the archive says.
    fn file(&mut self, raw: &[u8], mut bytes: impl Read) -> Result<(), Refusal> {
        let path = path(raw)?;
        let unwanted = path.split('/').any(|part| part == ".git" || part == "target");
        let mut kept = Vec::new();
        let mut limited = (&mut bytes).take(UNPACKED_BYTES - self.bytes + 1);
        let read = if unwanted {
            io::copy(&mut limited, &mut io::sink())
        } else {
            limited.read_to_end(&mut kept).map(|read| read as u64)
        };
        self.bytes += read.map_err(|error| broken(&error))?;
        if self.bytes > UNPACKED_BYTES {
            return Err(Refusal::path(
                &path,
                "does not fit: the archive unpacks to more than 256 MiB",
            ));
        }
        self.add(raw, What::File(kept))
    }
}

fn from_tar(reader: impl Read, room: &mut Room) -> Result<(), Refusal> {
    // Long names and the like are read by the archive itself; they count as well.
    let mut archive = tar::Archive::new(reader.take(2 * UNPACKED_BYTES));
    let entries = archive.entries().map_err(|error| broken(&error))?;
    for entry in entries {
        let entry = entry.map_err(|error| broken(&error))?;
        let raw = entry.path_bytes().into_owned();
        use tar::EntryType as Type;
        match entry.header().entry_type() {
            Type::Regular | Type::Continuous => room.file(&raw, entry)?,
            Type::Directory => room.add(&raw, What::Folder)?,
            Type::XGlobalHeader => {}
            Type::Symlink => room.add(&raw, What::Other("a symbolic link"))?,
            Type::Link => room.add(&raw, What::Other("a hard link"))?,
            Type::Char | Type::Block => room.add(&raw, What::Other("a device"))?,
            Type::Fifo => room.add(&raw, What::Other("a pipe"))?,
            Type::GNUSparse => room.add(&raw, What::Other("a sparse file"))?,
            _ => room.add(&raw, What::Other("neither file nor folder"))?,
        }
    }
    Ok(())
}

fn from_zip(file: File, room: &mut Room) -> Result<(), Refusal> {
    let mut archive = zip::ZipArchive::new(BufReader::new(file)).map_err(|error| broken(&error))?;
    for index in 0..archive.len() {
        // Raw first, so that an entry that is locked or packed in an unknown way can still be named.
        let entry = archive.by_index_raw(index).map_err(|error| broken(&error))?;
        let raw = entry.name_raw().to_vec();
        let (folder, locked) = (entry.is_dir(), entry.encrypted());
        let kind = entry.unix_mode().unwrap_or(0) & 0o170_000;
        drop(entry);
        let other = match kind {
            0o120_000 => Some("a symbolic link"),
            0o020_000 | 0o060_000 => Some("a device"),
            0o010_000 => Some("a pipe"),
            0o140_000 => Some("a socket"),
            _ => None,
        };
        match other {
            Some(other) => room.add(&raw, What::Other(other))?,
            None if folder => room.add(&raw, What::Folder)?,
            None if locked => return Err(Refusal::path(&path(&raw)?, "is encrypted")),
            None => {
                let entry = archive.by_index(index).map_err(|error| broken(&error))?;
                room.file(&raw, entry)?;
            }
        }
    }
    Ok(())
}
