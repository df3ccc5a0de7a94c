//! A bounded queue on disk of records that nobody here looks into.
//!
//! ```text
//! DIR/lock           held while a process has the spool open
//! DIR/source         who it is: {"source": …, "epoch": …, "relay": …}, written once
//! DIR/book           what has become of each number, see [`Book`]
//! DIR/N.seg          the records from number N on, see the module `record`
//! ```
//!
//! **Durability.** [`Spool::append`] writes, [`Spool::sync`] makes all of that durable, and only what is durable can be read: so a number that anybody else has
//! seen is never given to another record. What is acknowledged is written down at most 200 ms later, and before a segment is removed; what a crash takes of
//! that is sent again, and recognised.
//!
//! **Opening** reads the last segment only. Bytes at its end that are no record are cut; the numbers that they may have held are not used again, and stand in
//! the book as [`Reason::Torn`]. Damage before whole records is skipped when it is read, and stands there as [`Reason::Damaged`].
//!
//! Source: Pillai and others, "All file systems are not created equal", OSDI 2014; Rebello and others, "Can applications recover from fsync failures?", ATC 2020.

mod folder;
mod open;
mod reading;
mod record;
mod room;
mod segment;
mod settings;
#[cfg(test)]
pub(crate) mod tests;

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use crate::book::{Book, Reason};
use crate::error::{Error, Result};
use crate::files::Slots;
use crate::ranges::Ranges;
use folder::Segment;

pub use open::{Check, check, check_from, peek};
pub use reading::{Cursor, Record};
pub use record::LONGEST;
pub(crate) use record::LONGEST_BODY;
pub use settings::{Full, Hook, Identity, Removal, Settings};

/// How long the book may be behind.
const BEHIND: Duration = Duration::from_millis(200);

/// A queue on disk.
///
/// ```
/// use transfer::spool::{Cursor, Settings, Spool};
///
/// let dir = std::env::temp_dir().join(format!("spool-{}", std::process::id()));
/// let mut spool = Spool::open(&dir, "web01", Settings::default())?;
/// let number = spool.append(b"a report")?;
/// spool.sync()?;
/// let mut cursor = Cursor::default();
/// assert_eq!(spool.read(&mut cursor)?.unwrap().body, b"a report");
/// spool.acknowledge(&[number].into_iter().collect())?;
/// assert_eq!(spool.waiting().count(), 0);
/// # drop(spool);
/// # std::fs::remove_dir_all(&dir).unwrap();
/// # Ok::<(), transfer::Error>(())
/// ```
pub struct Spool {
    dir: PathBuf,
    settings: Settings,
    identity: Identity,
    /// By their first numbers.
    segments: BTreeMap<u64, Segment>,
    /// The last of them, to append to.
    active: Option<File>,
    /// Records that are not written yet.
    pending: Vec<u8>,
    next: u64,
    /// The highest number that is durable.
    durable: u64,
    book: Book,
    slots: Slots,
    /// Since when the book has something that is not written.
    behind: Option<Instant>,
    broken: bool,
    /// Why records were lost that somebody has appended and waits for.
    unsaid: Option<String>,
    hook: Option<Hook>,
    _lock: File,
}

impl Spool {
    /// Opens a spool, or makes one for a source of this name. One that is there keeps the name that it has.
    ///
    /// # Errors
    /// [`Error::Locked`]; what the system does not do; a folder that has segments and does not say whose.
    pub fn open(dir: &Path, source: &str, settings: Settings) -> Result<Self> {
        Self::open_as(dir, source, false, settings)
    }

    /// Returns who it is.
    pub fn identity(&self) -> &Identity {
        &self.identity
    }

    /// Returns its folder.
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// Has something told before records are removed.
    pub fn set_hook(&mut self, hook: Hook) {
        self.hook = Some(hook);
    }

    /// Appends a record and returns its number. It is durable after [`Spool::sync`].
    ///
    /// # Errors
    /// [`Error::Full`] if there is no room and none may be made, [`Error::TooLong`], what the system does not do.
    pub fn append(&mut self, body: &[u8]) -> Result<u64> {
        self.usable()?;
        // A relay's records have been measured when they came, without what it has written before them.
        let most = match self.identity.relay {
            true => LONGEST_BODY,
            false => LONGEST,
        };
        if body.len() > most {
            return Err(Error::TooLong(body.len()));
        }
        let size = (record::HEAD + body.len()) as u64;
        self.make_room(size)?;
        todo!(
            "spool: Append it to `pending` (record::write), for the place behind all of the last segment; count its bytes (`grow`) and its number. What is 256 KiB or more is written at once (`write`)."
        )
    }

    /// Makes all records durable. Returns the highest number that is. If any that were appended since the last time could not be kept, it says so, once.
    ///
    /// # Errors
    /// What the system does not do. Those that could not be written are in no spool; their numbers are not given again.
    pub fn sync(&mut self) -> Result<u64> {
        let flushed = self.flush();
        match (flushed, self.unsaid.take()) {
            (Ok(_), Some(why)) => Err(Error::Full {
                path: self.dir.clone(),
                why,
            }),
            (flushed, _) => flushed,
        }
    }

    /// Writes what is pending, and makes it durable. Returns the highest number that is.
    fn flush(&mut self) -> Result<u64> {
        self.usable()?;
        todo!(
            "spool: Write what is pending, and have the system put it on the disk (sync_data). Only then are its numbers durable. If that fails the spool is broken."
        )
    }

    /// Notes that these are stored by whoever is next.
    ///
    /// # Errors
    /// What the system does not do.
    #[expect(unused_variables, reason = "goes with the todo!")]
    pub fn acknowledge(&mut self, numbers: &Ranges) -> Result<()> {
        todo!(
            "spool: Note it in the book, but nothing above what is durable; remove segments, and save the book if it is time."
        )
    }

    /// Gives these up.
    ///
    /// # Errors
    /// What the system does not do.
    pub fn give_up(&mut self, numbers: &Ranges, reason: Reason) -> Result<u64> {
        let mut dropped = 0;
        for (first, last) in numbers.iter() {
            dropped += self.book.drop(first.max(1), last.min(self.durable), reason);
        }
        self.changed();
        self.remove_settled()?;
        self.save_if_due()?;
        Ok(dropped)
    }

    /// Notes, durably, that a store may have these from now on: [`Book::bind`].
    ///
    /// # Errors
    /// What the system does not do.
    pub fn bind(&mut self, store: &str, numbers: &Ranges) -> Result<()> {
        self.book.bind(store, numbers);
        self.save()
    }

    /// Notes, durably, that a store is gone for good: what it may have is bound to it no more, and goes to another one: [`Book::release`]. Returns how many
    /// records these are.
    ///
    /// # Errors
    /// What the system does not do.
    pub fn release(&mut self, store: &str) -> Result<u64> {
        let released = self.book.release(store);
        self.save()?;
        Ok(released)
    }

    /// Returns the numbers of which nothing has become yet and that are durable.
    pub fn waiting(&self) -> Ranges {
        let mut waiting = Ranges::default();
        waiting.insert(1, self.durable);
        waiting.subtract(self.book.settled());
        waiting
    }

    /// Returns the highest number that is durable.
    pub fn durable(&self) -> u64 {
        self.durable
    }

    /// Returns the number that the next record gets.
    pub fn next(&self) -> u64 {
        self.next
    }

    /// Returns what has become of each number.
    pub fn book(&self) -> &Book {
        &self.book
    }

    /// Returns how many bytes its segments have.
    pub fn bytes(&self) -> u64 {
        self.segments.values().map(|segment| segment.bytes).sum()
    }

    /// Writes the book, if it has been behind for long enough. To be called now and then by whoever has nothing else to do.
    ///
    /// # Errors
    /// What the system does not do.
    pub fn save_if_due(&mut self) -> Result<()> {
        match self.behind {
            Some(since) if since.elapsed() >= BEHIND => self.save(),
            _ => Ok(()),
        }
    }

    /// Writes the book, durably.
    ///
    /// # Errors
    /// What the system does not do.
    pub fn save(&mut self) -> Result<()> {
        let body = serde_json::to_vec(&self.book).map_err(|why| Error::Serve {
            what: "write the book",
            why: why.to_string(),
        })?;
        self.slots.write(&body)?;
        self.behind = None;
        Ok(())
    }

    /// Ends as a kill does: what is not written by now never is.
    pub fn abandon(mut self) {
        self.broken = true;
    }

    /// Writes what waits in memory.
    fn write(&mut self) -> Result<()> {
        let Some(file) = &mut self.active else {
            return Ok(());
        };
        let result = file.write_all(&self.pending);
        let Err(why) = result else {
            self.pending.clear();
            return Ok(());
        };
        let why = Error::system("write", &self.dir)(why);
        self.after_failed_write(why)
    }

    fn usable(&self) -> Result<()> {
        match self.broken {
            true => Err(Error::Broken(self.dir.clone())),
            false => Ok(()),
        }
    }

    fn grow(&mut self, first: u64, size: u64) {
        if let Some(segment) = self.segments.get_mut(&first) {
            segment.bytes += size;
        }
    }

    fn changed(&mut self) {
        self.behind.get_or_insert_with(Instant::now);
    }
}

impl Drop for Spool {
    fn drop(&mut self) {
        if !self.broken {
            // Whatever is lost here is sent again, and recognised.
            let _ = self.sync();
            if self.behind.is_some() {
                let _ = self.save();
            }
        }
    }
}

impl std::fmt::Debug for Spool {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Spool")
            .field("dir", &self.dir)
            .field("next", &self.next)
            .finish_non_exhaustive()
    }
}
