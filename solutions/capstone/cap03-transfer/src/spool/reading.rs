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
    pub fn read(&mut self, cursor: &mut Cursor) -> Result<Option<Record>> {
        // region:spool Go from `cursor.next` to the first number that is not settled, and no further than what is durable. Find its segment, and its last number; use the scan of the cursor if it is in this segment and not behind the number. What the scan says is damaged, and what is missing at a segment's end, is noted (`damaged`).
        loop {
            cursor.next = cursor.next.max(1);
            if let Some((_, last)) = self.book.settled().around(cursor.next) {
                cursor.next = last + 1;
            }
            if cursor.next > self.durable {
                return Ok(None);
            }
            // Its segment, and the last number in it.
            let Some((&first, segment)) = self.segments.range(..=cursor.next).next_back() else {
                let last = self
                    .segments
                    .keys()
                    .next()
                    .map_or(self.durable, |first| first - 1);
                self.damaged(cursor.next, last);
                continue;
            };
            let after = self
                .segments
                .range(cursor.next + 1..)
                .next()
                .map(|(&next, _)| next);
            let last = after.map_or(self.durable, |next| next - 1);
            let scan = match &mut cursor.scan {
                Some(scan) if scan.first() == first && scan.expected <= cursor.next => {
                    scan.grow_to(last);
                    scan
                }
                scan => scan.insert(Scan::open(&segment.path, self.identity.epoch, first, last)?),
            };
            match scan.next()? {
                Next::Record { sequence, .. } if sequence < cursor.next => {}
                Next::Record { sequence, body } => {
                    cursor.next = sequence + 1;
                    return Ok(Some(Record { sequence, body }));
                }
                Next::Damaged { first, last } => self.damaged(first, last),
                Next::End { .. } => {
                    self.damaged(cursor.next, last);
                    cursor.scan = None;
                }
            }
        }
        // endregion:spool
    }

    fn damaged(&mut self, first: u64, last: u64) {
        if self.book.drop(first, last, Reason::Damaged) > 0 {
            self.changed();
        }
    }
}
