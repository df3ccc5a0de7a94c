//! How a spool is kept, who it is, and who is told what.

use serde::{Deserialize, Serialize};

use super::Record;
use crate::book::Reason;
use crate::error::Result;

/// What happens when there is no room.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Full {
    /// The oldest segment is given up, and its records are counted.
    #[default]
    DropOldest,
    /// The new record is refused.
    Refuse,
}

/// How a spool is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Settings {
    /// The most bytes that its records may have on the disk.
    pub most: u64,
    /// At which size a segment is closed, in bytes.
    pub segment: u64,
    /// What happens when there is no room.
    pub full: Full,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            most: 64 << 20,
            segment: 1 << 20,
            full: Full::DropOldest,
        }
    }
}

/// Who a spool is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Identity {
    /// The name of its source.
    pub source: String,
    /// Which life of that source's numbers: drawn when the spool is made.
    pub epoch: u64,
    /// Whether its records are others', with their origins before them.
    pub relay: bool,
}

/// Is told before records are removed from the disk without being acknowledged.
pub type Hook = Box<dyn FnMut(&Removal<'_>) -> Result<()> + Send>;

/// What is about to be removed.
#[derive(Debug)]
pub struct Removal<'a> {
    /// The last number of the segment.
    pub last: u64,
    /// Those of its records that are given up, and why.
    pub dropped: &'a [Record],
    /// Why.
    pub reason: Reason,
}
