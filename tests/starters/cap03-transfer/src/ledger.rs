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
    #[expect(unused_variables, reason = "goes with the todo!")]
    pub fn read<P: AsRef<Path>>(paths: &[P]) -> Result<Self> {
        todo!(
            "ledger: First the files, then the folders. Of a spool: lock it, read its book and all its records; what is neither settled nor whole is missing. Of a relay: its records that wait, and those it has dropped by name, count as there. What a source's book calls acknowledged, and is not there, is lost; that is asked only if there is a sink or a relay among them."
        )
    }

    /// Returns whether everything adds up.
    pub fn is_balanced(&self) -> bool {
        let missing = self.hops.iter().any(|hop| !hop.missing.is_empty());
        !missing && self.lost.is_empty() && self.twice.is_empty()
    }
}

#[expect(unused_variables, reason = "goes with the todo!")]
fn read_sink(path: &Path, there: &mut Marks, twice: &mut Marks) -> Result<Stored> {
    todo!("ledger: Scan it; what is there already is there twice.")
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
