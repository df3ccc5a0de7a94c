//! The `.part`: the bytes at their places, until the file is whole and gets its name.

use std::fs::File;
use std::os::unix::fs::FileExt as _;
use std::sync::atomic::{AtomicU64, Ordering};

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
    #[expect(unused_variables, reason = "goes with the todo!")]
    pub fn create(target: Target, length: Option<u64>, journal: Option<Journal>) -> Result<Self> {
        todo!("single: Make the file, or empty it, for reading and writing.")
    }

    /// Opens a `.part` that has so many bytes.
    ///
    /// # Errors
    /// [`Error::Disk`].
    #[expect(unused_variables, reason = "goes with the todo!")]
    pub fn reopen(target: Target, length: u64, journal: Journal, have: u64) -> Result<Self> {
        todo!("resume: Open the file for reading and writing, and leave what is in it.")
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
    #[expect(unused_variables, unreachable_code, reason = "goes with the todo!")]
    pub fn finish(self, force: bool) -> Result<()> {
        todo!(
            "single: Rename the `.part`: with `force` over whatever has the name, else only if nothing has."
        );
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
