//! Batches on the disk, and in memory as long as that takes none: the moment at which a disk is full is one of which the hub should hear.

use transfer::book::Reason;
use transfer::spool::{Cursor, Settings, Spool};

use super::{Batch, Memory, Place};

/// Batches in memory have numbers from here on. No spool comes so far.
const IN_MEMORY: u64 = 1 << 63;

pub(super) struct Disk {
    spool: Spool,
    cursor: Cursor,
    /// The oldest one, once it was read.
    front: Option<Batch>,
    /// Those that the disk has not taken.
    rest: Memory,
    /// How many had been given up when the agent started.
    dropped_before: u64,
    /// How many numbers the spool has given up that are, or were, in memory.
    rescued: u64,
    /// What was said last of what is wrong.
    said: String,
}

impl Disk {
    pub(super) fn open(place: &Place, most: u64) -> transfer::Result<Self> {
        let settings = Settings {
            most,
            ..Settings::default()
        };
        let spool = Spool::open(&place.folder, "agent", settings)?;
        Ok(Self {
            dropped_before: dropped(&spool),
            spool,
            cursor: Cursor::default(),
            front: None,
            rest: Memory {
                next: IN_MEMORY,
                ..Memory::default()
            },
            rescued: 0,
            said: String::new(),
        })
    }

    pub(super) fn push(&mut self, body: Vec<u8>) {
        let next = self.spool.next();
        let appended = self.spool.append(&body);
        // Also after a failure: what it says of that belongs to this one, and not to the next.
        let synced = self.spool.sync();
        match appended.and(synced) {
            Ok(_) => self.said.clear(),
            Err(why) => {
                // It has cost a number, if it came as far as that.
                self.rescued += self.spool.next() - next;
                self.rest.push(body);
                self.say(&why);
            }
        }
        if let Err(why) = self.spool.save_if_due() {
            self.say(&why);
        }
    }

    /// Returns the oldest on the disk, and if there is none, the oldest in memory.
    pub(super) fn peek(&mut self) -> Option<Batch> {
        let given_up = |batch: &Batch| self.spool.book().settled().contains(batch.number);
        if self.front.as_ref().is_none_or(given_up) {
            let read = self.spool.read(&mut self.cursor);
            let record = read.unwrap_or_else(|why| {
                self.say(&why);
                None
            });
            self.front = record.map(|record| Batch {
                number: record.sequence,
                body: record.body.into(),
            });
        }
        self.front.clone().or_else(|| self.rest.batches.front().cloned())
    }

    pub(super) fn done(&mut self, number: u64) {
        match number >= IN_MEMORY {
            true => self.rest.done(number),
            false => self.settle(number, None),
        }
    }

    pub(super) fn refused(&mut self, number: u64) {
        match number >= IN_MEMORY {
            true => self.rest.refused(number),
            false => self.settle(number, Some(Reason::Refused)),
        }
    }

    pub(super) fn dropped(&self) -> u64 {
        (dropped(&self.spool) - self.dropped_before).saturating_sub(self.rescued) + self.rest.dropped
    }

    pub(super) fn len(&self) -> u64 {
        self.spool.waiting().count() + self.rest.batches.len() as u64
    }

    fn settle(&mut self, number: u64, dropped: Option<Reason>) {
        let numbers = [number].into_iter().collect();
        let settled = match dropped {
            None => self.spool.acknowledge(&numbers),
            Some(reason) => self.spool.give_up(&numbers, reason).map(drop),
        };
        if let Err(why) = settled {
            self.say(&why);
        }
    }

    /// Says what is wrong: once, and not each time.
    fn say(&mut self, why: &transfer::Error) {
        let why = why.to_string();
        if self.said != why {
            eprintln!("muster-agent: {why}");
            self.said = why;
        }
    }
}

/// Returns how many a spool has given up. Numbers that a torn end may have held are none: no batch was known by them.
fn dropped(spool: &Spool) -> u64 {
    let counts = spool.book().counts();
    let lost = counts.iter().filter(|(reason, _)| **reason != Reason::Torn);
    lost.map(|(_, count)| count).sum()
}
