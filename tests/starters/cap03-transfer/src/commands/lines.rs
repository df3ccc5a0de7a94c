//! Lines of standard input, as many as are there at a time.

use std::io::{self, BufRead, BufReader, Read};

use transfer::spool::LONGEST;

/// The most lines that are made durable by one sync.
const MOST: usize = 1000;

/// Gives lines in groups: whoever writes one and waits gets it alone, whoever writes many shares the wait for the disk.
pub(crate) struct Lines<R> {
    reader: BufReader<R>,
}

impl<R: Read> Lines<R> {
    pub(crate) fn new(reader: R) -> Self {
        Self {
            reader: BufReader::with_capacity(256 << 10, reader),
        }
    }

    /// Waits for a line, and returns it with all that have come with it, each without its line feed; nothing at the end.
    pub(crate) fn next(&mut self) -> io::Result<Vec<Vec<u8>>> {
        let mut lines = Vec::new();
        loop {
            let mut line = Vec::new();
            // One byte more than a record may have: then the spool says that it is too long.
            let read = (&mut self.reader)
                .take(LONGEST as u64 + 2)
                .read_until(b'\n', &mut line)?;
            if read == 0 {
                return Ok(lines);
            }
            if line.last() == Some(&b'\n') {
                line.pop();
            }
            lines.push(line);
            if lines.len() == MOST || !self.reader.buffer().contains(&b'\n') {
                return Ok(lines);
            }
        }
    }
}
