//! Reading what waits.

use super::Spool;
use super::segment::{Next, Scan};
use crate::book::Reason;
use crate::error::Result;

/// A record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// Its number.
    pub sequence: u64,
    /// Its bytes.
    pub body: Vec<u8>,
}

/// How far somebody has read. There may be any number of them; each goes through what waits, in order.
#[derive(Debug, Default)]
pub struct Cursor {
    /// All below it was read.
    next: u64,
    scan: Option<Scan>,
}

impl Cursor {
    /// Begins again with the oldest that waits.
    pub fn rewind(&mut self) {
        *self = Self::default();
    }
}

impl Spool {
    /// Returns the next record that waits and is durable, or `None` if there is none yet. What is damaged is counted in the book and passed over.
    ///
    /// # Errors
    /// What the system does not do.
    #[expect(unused_variables, reason = "goes with the todo!")]
    pub fn read(&mut self, cursor: &mut Cursor) -> Result<Option<Record>> {
        todo!(
            "spool: Go from `cursor.next` to the first number that is not settled, and no further than what is durable. Find its segment, and its last number; use the scan of the cursor if it is in this segment and not behind the number. What the scan says is damaged, and what is missing at a segment's end, is noted (`damaged`)."
        )
    }

    fn damaged(&mut self, first: u64, last: u64) {
        if self.book.drop(first, last, Reason::Damaged) > 0 {
            self.changed();
        }
    }
}
