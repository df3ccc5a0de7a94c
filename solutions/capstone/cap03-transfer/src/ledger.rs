//! Adds up what spools and sinks say, so that every record that was ever taken is in one of them, or given up and counted.
//!
//! It reads files and asks nobody, and is exact when nothing changes them meanwhile.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::path::{Path, PathBuf};

use crate::book::Reason;
use crate::error::{Error, Result};
use crate::files;
use crate::marks::Marks;
use crate::origin::Origin;
use crate::ranges::Ranges;
use crate::{relay, sink, spool};

/// What a spool says of itself, added up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hop {
    /// Its folder.
    pub path: PathBuf,
    /// Whose numbers these are.
    pub source: String,
    /// Which life of them.
    pub epoch: u64,
    /// How many numbers it has given.
    pub taken: u64,
    /// How many the next one has.
    pub acknowledged: u64,
    /// How many were given up, by reason.
    pub dropped: BTreeMap<Reason, u64>,
    /// How many of its records a store may have as well that was given up: [`crate::book::Book::release`].
    pub released: u64,
    /// How many are on its disk, whole, and wait.
    pub waiting: u64,
    /// Which are nowhere.
    pub missing: Ranges,
}

/// What a sink's file has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stored {
    /// The file.
    pub path: PathBuf,
    /// How many records.
    pub records: u64,
    /// From how many sources.
    pub sources: usize,
    /// How many bytes at its end are no record.
    pub torn: u64,
}

/// All of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Ledger {
    /// Spools, as they were named.
    pub hops: Vec<Hop>,
    /// Sinks' files, as they were named.
    pub sinks: Vec<Stored>,
    /// What was acknowledged to a source whose spool is among them, and is neither in a sink nor in a relay nor given up by one.
    pub lost: Vec<(String, u64, Ranges)>,
    /// What is stored more than once.
    pub twice: Vec<(String, u64, Ranges)>,
    /// How many records the relays have given up without being able to say whose they were.
    pub nameless: u64,
}

impl Ledger {
    /// Reads these: a folder is a spool, a file is a sink's.
    ///
    /// # Errors
    /// What cannot be read.
    pub fn read<P: AsRef<Path>>(paths: &[P]) -> Result<Self> {
        // region:ledger First the files, then the folders. Of a spool: lock it, read its book and all its records; what is neither settled nor whole is missing. Of a relay: its records that wait, and those it has dropped by name, count as there. What a source's book calls acknowledged, and is not there, is lost; that is asked only if there is a sink or a relay among them.
        let mut ledger = Self::default();
        let (mut there, mut twice) = (Marks::default(), Marks::default());
        let mut acknowledged = Vec::new();
        let mut relays = 0;
        for path in paths.iter().map(AsRef::as_ref) {
            if !path.is_dir() {
                ledger.sinks.push(read_sink(path, &mut there, &mut twice)?);
            }
        }
        for path in paths.iter().map(AsRef::as_ref).filter(|path| path.is_dir()) {
            let (identity, _) = spool::peek(path)?;
            // A spool that somebody has open changes under our eyes.
            let _lock = files::lock(&path.join("lock"))?;
            let (_, book) = spool::peek(path)?;
            let mut waiting = Ranges::default();
            let seen = spool::check(path, |sequence, body| {
                if book.settled().contains(sequence) {
                    return;
                }
                waiting.insert(sequence, sequence);
                if identity.relay
                    && let Some((origin, _)) = Origin::decode(body)
                {
                    there.add(&origin);
                }
            })?;
            let mut all = seen.whole.clone();
            all.add(&seen.damaged);
            let last = all.last().max(book.settled().last()).unwrap_or(0);
            let mut missing = Ranges::default();
            missing.insert(1, last);
            missing.subtract(book.settled());
            missing.subtract(&waiting);
            let dropped = book.counts();
            if identity.relay {
                relays += 1;
                let taken = relay::read(path)?.unwrap_or_default();
                let mut named = 0;
                for marks in taken.dropped.values() {
                    named += marks.iter().map(|(_, _, numbers)| numbers.count()).sum::<u64>();
                    there.add_all(marks);
                }
                let known: u64 = dropped
                    .iter()
                    .filter(|(reason, _)| **reason != Reason::Torn)
                    .map(|(_, count)| count)
                    .sum();
                ledger.nameless += known.saturating_sub(named);
            } else {
                acknowledged.push((
                    identity.source.clone(),
                    identity.epoch,
                    book.acknowledged_numbers(),
                ));
            }
            ledger.hops.push(Hop {
                path: path.to_owned(),
                source: identity.source,
                epoch: identity.epoch,
                taken: last,
                acknowledged: book.acknowledged(),
                dropped,
                released: book.released(),
                waiting: waiting.count(),
                missing,
            });
        }
        if !ledger.sinks.is_empty() || relays > 0 {
            for (source, epoch, mut numbers) in acknowledged {
                if let Some(have) = there.of(&source, epoch) {
                    numbers.subtract(have);
                }
                if !numbers.is_empty() {
                    ledger.lost.push((source, epoch, numbers));
                }
            }
        }
        for (source, epoch, numbers) in twice.iter() {
            ledger.twice.push((source.to_owned(), epoch, numbers.clone()));
        }
        Ok(ledger)
        // endregion:ledger
    }

    /// Returns whether everything adds up.
    pub fn is_balanced(&self) -> bool {
        let missing = self.hops.iter().any(|hop| !hop.missing.is_empty());
        !missing && self.lost.is_empty() && self.twice.is_empty()
    }
}

fn read_sink(path: &Path, there: &mut Marks, twice: &mut Marks) -> Result<Stored> {
    // region:ledger Scan it; what is there already is there twice.
    let mut stored = Stored {
        path: path.to_owned(),
        records: 0,
        sources: 0,
        torn: 0,
    };
    let mut sources = BTreeSet::new();
    let end = sink::scan(path, 0, |origin, _| {
        stored.records += 1;
        if !sources.contains(&origin.source) {
            sources.insert(origin.source.clone());
        }
        let known = there.of(&origin.source, origin.epoch);
        match known.is_some_and(|numbers| numbers.contains(origin.sequence)) {
            true => twice.add(origin),
            false => there.add(origin),
        }
    })?;
    let length = std::fs::metadata(path)
        .map_err(Error::system("read", path))?
        .len();
    stored.torn = length - end;
    stored.sources = sources.len();
    Ok(stored)
    // endregion:ledger
}

impl fmt::Display for Hop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let dropped: u64 = self.dropped.values().sum();
        write!(
            f,
            "{}: {} {:016x}: {} taken = {} acknowledged + {dropped} dropped",
            self.path.display(),
            self.source,
            self.epoch,
            self.taken,
            self.acknowledged,
        )?;
        for (index, (reason, count)) in self.dropped.iter().enumerate() {
            write!(f, "{}{count} {reason}", if index == 0 { " (" } else { ", " })?;
        }
        let close = if self.dropped.is_empty() { "" } else { ")" };
        write!(f, "{close} + {} waiting", self.waiting)?;
        if self.released > 0 {
            write!(f, ", {} released", self.released)?;
        }
        match self.missing.is_empty() {
            true => f.write_str(": OK"),
            false => write!(f, ": unaccounted for: {}", self.missing),
        }
    }
}

impl fmt::Display for Ledger {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for hop in &self.hops {
            writeln!(f, "{hop}")?;
        }
        for sink in &self.sinks {
            let Stored {
                records,
                sources,
                torn,
                ..
            } = sink;
            write!(
                f,
                "{}: {records} stored from {sources} sources",
                sink.path.display()
            )?;
            match torn {
                0 => writeln!(f)?,
                _ => writeln!(f, "; the last {torn} bytes are no record")?,
            }
        }
        for (source, epoch, numbers) in &self.lost {
            writeln!(f, "{source} {epoch:016x}: acknowledged and nowhere: {numbers}")?;
        }
        for (source, epoch, numbers) in &self.twice {
            writeln!(f, "{source} {epoch:016x}: stored twice: {numbers}")?;
        }
        if self.nameless > 0 {
            writeln!(
                f,
                "relays have given up {} records without knowing whose",
                self.nameless
            )?;
        }
        f.write_str(if self.is_balanced() {
            "OK\n"
        } else {
            "NOT balanced\n"
        })
    }
}
