//! Small files that are whole or not there, and locks.

use std::fs::{self, File};
use std::io::{self, Read as _, Write as _};
use std::os::unix::fs::FileExt as _;
use std::path::{Path, PathBuf};

use rustix::fs::{FlockOperation, flock};

use crate::error::{Error, Result};

/// Makes what is in a folder as durable as its files: names are data of the folder. Source: fsync(2).
pub(crate) fn sync_folder(folder: &Path) -> Result<()> {
    File::open(folder)
        .and_then(|folder| folder.sync_all())
        .map_err(Error::system("sync", folder))
}

/// Returns the folder that a file is in.
pub(crate) fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}

/// Replaces a file by another content, which is durable when this returns: at no moment is there half of it. The first line is a checksum of the rest.
pub(crate) fn replace(path: &Path, body: &[u8]) -> Result<()> {
    let mut new = path.as_os_str().to_owned();
    new.push(".new");
    let new = PathBuf::from(new);
    let written = File::create(&new).and_then(|mut file| {
        writeln!(file, "{:08x}", crc32fast::hash(body))?;
        file.write_all(body)?;
        file.sync_all()
    });
    written.map_err(Error::system("write", &new))?;
    fs::rename(&new, path).map_err(Error::system("replace", path))?;
    sync_folder(folder_of(path))
}

/// Returns what [`replace`] has written, or `None` if it is not there or not what was written.
pub(crate) fn whole(path: &Path) -> Result<Option<Vec<u8>>> {
    let bytes = match fs::read(path) {
        Ok(bytes) => bytes,
        Err(why) if why.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(why) => return Err(Error::system("read", path)(why)),
    };
    let body = bytes.get(9..).unwrap_or_default();
    let sum = format!("{:08x}\n", crc32fast::hash(body));
    Ok((bytes.get(..9) == Some(sum.as_bytes())).then(|| body.to_vec()))
}

/// Takes the lock of a folder or a file: nobody else has it until the file is closed, also by the death of the process.
pub(crate) fn lock(path: &Path) -> Result<File> {
    let file = File::options()
        .create(true)
        .truncate(false)
        .write(true)
        .open(path)
        .map_err(Error::system("open", path))?;
    match flock(&file, FlockOperation::NonBlockingLockExclusive) {
        Ok(()) => Ok(file),
        Err(rustix::io::Errno::WOULDBLOCK) => Err(Error::Locked(folder_of(path).to_owned())),
        Err(why) => Err(Error::system("lock", path)(why.into())),
    }
}

/// The bytes of each of two slots.
pub(crate) const SLOT: usize = 256 << 10;
/// Checksum, generation, length.
const HEAD: usize = 4 + 8 + 4;

/// A value that is written again and again, into two places by turns: while one is written, the other is whole. It has its room from the beginning on,
/// so that it can also be written when the disk is full.
#[derive(Debug)]
pub(crate) struct Slots {
    path: PathBuf,
    file: File,
    generation: u64,
}

impl Slots {
    /// Makes one, or reads the newest value that is whole: `None` if there is none.
    pub(crate) fn open(path: &Path) -> Result<(Self, Option<Vec<u8>>)> {
        let open = File::options()
            .create(true)
            .truncate(false)
            .read(true)
            .write(true)
            .open(path);
        let file = open.map_err(Error::system("open", path))?;
        let mut slots = Self {
            path: path.to_owned(),
            file,
            generation: 0,
        };
        let mut newest = None;
        for slot in 0..2 {
            if let Some((generation, body)) = slots.read(slot)?
                && generation > slots.generation
            {
                slots.generation = generation;
                newest = Some(body);
            }
        }
        if newest.is_none() {
            let zeros = vec![0; 2 * SLOT];
            let made = slots.file.write_all_at(&zeros, 0);
            made.and_then(|()| slots.file.sync_all())
                .map_err(Error::system("reserve room in", path))?;
        }
        Ok((slots, newest))
    }

    /// Reads the newest value without opening it for writing.
    pub(crate) fn peek(path: &Path) -> Result<Option<Vec<u8>>> {
        let file = match File::open(path) {
            Ok(file) => file,
            Err(why) if why.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(why) => return Err(Error::system("open", path)(why)),
        };
        let slots = Self {
            path: path.to_owned(),
            file,
            generation: 0,
        };
        let both = [slots.read(0)?, slots.read(1)?];
        Ok(both
            .into_iter()
            .flatten()
            .max_by_key(|slot| slot.0)
            .map(|slot| slot.1))
    }

    /// Writes a value of at most [`SLOT`] - 16 bytes, durably.
    pub(crate) fn write(&mut self, body: &[u8]) -> Result<()> {
        let generation = self.generation + 1;
        let mut bytes = vec![0; 4];
        bytes.extend_from_slice(&generation.to_le_bytes());
        bytes.extend_from_slice(&u32::try_from(body.len()).unwrap_or(u32::MAX).to_le_bytes());
        bytes.extend_from_slice(body);
        if bytes.len() > SLOT {
            let why = io::Error::other("more than a slot holds");
            return Err(Error::system("write", &self.path)(why));
        }
        let sum = crc32fast::hash(&bytes[4..]);
        bytes[..4].copy_from_slice(&sum.to_le_bytes());
        let at = (generation % 2) * SLOT as u64;
        let written = self.file.write_all_at(&bytes, at);
        written
            .and_then(|()| self.file.sync_data())
            .map_err(Error::system("write", &self.path))?;
        self.generation = generation;
        Ok(())
    }

    fn read(&self, slot: u64) -> Result<Option<(u64, Vec<u8>)>> {
        let mut bytes = Vec::new();
        let mut part = At(&self.file, slot * SLOT as u64).take(SLOT as u64);
        part.read_to_end(&mut bytes)
            .map_err(Error::system("read", &self.path))?;
        let Some((head, rest)) = bytes.split_at_checked(HEAD) else {
            return Ok(None);
        };
        let number = |from: usize| u32::from_le_bytes(head[from..from + 4].try_into().expect("four bytes"));
        let generation = u64::from_le_bytes(head[4..12].try_into().expect("eight bytes"));
        let body = usize::try_from(number(12))
            .ok()
            .and_then(|length| rest.get(..length));
        Ok(body
            .filter(|body| generation > 0 && crc32fast::hash(&bytes[4..HEAD + body.len()]) == number(0))
            .map(|body| (generation, body.to_vec())))
    }
}

/// A file, read from a place on.
struct At<'a>(&'a File, u64);

impl io::Read for At<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.0.read_at(buffer, self.1)?;
        self.1 += read as u64;
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_value_before_is_there_when_the_newest_is_torn() {
        let folder = crate::spool::tests::Folder::new();
        let path = folder.0.join("slots");
        let (mut slots, none) = Slots::open(&path).unwrap();
        assert_eq!(none, None);
        slots.write(b"one").unwrap();
        slots.write(b"two, which is longer").unwrap();
        drop(slots);
        assert_eq!(
            Slots::peek(&path).unwrap().as_deref(),
            Some(&b"two, which is longer"[..])
        );
        // The second generation is in the first slot.
        let mut bytes = fs::read(&path).unwrap();
        bytes[HEAD + 5] ^= 1;
        fs::write(&path, bytes).unwrap();
        let (mut slots, value) = Slots::open(&path).unwrap();
        assert_eq!(value.as_deref(), Some(&b"one"[..]));
        slots.write(b"three").unwrap();
        assert_eq!(Slots::peek(&path).unwrap().as_deref(), Some(&b"three"[..]));
    }

    #[test]
    fn a_file_that_is_not_what_was_written_is_none() {
        let folder = crate::spool::tests::Folder::new();
        let path = folder.0.join("file");
        assert_eq!(whole(&path).unwrap(), None);
        replace(&path, b"body").unwrap();
        assert_eq!(whole(&path).unwrap().as_deref(), Some(&b"body"[..]));
        fs::write(&path, "00000000\nbody").unwrap();
        assert_eq!(whole(&path).unwrap(), None);
        fs::write(&path, "0").unwrap();
        assert_eq!(whole(&path).unwrap(), None);
    }
}
