//! Opening, after whatever has happened; and looking without opening.

use std::fs::{self, File};
use std::path::Path;

use super::folder::{segments, sync_file};
use super::segment::{Next, Scan};
use super::{Identity, Settings, Spool};
use crate::book::{Book, Reason};
use crate::error::{Error, Result};
use crate::files::{self, Slots};
use crate::origin;
use crate::ranges::Ranges;

impl Spool {
    /// Opens one that is there, of a source or of a relay: as [`peek`] has found it.
    ///
    /// # Errors
    /// As [`Spool::open`].
    pub fn open_again(dir: &Path, identity: &Identity, settings: Settings) -> Result<Self> {
        Self::open_as(dir, &identity.source, identity.relay, settings)
    }

    /// Opens one, or makes one that holds others' records.
    pub(crate) fn open_as(dir: &Path, source: &str, relay: bool, settings: Settings) -> Result<Self> {
        fs::create_dir_all(dir).map_err(Error::system("make", dir))?;
        let lock = files::lock(&dir.join("lock"))?;
        let segments = segments(dir)?;
        let path = dir.join("source");
        let identity = match identity(dir)? {
            Some(identity) => identity,
            // Another epoch would send all of them a second time.
            None if !segments.is_empty() => {
                return Err(Error::Damaged {
                    path,
                    at: 0,
                    why: "it is not there or not whole, but there are segments".to_owned(),
                });
            }
            None => {
                origin::check_name(source)?;
                let identity = Identity {
                    source: source.to_owned(),
                    epoch: fastrand::u64(1..),
                    relay,
                };
                let text = serde_json::to_vec(&identity).unwrap_or_default();
                files::replace(&path, &text)?;
                files::sync_folder(files::folder_of(dir))?;
                identity
            }
        };
        if identity.relay != relay {
            let why = "a spool of a relay and one of a source are not the same";
            return Err(Error::Damaged {
                path,
                at: 0,
                why: why.to_owned(),
            });
        }
        let (slots, body) = Slots::open(&dir.join("book"))?;
        let book: Option<Book> = body.and_then(|body| serde_json::from_slice(&body).ok());
        let lost = book.is_none();
        let mut spool = Self {
            dir: dir.to_owned(),
            settings,
            identity,
            segments,
            active: None,
            pending: Vec::new(),
            next: 1,
            durable: 0,
            book: book.unwrap_or_default(),
            slots,
            behind: None,
            broken: false,
            unsaid: None,
            hook: None,
            _lock: lock,
        };
        spool.recover(lost)?;
        Ok(spool)
    }

    /// Finds the next number, and cuts what is torn.
    fn recover(&mut self, lost: bool) -> Result<()> {
        if lost && let Some(&first) = self.segments.keys().next() {
            self.book.drop(1, first - 1, Reason::Forgotten);
            self.changed();
        }
        let mut next = self.book.settled().last().unwrap_or(0) + 1;
        // The last number that is in a segment.
        let mut end = 0;
        if let Some((&first, segment)) = self.segments.last_key_value() {
            let path = segment.path.clone();
            let mut scan = Scan::open(&path, self.identity.epoch, first, u64::MAX)?;
            let mut damaged = Ranges::default();
            let left = loop {
                match scan.next()? {
                    Next::Record { .. } => {}
                    Next::Damaged { first, last } => damaged.insert(first, last),
                    Next::End { left } => break left,
                }
            };
            for (first, last) in damaged.iter() {
                self.book.drop(first, last, Reason::Damaged);
                self.changed();
            }
            end = scan.expected - 1;
            next = next.max(scan.expected);
            if left > 0 {
                let last = scan.may_hold(next, left)?;
                self.book.drop(next, last, Reason::Torn);
                next = next.max(last + 1);
                // Before the bytes are gone: nothing else would say that these numbers are not to be given again.
                self.save()?;
                cut(&path, &scan)?;
            }
            sync_file(&path)?;
            if let Some(segment) = self.segments.get_mut(&first) {
                segment.bytes = scan.offset;
            }
        }
        self.next = next;
        self.durable = next - 1;
        self.missing(end);
        if self.behind.is_some() || lost {
            self.save()?;
        }
        self.remove_settled()
    }

    /// Counts what waits by the book, and is in no segment: between two of them, before the first, or behind `end`, the last number that is in the last one.
    fn missing(&mut self, end: u64) {
        let mut here = Ranges::default();
        let firsts: Vec<u64> = self.segments.keys().copied().collect();
        for (index, &first) in firsts.iter().enumerate() {
            here.insert(first, firsts.get(index + 1).map_or(end, |next| next - 1));
        }
        let mut missing = self.waiting();
        missing.subtract(&here);
        if !missing.is_empty() {
            for (first, last) in missing.iter() {
                self.book.drop(first, last, Reason::Damaged);
            }
            self.changed();
        }
    }
}

/// Cuts what is left at the end of a segment.
fn cut(path: &Path, scan: &Scan) -> Result<()> {
    // region:recover The file ends where the scan is (set_len).
    let file = File::options().write(true).open(path);
    file.and_then(|file| file.set_len(scan.offset))
        .map_err(Error::system("cut", path))
    // endregion:recover
}

/// Reads who a spool is, if it says so.
fn identity(dir: &Path) -> Result<Option<Identity>> {
    let body = files::whole(&dir.join("source"))?;
    Ok(body.and_then(|body| serde_json::from_slice(&body).ok()))
}

/// Reads who a spool is and what its book says, without opening it.
///
/// # Errors
/// What cannot be read.
pub fn peek(dir: &Path) -> Result<(Identity, Book)> {
    let identity = identity(dir)?.ok_or_else(|| Error::Damaged {
        path: dir.join("source"),
        at: 0,
        why: "it is not there or not whole".to_owned(),
    })?;
    let book = Slots::peek(&dir.join("book"))?;
    let book = book.and_then(|body| serde_json::from_slice(&body).ok());
    Ok((identity, book.unwrap_or_default()))
}

/// What [`check`] has seen.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Check {
    /// Numbers of records that are whole.
    pub whole: Ranges,
    /// Numbers of records that are not.
    pub damaged: Ranges,
    /// Bytes at the end that are no record.
    pub torn: u64,
}

/// Reads all of a spool, and changes nothing. `see` gets each whole record.
///
/// # Errors
/// What cannot be read.
pub fn check(dir: &Path, see: impl FnMut(u64, &[u8])) -> Result<Check> {
    check_from(dir, 1, see)
}

/// Reads the segments with the numbers from `from` on.
///
/// # Errors
/// What cannot be read.
pub fn check_from(dir: &Path, from: u64, mut see: impl FnMut(u64, &[u8])) -> Result<Check> {
    let (identity, _) = peek(dir)?;
    let segments = segments(dir)?;
    let mut seen = Check::default();
    let firsts: Vec<u64> = segments.keys().copied().collect();
    for (index, (&first, segment)) in segments.iter().enumerate() {
        let next = firsts.get(index + 1).copied();
        let last = next.map_or(u64::MAX, |next| next - 1);
        if last < from {
            continue;
        }
        let mut scan = Scan::open(&segment.path, identity.epoch, first, last)?;
        loop {
            match scan.next()? {
                Next::Record { sequence, body } => {
                    seen.whole.insert(sequence, sequence);
                    see(sequence, &body);
                }
                Next::Damaged { first, last } => seen.damaged.insert(first, last),
                Next::End { left } => {
                    match next {
                        Some(next) => seen.damaged.insert(scan.expected, next - 1),
                        None => seen.torn = left,
                    }
                    break;
                }
            }
        }
    }
    Ok(seen)
}
