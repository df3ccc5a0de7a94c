use std::{
    fs::File,
    io::{self, ErrorKind, Read},
    path::{Path, PathBuf},
};

use crate::{Labels, Metric, Page, Problem, Reading};

/// Reads a host's files, one after the other into the same buffer.
#[derive(Debug)]
pub(crate) struct Host {
    root: PathBuf,
    buffer: Vec<u8>,
}

/// How much of a file was read in pieces.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Extent {
    /// There is no such file.
    Absent,
    /// All of it.
    Whole,
    /// Not all of it, which is a problem: what it adds up to is unknown.
    Cut,
}

/// Collects what one round finds.
#[derive(Debug)]
pub(crate) struct Round<'a> {
    pub(crate) readings: &'a mut Vec<Reading>,
    pub(crate) problems: Vec<Problem>,
}

impl Round<'_> {
    /// Adds a reading that is of no text.
    pub(crate) fn add(&mut self, metric: &'static Metric, labels: &Labels, value: f64) {
        self.readings.push(Reading {
            metric,
            labels: labels.clone(),
            value,
        });
    }
}

impl Host {
    /// The longest file that is read whole, in bytes: the mounts of a host with 10,000 containers have less.
    const LIMIT: usize = 4 << 20;

    /// The longest file that is read in pieces, in bytes: four hundred thousand connections.
    const LIMIT_OF_PIECES: usize = 64 << 20;

    /// What the buffer keeps from one round to the next.
    const KEPT: usize = 128 << 10;

    pub(crate) fn new(root: &Path) -> Host {
        Host {
            root: root.into(),
            buffer: Vec::new(),
        }
    }

    /// Returns where a path of the host is: below the root.
    pub(crate) fn path(&self, path: &str) -> PathBuf {
        self.root.join(path.trim_start_matches('/'))
    }

    /// Reads a file's text and gives it to a parser. A file that this host does not have is no problem.
    pub(crate) fn text(
        &mut self,
        file: &str,
        round: &mut Round<'_>,
        parse: impl FnOnce(&str, &mut Page<'_>),
    ) {
        let path = self.path(file);
        let Some(bytes) = read(&path, &mut self.buffer, round) else {
            return;
        };
        // Names of mounts and of processes are bytes; all else is ASCII.
        let text = String::from_utf8_lossy(bytes);
        let mut page = Page::new(round.readings);
        parse(&text, &mut page);
        let problem = page.problem(path);
        round.problems.extend(problem);
    }

    /// Reads a text that may be of any length, in pieces of whole lines; `parse` is told the number of a piece's first
    /// line, from 0.
    pub(crate) fn pieces(
        &mut self,
        file: &str,
        round: &mut Round<'_>,
        mut parse: impl FnMut(usize, &str, &mut Page<'_>),
    ) -> Extent {
        let path = self.path(file);
        let mut lines = 0;
        let mut page = Page::new(round.readings);
        let file = File::open(&path);
        let buffer = &mut self.buffer;
        let read = file.and_then(|file| {
            pieces(file, buffer, |piece| {
                parse(lines, &String::from_utf8_lossy(piece), &mut page);
                lines += piece.iter().filter(|byte| **byte == b'\n').count();
            })
        });
        let problem = page.problem(path.clone());
        round.problems.extend(problem);
        let problem = match read {
            Ok(length) if length <= Self::LIMIT_OF_PIECES => return Extent::Whole,
            Err(why) if is_absent(&why) => return Extent::Absent,
            Ok(_) => Problem::TooLong {
                path,
                limit: Self::LIMIT_OF_PIECES,
            },
            Err(why) => Problem::Read { path, why },
        };
        round.problems.push(problem);
        Extent::Cut
    }

    /// Gives back what one long file made the buffer grow by.
    pub(crate) fn shrink(&mut self) {
        self.buffer.truncate(Self::KEPT);
        self.buffer.shrink_to(Self::KEPT);
    }

    /// Reads a file that is no text.
    pub(crate) fn bytes(&mut self, file: &str, round: &mut Round<'_>) -> Option<&[u8]> {
        read(&self.path(file), &mut self.buffer, round)
    }
}

fn read<'a>(path: &Path, buffer: &'a mut Vec<u8>, round: &mut Round<'_>) -> Option<&'a [u8]> {
    match File::open(path).and_then(|file| fill(file, buffer)) {
        Ok(length) if length > Host::LIMIT => {
            round.problems.push(Problem::TooLong {
                path: path.into(),
                limit: Host::LIMIT,
            });
            None
        }
        Ok(length) => Some(&buffer[..length]),
        Err(why) if is_absent(&why) => None,
        Err(why) => {
            round.problems.push(Problem::Read {
                path: path.into(),
                why,
            });
            None
        }
    }
}

/// Reads a file into a buffer that only grows, to the limit and a byte, and returns its length.
#[expect(clippy::ptr_arg, reason = "it will grow")]
#[expect(unused_variables, unused_mut, reason = "goes with the todo!")]
fn fill(mut file: File, buffer: &mut Vec<u8>) -> io::Result<usize> {
    todo!(
        "counters: Read until a read returns nothing, or more than Host::LIMIT bytes are there. The buffer grows when it is nearly full; what it held before is overwritten."
    )
}

/// Reads a file to its end, or to the limit and some more, and gives out whole lines; a line that is longer than the
/// buffer is cut. Returns the length.
#[expect(clippy::ptr_arg, reason = "it will grow")]
#[expect(unused_variables, unused_mut, reason = "goes with the todo!")]
fn pieces(mut file: File, buffer: &mut Vec<u8>, mut give: impl FnMut(&[u8])) -> io::Result<usize> {
    todo!(
        "tables: Read behind what is left of the last piece, give out what ends with a line feed, move the rest to the front. The end of the file ends the last line."
    )
}

/// Tells what a host does not have from what cannot be read.
///
/// A kernel that has the files of `/proc/pressure` and was started without it refuses to read them. A process that ends
/// while its file is read is gone.
#[expect(unused_variables, reason = "goes with the todo!")]
pub(crate) fn is_absent(error: &io::Error) -> bool {
    todo!("counters: No such file, no such folder, not supported; and by number OPNOTSUPP, SRCH and NODEV.")
}
