//! All mappings of one process, with what they are for.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use rustix::io::Errno;

use crate::layout::{Kind, Mapping, classify, parse, stack_pointer};

/// Why there is nothing to show.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// There is no such process, or there was one until just now.
    #[error("process {0}: no such process")]
    Gone(u32),
    /// It belongs to somebody else.
    #[error("process {0}: permission denied")]
    Denied(u32),
    /// It is part of the kernel, or has ended and was not waited for.
    #[error("process {0}: has no memory: it is a thread of the kernel, or a zombie")]
    NoMemory(u32),
    /// Anything else.
    #[error("process {pid}: cannot read {}", path.display())]
    Read {
        /// The process.
        pid: u32,
        /// What could not be read.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
}

// region:given/layout
/// The memory of a process.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Layout {
    /// Its mappings, in the order of addresses.
    pub rows: Vec<Row>,
}

/// A mapping, and what it is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// The mapping.
    pub mapping: Mapping,
    /// What it is for.
    pub kind: Kind,
}

/// What the mappings of a kind come to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Sum {
    /// How many there are.
    pub mappings: u64,
    /// Addresses, in KiB.
    pub size_kib: u64,
    /// Memory, in KiB.
    pub rss_kib: u64,
    /// This process's share of it, in KiB.
    pub pss_kib: u64,
}

/// Where an address is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place<'a> {
    /// The mapping that has it.
    pub row: &'a Row,
    /// How far from the mapping's first address, in bytes.
    pub offset: u64,
    /// How far from the file's first byte, if there is a file.
    pub file_offset: Option<u64>,
}
// endregion:given/layout

impl Layout {
    /// Reads what `proc`, usually `/proc`, says of a process.
    ///
    /// # Errors
    /// [`Error`], with the process.
    pub fn read(proc: &Path, pid: u32) -> Result<Self, Error> {
        let folder = proc.join(pid.to_string());
        let path = folder.join("smaps");
        let bytes = fs::read(&path).map_err(|source| match source.kind() {
            io::ErrorKind::NotFound => Error::Gone(pid),
            io::ErrorKind::PermissionDenied => Error::Denied(pid),
            _ if source.raw_os_error() == Some(Errno::SRCH.raw_os_error()) => Error::Gone(pid),
            _ => Error::Read { pid, path, source },
        })?;
        let mappings = parse(&String::from_utf8_lossy(&bytes));
        if mappings.is_empty() {
            return Err(Error::NoMemory(pid));
        }
        let kinds = classify(&mappings, &stacks(&folder.join("task")));
        let row = |(mapping, kind)| Row { mapping, kind };
        Ok(Self {
            rows: mappings.into_iter().zip(kinds).map(row).collect(),
        })
    }

    /// Finds the mapping that has `address`.
    pub fn find(&self, address: u64) -> Option<Place<'_>> {
        // region:layout/find The file's offset is that of the mapping's beginning, and so much more. Without a file there is none.
        let row = self.rows.iter().find(|row| row.mapping.contains(address))?;
        let offset = address - row.mapping.start;
        let has_file = row.mapping.name.starts_with('/');
        Some(Place {
            row,
            offset,
            file_offset: has_file.then_some(row.mapping.offset + offset),
        })
        // endregion:layout/find
    }

    /// Adds up the mappings of each kind, all thread stacks together, in the order of [`Kind`]. Kinds that do not occur are left out.
    pub fn sums(&self) -> Vec<(&'static str, Sum)> {
        // region:layout/sums Sort by kind, then add up what has the same name.
        let mut rows: Vec<&Row> = self.rows.iter().collect();
        rows.sort_by_key(|row| row.kind);
        rows.chunk_by(|one, other| one.kind.name() == other.kind.name())
            .map(|rows| (rows[0].kind.name(), Sum::of(rows.iter().copied())))
            .collect()
        // endregion:layout/sums
    }

    /// Adds up all mappings.
    pub fn total(&self) -> Sum {
        Sum::of(&self.rows)
    }
}

impl Sum {
    fn of<'a>(rows: impl IntoIterator<Item = &'a Row>) -> Self {
        rows.into_iter()
            .fold(Self::default(), |sum, Row { mapping, .. }| Self {
                mappings: sum.mappings + 1,
                size_kib: sum.size_kib + mapping.size_kib(),
                rss_kib: sum.rss_kib + mapping.rss_kib,
                pss_kib: sum.pss_kib + mapping.pss_kib,
            })
    }
}

/// Lists the threads with their stack pointers, as far as they can be seen: it takes the right to trace the process, and a thread that
/// runs has none to tell.
fn stacks(tasks: &Path) -> Vec<(u32, u64)> {
    let mut stacks: Vec<(u32, u64)> = fs::read_dir(tasks)
        .into_iter()
        .flatten()
        .filter_map(|task| {
            let task = task.ok()?;
            let tid = task.file_name().to_str()?.parse().ok()?;
            let text = fs::read_to_string(task.path().join("syscall")).ok()?;
            Some((tid, stack_pointer(&text)?))
        })
        .collect();
    stacks.sort_unstable();
    stacks
}
