//! Where jobs come from: lines of a stream, or the files of a folder.

use std::fs;
use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::path::{Path, PathBuf};
use std::vec;

use rustix::fs::{FileType, fstat};
use rustix::io::ioctl_fionread;

use crate::pool::error::Error;
use crate::pool::job::{Id, Job, Malformed};

/// How much is read at once, in bytes.
const PIECE: usize = 16 << 10;

/// How long a line may be, in bytes.
const LONGEST: usize = 1 << 20;

/// What a source has next.
#[derive(Debug)]
pub enum Next {
    /// A job.
    Job(Job),
    /// A line that is none.
    Malformed {
        /// Which, from 1 on.
        line: u64,
        /// Why.
        why: Malformed,
    },
    /// Nothing yet: [`Source::fill`] once there is something to read.
    Wait,
    /// Nothing any more.
    End,
}

/// Where jobs come from.
#[derive(Debug)]
pub enum Source {
    /// Lines of JSON.
    Lines(Lines),
    /// Files, each of which is a job.
    Files(vec::IntoIter<PathBuf>),
}

/// Lines of a stream, of which no more is read than was asked for, a piece of 16 KiB apart.
#[derive(Debug)]
pub struct Lines {
    from: OwnedFd,
    /// How much may be read at once since it is known to be there, or to be no matter of waiting.
    there: u64,
    buffer: Vec<u8>,
    /// How much of the buffer is done with.
    used: usize,
    /// How much of the buffer holds no line feed, from `used` on.
    searched: usize,
    line: u64,
    /// Whether this line has been found too long already.
    skipping: bool,
    /// Whether nothing more will be read.
    ended: bool,
    /// Whether that was decided here: then the end of what was read need not be the end of a line.
    closed: bool,
}

impl Source {
    /// Makes a source of a stream.
    ///
    /// # Errors
    /// What fstat(2) says.
    pub fn lines(from: OwnedFd) -> Result<Self, Error> {
        let kind = FileType::from_raw_mode(fstat(&from).map_err(|errno| Error::Input(errno.into()))?.st_mode);
        // A file never lets anybody wait, and cannot be watched.
        let file = kind == FileType::RegularFile;
        Ok(Self::Lines(Lines {
            from,
            there: if file { u64::MAX } else { 0 },
            buffer: Vec::new(),
            used: 0,
            searched: 0,
            line: 0,
            skipping: false,
            ended: false,
            closed: false,
        }))
    }

    /// Makes a source of a folder: its regular files, in the order of their names.
    ///
    /// # Errors
    /// What opendir(3) or readdir(3) say.
    pub fn folder(path: &Path) -> Result<Self, Error> {
        let list = || -> io::Result<Vec<PathBuf>> {
            let mut files = Vec::new();
            for entry in fs::read_dir(path)? {
                let file = entry?.path();
                // What a link leads to counts. What is gone by now is no file.
                if fs::metadata(&file).is_ok_and(|found| found.is_file()) {
                    files.push(file);
                }
            }
            files.sort();
            Ok(files)
        };
        match list() {
            Ok(files) => Ok(Self::Files(files.into_iter())),
            Err(source) => Err(Error::Folder {
                path: path.to_owned(),
                source,
            }),
        }
    }

    /// Returns the descriptor to watch after [`Next::Wait`].
    pub fn descriptor(&self) -> Option<BorrowedFd<'_>> {
        match self {
            Self::Lines(lines) => Some(lines.from.as_fd()),
            Self::Files(_) => None,
        }
    }

    /// Reads once, which lets nobody wait when the descriptor is ready.
    ///
    /// # Errors
    /// What read(2) says.
    pub fn fill(&mut self) -> Result<(), Error> {
        match self {
            Self::Lines(lines) => lines.fill(PIECE),
            Self::Files(_) => Ok(()),
        }
    }

    /// Decides that what is there already is all that there is: from now on nobody waits for more.
    pub fn close(&mut self) {
        if let Self::Lines(lines) = self
            && !lines.ended
            && lines.there != u64::MAX
        {
            // Where the kernel cannot tell, nothing is there.
            lines.there = ioctl_fionread(&lines.from).unwrap_or(0);
            lines.ended = lines.there == 0;
            lines.closed = true;
        }
    }

    /// Returns what is next.
    ///
    /// # Errors
    /// What read(2) says.
    pub fn pull(&mut self) -> Result<Next, Error> {
        match self {
            Self::Lines(lines) => lines.next(),
            Self::Files(files) => Ok(files.next().map_or(Next::End, |path| {
                Next::Job(Job {
                    id: Id::new(&path.file_name().unwrap_or_default().to_string_lossy()),
                    args: vec![path.into()],
                    stdin: None,
                })
            })),
        }
    }
}

impl Lines {
    fn next(&mut self) -> Result<Next, Error> {
        loop {
            let rest = &self.buffer[self.used..];
            let end = rest[self.searched..].iter().position(|&byte| byte == b'\n');
            let (line, used) = match end {
                Some(at) => (&rest[..self.searched + at], self.searched + at + 1),
                // The last line may lack its line feed.
                None if self.ended && !self.closed && !rest.is_empty() => (rest, rest.len()),
                None if self.ended => return Ok(Next::End),
                None => {
                    self.searched = rest.len();
                    self.shorten();
                    if self.there == 0 {
                        return Ok(Next::Wait);
                    }
                    self.fill(PIECE.min(usize::try_from(self.there).unwrap_or(PIECE)))?;
                    continue;
                }
            };
            self.line += 1;
            let next = match Job::parse(line) {
                _ if self.skipping || line.len() > LONGEST => Some(Err(Malformed::Long(LONGEST))),
                _ if line.trim_ascii().is_empty() => None,
                parsed => Some(parsed),
            };
            self.used += used;
            self.searched = 0;
            self.skipping = false;
            match next {
                None => {}
                Some(Ok(job)) => return Ok(Next::Job(job)),
                Some(Err(why)) => return Ok(Next::Malformed { line: self.line, why }),
            }
        }
    }

    /// Forgets the beginning of a line that is too long: only its end is still of interest.
    fn shorten(&mut self) {
        if self.searched > LONGEST {
            self.buffer.clear();
            self.used = 0;
            self.searched = 0;
            self.skipping = true;
        }
    }

    fn fill(&mut self, most: usize) -> Result<(), Error> {
        self.buffer.drain(..self.used);
        self.used = 0;
        let old = self.buffer.len();
        self.buffer.resize(old + most, 0);
        let read = loop {
            match rustix::io::read(&self.from, &mut self.buffer[old..]) {
                Ok(read) => break read,
                Err(rustix::io::Errno::INTR) => {}
                // Somebody else has taken what was there. After `close` nobody waits for more.
                Err(rustix::io::Errno::AGAIN) => {
                    self.buffer.truncate(old);
                    self.there = 0;
                    self.ended = self.closed;
                    return Ok(());
                }
                Err(errno) => return Err(Error::Input(errno.into())),
            }
        };
        self.buffer.truncate(old + read);
        if self.there != u64::MAX {
            self.there = self.there.saturating_sub(read as u64);
        }
        self.ended = read == 0 || self.closed && self.there == 0;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Read as _, Write as _};

    use super::*;

    /// Tells what a source has until it waits or ends.
    fn drain(source: &mut Source) -> Vec<String> {
        let mut found = Vec::new();
        loop {
            match source.pull().expect("a pipe can be read") {
                Next::Job(job) => found.push(job.id.to_string()),
                Next::Malformed { line, .. } => found.push(format!("line {line}")),
                Next::Wait => {
                    found.push("wait".into());
                    return found;
                }
                Next::End => {
                    found.push("end".into());
                    return found;
                }
            }
        }
    }

    #[test]
    fn lines_come_as_they_are_written() {
        let (reader, mut writer) = io::pipe().expect("a pipe");
        let mut source = Source::lines(reader.into()).expect("a pipe");
        for (written, expected) in [
            ("{\"id\":", &["wait"][..]),
            ("1}\n\n{\"id\":2}\nx", &["1", "2", "wait"]),
            ("\n{\"id\":3}", &["line 4", "wait"]),
        ] {
            writer.write_all(written.as_bytes()).expect("room");
            source.fill().expect("a pipe can be read");
            assert_eq!(drain(&mut source), expected, "{written}");
        }
        drop(writer);
        source.fill().expect("a pipe can be read");
        assert_eq!(drain(&mut source), ["3", "end"]);
    }

    #[test]
    fn a_closed_source_has_what_was_there_already() {
        let (reader, mut writer) = io::pipe().expect("a pipe");
        let mut source = Source::lines(reader.into()).expect("a pipe");
        writer.write_all(b"{\"id\":1}\n{\"id\":2}\n{\"id").expect("room");
        source.close();
        writer.write_all(b"{\"id\":3}\n").expect("room");
        assert_eq!(drain(&mut source), ["1", "2", "end"]);
    }

    #[test]
    fn what_somebody_else_has_taken_is_not_waited_for() {
        let (reader, mut writer) = io::pipe().expect("a pipe");
        let mut other = reader.try_clone().expect("a descriptor");
        rustix::io::ioctl_fionbio(&reader, true).expect("a pipe has this flag");
        let mut source = Source::lines(reader.into()).expect("a pipe");
        writer.write_all(b"{\"id\":1}\n").expect("room");
        source.close();
        other.read_exact(&mut [0; 9]).expect("they are there");
        assert_eq!(drain(&mut source), ["end"]);
    }

    #[test]
    fn a_line_without_end_takes_no_memory() {
        let (reader, mut writer) = io::pipe().expect("a pipe");
        let mut source = Source::lines(reader.into()).expect("a pipe");
        for _ in 0..(3 * LONGEST / PIECE) {
            writer.write_all(&vec![b' '; PIECE]).expect("room");
            source.fill().expect("a pipe can be read");
            assert_eq!(drain(&mut source), ["wait"]);
        }
        let Source::Lines(lines) = &source else {
            unreachable!("made of a pipe")
        };
        assert!(lines.buffer.capacity() <= 4 * LONGEST);
        writer.write_all(b"\n{\"id\":1}\n").expect("room");
        source.fill().expect("a pipe can be read");
        assert_eq!(drain(&mut source), ["line 1", "1", "wait"]);
    }
}
