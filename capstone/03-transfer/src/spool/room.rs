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
        todo!(
            "room: If all numbers of the oldest segment are settled, it goes, whatever `settings.full` says: nothing is dropped. Else by what that says: Error::Full (the text of its `why` is yours), or the oldest segment is given up, for Reason::Bound."
        )
    }

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
        todo!(
            "spool: While all numbers of the oldest segment are settled, remove it (`remove`). The last one stays until it is as long as a segment may be and all of it is durable. Nothing is dropped by that, so the reason that `remove` gets does not matter."
        )
    }

    /// Gives up what waits in the oldest segment.
    #[expect(unused_variables, reason = "goes with the todo!")]
    fn drop_oldest(&mut self, reason: Reason) -> Result<()> {
        todo!(
            "room: Find the numbers of the oldest segment; the last one must be durable first. If there is a hook, read what of it waits (`unsettled`). Drop them in the book, and remove the segment (`remove`)."
        )
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
    #[expect(unused_variables, reason = "goes with the todo!")]
    pub(super) fn after_failed_write(&mut self, why: Error) -> Result<()> {
        todo!(
            "room: Cut what was written of it (set_len). If that fails, or it is not for want of room, the spool is broken. If there is more than one segment, and that is wished or all in the oldest is settled: give up the oldest for Reason::Disk and write again. Else the numbers that could not be written are dropped for Reason::Disk, what is before them made durable, `unsaid` set (the next sync fails too: somebody waits for it; any text will do), and Error::Full returned."
        )
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

    #[expect(unused_variables, reason = "goes with the todo!")]
    fn no_room(&mut self, why: Error) -> Result<()> {
        todo!(
            "room: The same for a segment that could not be begun: give up the oldest if that is wished and it is not the only one, or if all in it is settled (then also the only one, and whatever is wished); else return Error::Full."
        )
    }
}
