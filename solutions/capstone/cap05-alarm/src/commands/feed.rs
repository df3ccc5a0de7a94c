use std::io::{self, BufRead, BufReader, Read};

use alarm::trace::{self, Input, LONGEST_LINE};
use alarm::{Event, Judge, Time};

/// Reads a trace line by line. What is wrong with a line is said, with its number, and the next one is read.
pub(crate) struct Feed<R> {
    from: R,
    name: String,
    number: usize,
    faults: usize,
}

impl<T: Read> Feed<BufReader<T>> {
    /// Says whether all lines that have come so far are read.
    pub(crate) fn is_drained(&self) -> bool {
        !self.from.buffer().contains(&b'\n')
    }
}

impl<R: BufRead> Feed<R> {
    /// Makes one; `name` is for messages.
    pub(crate) fn new(from: R, name: impl Into<String>) -> Self {
        Self {
            from,
            name: name.into(),
            number: 0,
            faults: 0,
        }
    }

    /// Returns the next that happened.
    ///
    /// # Errors
    /// It cannot be read.
    pub(crate) fn next(&mut self) -> io::Result<Option<(Time, Input)>> {
        while let Some(line) = self.line()? {
            match trace::line(&line) {
                Ok(Some(happened)) => return Ok(Some(happened)),
                Ok(None) => {}
                Err(why) => self.fault(&why),
            }
        }
        Ok(None)
    }

    /// Reads a line; of one that is longer than any may be, so much that it is known to be.
    fn line(&mut self) -> io::Result<Option<String>> {
        let mut line = Vec::new();
        let limit = u64::try_from(LONGEST_LINE).unwrap_or(u64::MAX) + 2;
        let read = io::Read::take(&mut self.from, limit).read_until(b'\n', &mut line)?;
        if read == 0 {
            return Ok(None);
        }
        self.number += 1;
        if line.last() != Some(&b'\n') {
            self.from.skip_until(b'\n')?;
        }
        Ok(Some(String::from_utf8_lossy(&line).into_owned()))
    }

    /// Says what is wrong with the line that was read last.
    pub(crate) fn fault(&mut self, why: &str) {
        self.faults += 1;
        eprintln!("alarm: {}, line {}: {why}", self.name, self.number);
    }

    /// Says whether nothing was wrong.
    pub(crate) fn is_clean(&self) -> bool {
        self.faults == 0
    }

    /// Feeds a judge with the next that happened, up to a time. Returns what follows, and the time and what happened; `None` at the end.
    ///
    /// # Errors
    /// It cannot be read.
    pub(crate) fn step(&mut self, judge: &mut Judge, until: Option<Time>) -> io::Result<Option<Vec<Event>>> {
        while let Some((time, input)) = self.next()? {
            if until.is_some_and(|until| time > until) {
                return Ok(None);
            }
            match judge.feed(time, input) {
                Ok(events) => return Ok(Some(events)),
                Err(why) => self.fault(&why.to_string()),
            }
        }
        Ok(None)
    }
}
