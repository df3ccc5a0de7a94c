//! Making room: segments are begun, removed when all in them is settled, and given up when there is no room otherwise.

use std::fs::{self, File};

use super::folder::{Segment, segment_path};
use super::{Cursor, Full, Record, Removal, Spool};
use crate::book::Reason;
use crate::error::{Error, Result};
use crate::files;

impl Spool {
    /// Sees to it that a record of this size can be appended.
    pub(super) fn make_room(&mut self, size: u64) -> Result<()> {
        let most = self.settings.most;
        if size > most {
            // All the others would be dropped in vain.
            return Err(Error::Full {
                path: self.dir.clone(),
                why: format!("{most} bytes are all that it may have, and a record needs {size}"),
            });
        }
        while self.bytes() + size > most && !self.segments.is_empty() {
            self.shrink()?;
        }
        let limit = self.settings.segment.min(most / 4);
        let fits = |segment: &Segment| segment.bytes == 0 || segment.bytes + size <= limit;
        match self.segments.last_key_value() {
            Some((_, last)) if fits(last) => self.go_on(),
            _ => self.begin(),
        }
    }

    /// Makes the spool smaller by a segment, if it may.
    fn shrink(&mut self) -> Result<()> {
        // region:room If all numbers of the oldest segment are settled, it goes, whatever `settings.full` says: nothing is dropped. Else by what that says: Error::Full (the text of its `why` is yours), or the oldest segment is given up, for Reason::Bound.
        match self.settings.full {
            Full::Refuse if !self.oldest_is_settled() => Err(Error::Full {
                path: self.dir.clone(),
                why: format!("{} bytes are all that it may have", self.settings.most),
            }),
            _ => self.drop_oldest(Reason::Bound),
        }
        // endregion:room
    }

    // region:room
    /// Returns whether all numbers of the oldest segment are settled.
    fn oldest_is_settled(&self) -> bool {
        let mut firsts = self.segments.keys();
        let Some(&first) = firsts.next() else {
            return false;
        };
        let last = firsts.next().unwrap_or(&self.next) - 1;
        let settled = self.book.settled().around(first);
        settled.is_some_and(|(_, end)| end >= last)
    }
    // endregion:room

    /// Goes on with the last segment, also after opening.
    fn go_on(&mut self) -> Result<()> {
        if self.active.is_some() {
            return Ok(());
        }
        match self.segments.last_key_value() {
            Some((&first, last)) if last.bytes > 0 || first == self.next => {
                let file = File::options().append(true).open(&last.path);
                self.active = Some(file.map_err(Error::system("open", &last.path))?);
                Ok(())
            }
            _ => self.begin(),
        }
    }

    /// Begins a segment.
    fn begin(&mut self) -> Result<()> {
        self.flush()?;
        let path = segment_path(&self.dir, self.next);
        let file = loop {
            let file = File::options()
                .append(true)
                .create(true)
                .open(&path)
                .map_err(Error::system("make", &path));
            match file {
                Ok(file) => break file,
                Err(why) if why.is_no_room() => self.no_room(why)?,
                Err(why) => return Err(why),
            }
        };
        files::sync_folder(&self.dir)?;
        self.active = Some(file);
        self.segments.insert(self.next, Segment { path, bytes: 0 });
        Ok(())
    }

    /// Removes the segments of which all is settled. Before that the book is durable, or their numbers would be nowhere after a crash.
    pub(super) fn remove_settled(&mut self) -> Result<()> {
        // region:spool While all numbers of the oldest segment are settled, remove it (`remove`). The last one stays until it is as long as a segment may be and all of it is durable. Nothing is dropped by that, so the reason that `remove` gets does not matter.
        while let Some((&first, _)) = self.segments.first_key_value() {
            let after = self.segments.keys().nth(1).copied();
            // The last segment stays, unless it is as long as it may be: files are not made for each record.
            let (last, full) = match after {
                Some(after) => (after - 1, true),
                None => {
                    let limit = self.settings.segment.min(self.settings.most / 4);
                    (
                        self.durable,
                        self.bytes() >= limit && self.durable + 1 == self.next,
                    )
                }
            };
            let settled = self.book.settled().around(first);
            if !full || settled.is_none_or(|(_, end)| end < last) {
                return Ok(());
            }
            self.remove(first, last, &[], Reason::Bound)?;
        }
        Ok(())
        // endregion:spool
    }

    /// Gives up what waits in the oldest segment.
    fn drop_oldest(&mut self, reason: Reason) -> Result<()> {
        // region:room Find the numbers of the oldest segment; the last one must be durable first. If there is a hook, read what of it waits (`unsettled`). Drop them in the book, and remove the segment (`remove`).
        if self.segments.len() < 2 {
            self.flush()?;
        }
        let Some((&first, _)) = self.segments.first_key_value() else {
            return Ok(());
        };
        let last = self
            .segments
            .keys()
            .nth(1)
            .map_or(self.durable, |after| after - 1);
        let mut dropped = Vec::new();
        if self.hook.is_some() {
            dropped = self.unsettled(last)?;
        }
        self.book.drop(first, last, reason);
        self.remove(first, last, &dropped, reason)
        // endregion:room
    }

    /// Reads what waits up to a number.
    fn unsettled(&mut self, last: u64) -> Result<Vec<Record>> {
        let mut cursor = Cursor::default();
        let mut records = Vec::new();
        while let Some(record) = self.read(&mut cursor)? {
            if record.sequence > last {
                break;
            }
            records.push(record);
        }
        Ok(records)
    }

    fn remove(&mut self, first: u64, last: u64, dropped: &[Record], reason: Reason) -> Result<()> {
        if let Some(hook) = &mut self.hook {
            hook(&Removal {
                last,
                dropped,
                reason,
            })?;
        }
        self.save()?;
        if self.segments.len() == 1 {
            self.active = None;
        }
        if let Some(segment) = self.segments.remove(&first) {
            fs::remove_file(&segment.path).map_err(Error::system("remove", &segment.path))?;
        }
        Ok(())
    }

    /// What can be done about a write that failed: what was written of it is cut, and it is tried again when there is room. Otherwise the numbers of what
    /// could not be written are given up.
    pub(super) fn after_failed_write(&mut self, why: Error) -> Result<()> {
        // region:room Cut what was written of it (set_len). If that fails, or it is not for want of room, the spool is broken. If there is more than one segment, and that is wished or all in the oldest is settled: give up the oldest for Reason::Disk and write again. Else the numbers that could not be written are dropped for Reason::Disk, what is before them made durable, `unsaid` set (the next sync fails too: somebody waits for it; any text will do), and Error::Full returned.
        let no_room = why.is_no_room();
        let Some((&first, segment)) = self.segments.last_key_value() else {
            return Err(why);
        };
        let whole = segment.bytes - self.pending.len() as u64;
        let cut = self.active.as_ref().map(|file| file.set_len(whole));
        if !no_room || !matches!(cut, Some(Ok(()))) {
            self.broken = true;
            return Err(why);
        }
        let may_drop = self.settings.full == Full::DropOldest || self.oldest_is_settled();
        if may_drop && self.segments.len() > 1 {
            self.drop_oldest(Reason::Disk)?;
            return self.write();
        }
        // Only the newest are there, and there is no room for them.
        let lost = self.durable.max(first - 1) + 1;
        let lost = lost.max(self.written(whole)?);
        self.pending.clear();
        if let Some(segment) = self.segments.get_mut(&first) {
            segment.bytes = whole;
        }
        self.durable = self.durable.max(lost - 1);
        self.book.drop(lost, self.next - 1, Reason::Disk);
        self.unsaid = Some(why.to_string());
        self.durable = self.next - 1;
        // What is before them in the file may not be on the disk yet.
        if let Some(file) = &self.active {
            file.sync_data().map_err(Error::system("sync", &self.dir))?;
        }
        self.save()?;
        Err(Error::Full {
            path: self.dir.clone(),
            why: why.to_string(),
        })
        // endregion:room
    }

    /// Returns the number behind the last record that the file of the last segment holds.
    fn written(&self, whole: u64) -> Result<u64> {
        let Some((&first, segment)) = self.segments.last_key_value() else {
            return Ok(self.next);
        };
        let mut scan = super::segment::Scan::open(&segment.path, self.identity.epoch, first, u64::MAX)?;
        while scan.offset < whole {
            if let super::segment::Next::End { .. } = scan.next()? {
                break;
            }
        }
        Ok(scan.expected)
    }

    fn no_room(&mut self, why: Error) -> Result<()> {
        // region:room The same for a segment that could not be begun: give up the oldest if that is wished and it is not the only one, or if all in it is settled (then also the only one, and whatever is wished); else return Error::Full.
        let may_drop = self.settings.full == Full::DropOldest && self.segments.len() > 1;
        if may_drop || self.oldest_is_settled() {
            return self.drop_oldest(Reason::Disk);
        }
        Err(Error::Full {
            path: self.dir.clone(),
            why: why.to_string(),
        })
        // endregion:room
    }
}
