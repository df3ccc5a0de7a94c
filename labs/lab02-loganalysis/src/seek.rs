//! The first record at a time, found by reading kilobytes.

use std::fs::File;
use std::io;
use std::ops::ControlFlow;

use crate::index::Index;
use crate::layout::{Extent, Kind};
use crate::lines::{Line, Lines, Section};
use crate::record::Parser;

/// How much is read at once, in bytes: a file system's block.
pub const STEP: usize = 4 << 10;

/// A log to search in: its file, and where that has data.
#[derive(Debug)]
pub struct Log<'a> {
    file: &'a File,
    data: Vec<Extent>,
    size: u64,
}

impl<'a> Log<'a> {
    /// Makes a log of a file and what [`crate::layout::extents`] found in it.
    pub fn new(file: &'a File, mut extents: Vec<Extent>) -> Self {
        let size = extents.last().map_or(0, |extent| extent.end);
        extents.retain(|extent| extent.kind == Kind::Data);
        Self {
            file,
            data: extents,
            size,
        }
    }

    /// Returns the log's size in bytes.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Calls `each` with the lines that start from `start` on, where a line must start, and stops when it breaks. Holes are
    /// skipped, and end a line.
    ///
    /// # Errors
    /// What reading says, or `each`.
    pub fn for_each_line<T>(
        &self,
        start: u64,
        mut each: impl FnMut(Line<'_>) -> io::Result<ControlFlow<T>>,
    ) -> io::Result<Option<T>> {
        let first = self.data.partition_point(|extent| extent.end <= start);
        for extent in &self.data[first..] {
            let from = extent.start.max(start);
            let mut lines = Lines::new(Section::new(self.file, from, extent.end), STEP, from);
            while let Some(line) = lines.next()? {
                if let ControlFlow::Break(value) = each(line)? {
                    return Ok(Some(value));
                }
            }
        }
        Ok(None)
    }

    /// Finds where the first line starts whose record is of `target` (seconds since 1970) or later; the log's size when none is.
    ///
    /// With an index that holds for any log, and without one for a log whose times never go back.
    ///
    /// # Errors
    /// What reading says.
    pub fn first_at(&self, target: i64, index: Option<&Index>) -> io::Result<u64> {
        let mut searched = 0;
        if let Some(index) = index {
            let start = index.start_for(target)?;
            if let Some(found) = self.scan(start, index.covers(), target)? {
                return Ok(found);
            }
            searched = index.covers();
        }
        let start = self.bisect(searched, target)?;
        Ok(self.scan(start, self.size, target)?.unwrap_or(self.size))
    }

    /// Reads from `start` on for the first line, starting before `end`, with a record of `target` or later.
    fn scan(&self, start: u64, end: u64, target: i64) -> io::Result<Option<u64>> {
        let mut parser = Parser::default();
        let found = self.for_each_line(start, |line| {
            Ok(match time_of(&mut parser, line) {
                _ if line.start >= end => ControlFlow::Break(None),
                Some(time) if time >= target => ControlFlow::Break(Some(line.start)),
                _ => ControlFlow::Continue(()),
            })
        })?;
        Ok(found.flatten())
    }

    /// Returns a place from `low` on such that everything before it is earlier than `target`, and the record sought is not far.
    ///
    /// `low` must be where a line starts, and what is returned is.
    #[expect(unused_variables, reason = "goes with the todo!")]
    fn bisect(&self, low: u64, target: i64) -> io::Result<u64> {
        todo!(
            "index: Keep two bounds: all before `low` is earlier, all from `high` on is not; probe the first record behind the middle."
        )
    }
}

/// Returns the time of the first record in a line, in seconds since 1970.
pub fn time_of(parser: &mut Parser, line: Line<'_>) -> Option<i64> {
    let mut time = None;
    parser.each(line, |found| {
        if let Ok(record) = found {
            time = time.or(Some(record.time.unix));
        }
    });
    time
}
