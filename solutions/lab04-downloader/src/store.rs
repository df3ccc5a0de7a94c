//! The `.part`: the bytes at their places, until the file is whole and gets its name.

use std::fs::File;
// region:single
use std::fs;
use std::io;
// endregion:single
use std::os::unix::fs::FileExt as _;
// region:single
use std::path::Path;
// endregion:single
use std::sync::atomic::{AtomicU64, Ordering};

// region:single
use rustix::fs::{CWD, RenameFlags, renameat_with};
use rustix::io::Errno;
// endregion:single

use crate::error::{Error, Missing, Result};
use crate::journal::Journal;
use crate::plan::BLOCK;
use crate::spans::Span;
use crate::target::Target;

/// The file that is being filled. Threads write to it at the same time.
#[derive(Debug)]
pub struct Store {
    target: Target,
    part: File,
    journal: Option<Journal>,
    length: Option<u64>,
    /// How many bytes were there at the start.
    resumed: u64,
    /// Bytes that have come since.
    written: AtomicU64,
}

impl Store {
    /// Makes an empty `.part`, at full length if that is known, or empties the one that is there.
    ///
    /// # Errors
    /// [`Error::Disk`].
    pub fn create(target: Target, length: Option<u64>, journal: Option<Journal>) -> Result<Self> {
        // region:single/create Make the file, or empty it, for reading and writing.
        let path = target.part();
        let part = File::options()
            .read(true)
            .write(true)
            .create(true)
            .truncate(true)
            .open(&path)
            .and_then(|part| part.set_len(length.unwrap_or(0)).map(|()| part))
            .map_err(|why| Error::disk(&path, why))?;
        Ok(Self {
            target,
            part,
            journal,
            length,
            resumed: 0,
            written: AtomicU64::new(0),
        })
        // endregion:single/create
    }

    /// Opens a `.part` that has so many bytes.
    ///
    /// # Errors
    /// [`Error::Disk`].
    pub fn reopen(target: Target, length: u64, journal: Journal, have: u64) -> Result<Self> {
        // region:resume/reopen Open the file for reading and writing, and leave what is in it.
        let path = target.part();
        let part = File::options()
            .read(true)
            .write(true)
            .open(&path)
            .map_err(|why| Error::disk(&path, why))?;
        Ok(Self {
            target,
            part,
            journal: Some(journal),
            length: Some(length),
            resumed: have,
            written: AtomicU64::new(0),
        })
        // endregion:resume/reopen
    }

    /// Where the file will be.
    pub fn target(&self) -> &Target {
        &self.target
    }

    /// How long it will be, if that is known.
    pub fn length(&self) -> Option<u64> {
        self.length
    }

    /// The `.part`.
    pub fn part(&self) -> &File {
        &self.part
    }

    /// How many bytes were there at the start.
    pub fn resumed(&self) -> u64 {
        self.resumed
    }

    /// How many bytes have come since.
    pub fn written(&self) -> u64 {
        self.written.load(Ordering::Relaxed)
    }

    /// How many bytes are missing.
    pub fn missing(&self) -> Missing {
        let have = self.resumed + self.written();
        Missing {
            bytes: self.length.map(|length| (length.saturating_sub(have), length)),
            again: self.journal.is_some(),
        }
    }

    /// Gives up what is here, but not the lock.
    pub fn into_journal(self) -> Option<Journal> {
        self.journal
    }

    /// Gives the file its name, and never that of another file unless `force` says so.
    ///
    /// The bytes are with the system then, which brings them to the disk in its own time: to wait for the disk would take longer than to
    /// fetch them. What a power cut leaves of a new file, `--sha256` tells.
    ///
    /// # Errors
    /// [`Error::Exists`], [`Error::Disk`].
    pub fn finish(self, force: bool) -> Result<()> {
        // region:single/finish Rename the `.part`: with `force` over whatever has the name, else only if nothing has.
        let (part, file) = (self.target.part(), self.target.file());
        if force {
            fs::rename(&part, file).map_err(|why| Error::disk(&part, why))?;
        } else {
            rename_new(&part, file)?;
        }
        // endregion:single/finish
        self.journal.map_or(Ok(()), Journal::remove)
    }

    fn write_at(&self, bytes: &[u8], offset: u64) -> Result<()> {
        self.part
            .write_all_at(bytes, offset)
            .map_err(|why| Error::disk(&self.target.part(), why))?;
        self.written.fetch_add(bytes.len() as u64, Ordering::Relaxed);
        Ok(())
    }

    fn record(&self, span: Span) -> Result<()> {
        match &self.journal {
            Some(journal) if !span.is_empty() => journal.record(span),
            _ => Ok(()),
        }
    }
}

/// Writes what one connection receives, at its place, and records it.
#[derive(Debug)]
pub struct Writer<'a> {
    store: &'a Store,
    /// What is written, but not recorded.
    fresh: Span,
}

impl<'a> Writer<'a> {
    /// Begins at a place.
    pub fn new(store: &'a Store, at: u64) -> Self {
        Self {
            store,
            fresh: Span::new(at, at),
        }
    }

    /// Writes the bytes that come next.
    ///
    /// # Errors
    /// [`Error::Disk`].
    pub fn write(&mut self, bytes: &[u8]) -> Result<()> {
        self.store.write_at(bytes, self.fresh.end)?;
        self.fresh.end += bytes.len() as u64;
        if self.fresh.len() >= BLOCK {
            self.record()?;
        }
        Ok(())
    }

    /// Records what has been written: data first, then the record.
    ///
    /// # Errors
    /// [`Error::Disk`].
    pub fn record(&mut self) -> Result<()> {
        self.store.record(self.fresh)?;
        self.fresh.start = self.fresh.end;
        Ok(())
    }
}

// region:single

/// Renames, but never to the name of another file.
fn rename_new(part: &Path, file: &Path) -> Result<()> {
    let renamed = match renameat_with(CWD, part, CWD, file, RenameFlags::NOREPLACE) {
        // Not every file system can; what knows links can do it in two steps.
        Err(Errno::INVAL | Errno::NOSYS) => fs::hard_link(part, file).and_then(|()| fs::remove_file(part)),
        renamed => renamed.map_err(io::Error::from),
    };
    renamed.map_err(|why| match why.kind() {
        io::ErrorKind::AlreadyExists => Error::Exists(file.to_owned()),
        _ => Error::disk(part, why),
    })
}
// endregion:single
