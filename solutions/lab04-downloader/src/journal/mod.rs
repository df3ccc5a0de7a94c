//! The journal: which bytes of a `.part` are there.
//!
//! A record is appended after its bytes are in the `.part`, so that it never promises what is not there, and with one write, so that
//! whoever is killed leaves at most a last line without its end. The journal is locked as long as somebody works on the `.part`.

mod format;

use std::fs::{File, OpenOptions};
use std::io::{self, Read as _, Seek as _, Write as _};
// region:resume
use std::os::unix::fs::MetadataExt as _;
// endregion:resume
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

// region:resume
use rustix::fs::{FlockOperation, flock};
use rustix::io::Errno;
// endregion:resume

pub use self::format::Header;
use crate::error::{Error, Result};
use crate::spans::{Span, Spans};
use crate::target::Target;

/// A journal, locked.
#[derive(Debug)]
pub struct Journal {
    path: PathBuf,
    /// `None` after a write that failed: what is appended to half a line would be lost with it.
    file: Mutex<Option<File>>,
}

impl Journal {
    /// Locks the journal of a target, if there is one.
    ///
    /// # Errors
    /// [`Error::Busy`] when somebody else has locked it, [`Error::Disk`].
    pub fn find(target: &Target) -> Result<Option<Self>> {
        Self::lock(target, false)
    }

    /// Makes an empty journal, or empties the one that is `found`, and writes the header.
    ///
    /// # Errors
    /// [`Error::Busy`] when somebody else was faster, [`Error::Disk`].
    pub fn start(found: Option<Self>, target: &Target, header: &Header) -> Result<Option<Self>> {
        let journal = match found {
            Some(journal) => Some(journal),
            None => Self::lock(target, true)?,
        };
        if let Some(journal) = &journal {
            // Whoever was killed while it made its journal compact has left the new one. Where there is none, nothing is to be done.
            let _ = std::fs::remove_file(target.new_journal());
            journal.with(|mut file| {
                file.set_len(0)?;
                file.write_all(header.to_string().as_bytes())
            })?;
        }
        Ok(journal)
    }

    /// Whether it says nothing: whoever made it was killed before the first line.
    ///
    /// # Errors
    /// [`Error::Disk`].
    pub fn is_empty(&self) -> Result<bool> {
        self.with(|file| Ok(file.metadata()?.len() == 0))
    }

    /// Reads the header, and which bytes are there.
    ///
    /// # Errors
    /// [`Error::Disk`]. The inner one says why the contents cannot be used.
    pub fn read(&self) -> Result<std::result::Result<(Header, Spans), String>> {
        let mut bytes = Vec::new();
        self.with(|mut file| {
            file.rewind()?;
            file.read_to_end(&mut bytes)
        })?;
        Ok(format::parse(&bytes))
    }

    /// Records bytes that are in the `.part`.
    ///
    /// # Errors
    /// [`Error::Disk`].
    pub fn record(&self, span: Span) -> Result<()> {
        // region:resume/record
        self.with(|mut file| file.write_all(format::record(span).as_bytes()))
        //~ // Stage resume: append a line, with one write.
        //~ let _ = span;
        //~ Ok(())
        // endregion:resume/record
    }

    /// Writes the same in as few lines as possible into a new journal, which takes the place of this one.
    ///
    /// # Errors
    /// [`Error::Disk`].
    pub fn compact(self, target: &Target, header: &Header, have: &Spans) -> Result<Self> {
        // region:resume/compact Write beside, then rename. Lock the new one before it has the name.
        let path = target.new_journal();
        let write = || {
            // Nobody else comes here: this journal is locked.
            let file = OpenOptions::new()
                .read(true)
                .append(true)
                .create(true)
                .open(&path)?;
            flock(&file, FlockOperation::NonBlockingLockExclusive)?;
            file.set_len(0)?;
            let records: String = have.iter().map(format::record).collect();
            (&file).write_all(format!("{header}{records}").as_bytes())?;
            std::fs::rename(&path, &self.path)?;
            Ok(file)
        };
        let file = write().map_err(|why| Error::disk(&path, why))?;
        Ok(Self::new(self.path, file))
        // endregion:resume/compact
    }

    /// Removes the journal.
    ///
    /// # Errors
    /// [`Error::Disk`].
    pub fn remove(self) -> Result<()> {
        std::fs::remove_file(&self.path).map_err(|why| Error::disk(&self.path, why))
    }

    /// Opens the journal and locks it. Who has locked it has it until the file is closed, also by being killed.
    //~resume #[expect(clippy::never_loop, reason = "stage resume gives it a reason to open the file once more")]
    fn lock(target: &Target, create: bool) -> Result<Option<Self>> {
        let path = target.journal();
        // Whoever reads of it knows the `.part`, and where that can be the journal can be, too.
        let disk = |why| Error::disk(&target.part(), why);
        loop {
            let opened = OpenOptions::new()
                .read(true)
                .append(true)
                .create(create)
                .open(&path);
            let file = match opened {
                Err(error) if error.kind() == io::ErrorKind::NotFound && !create => return Ok(None),
                opened => opened.map_err(disk)?,
            };
            // region:resume/lock
            match flock(&file, FlockOperation::NonBlockingLockExclusive) {
                Err(Errno::WOULDBLOCK) => return Err(Error::Busy(target.part())),
                locked => locked.map_err(|why| disk(why.into()))?,
            }
            // Whoever had the lock before may have removed or replaced the file since it was opened here.
            let locked = file.metadata().map_err(disk)?.ino();
            if path.metadata().map(|named| named.ino()).ok() != Some(locked) {
                continue;
            }
            //~ // Stage resume: lock it, without waiting. Then make sure that the file still has this name, or open it once more.
            // endregion:resume/lock
            return Ok(Some(Self::new(path, file)));
        }
    }

    fn new(path: PathBuf, file: File) -> Self {
        Self {
            path,
            file: Mutex::new(Some(file)),
        }
    }

    fn with<T>(&self, work: impl FnOnce(&File) -> io::Result<T>) -> Result<T> {
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        let result = match &*file {
            Some(file) => work(file),
            None => Err(io::Error::other("an earlier write failed")),
        };
        if result.is_err() {
            *file = None;
        }
        result.map_err(|why| Error::disk(&self.path, why))
    }
}

// region:resume
#[cfg(test)]
mod tests {
    use super::*;

    fn target(name: &str) -> (PathBuf, Target) {
        let dir = std::env::temp_dir().join(format!("downloader-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&dir).unwrap();
        let target = Target::new(dir.join("file"));
        (dir, target)
    }

    fn header() -> Header {
        Header {
            url: "http://a/".to_owned(),
            length: 100,
            ..Header::default()
        }
    }

    #[test]
    fn a_journal_is_locked_before_and_after_it_is_compacted() {
        let (dir, target) = target("lock");
        assert!(Journal::find(&target).unwrap().is_none());
        let journal = Journal::start(None, &target, &header()).unwrap().unwrap();
        assert!(matches!(Journal::find(&target), Err(Error::Busy(_))));
        journal.record(Span::new(0, 50)).unwrap();
        journal.record(Span::new(50, 60)).unwrap();
        let (_, have) = journal.read().unwrap().unwrap();
        let journal = journal.compact(&target, &header(), &have).unwrap();
        assert!(matches!(Journal::find(&target), Err(Error::Busy(_))));
        journal.record(Span::new(70, 80)).unwrap();
        drop(journal);
        let text = std::fs::read_to_string(target.journal()).unwrap();
        assert!(text.ends_with("length 100\nhave 0-59\nhave 70-79\n"), "{text}");
        Journal::find(&target).unwrap().unwrap().remove().unwrap();
        assert_eq!(std::fs::read_dir(&dir).unwrap().count(), 0);
        std::fs::remove_dir(dir).unwrap();
    }
}
// endregion:resume
