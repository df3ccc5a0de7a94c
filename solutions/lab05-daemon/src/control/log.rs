//! Whole lines in a file that may be renamed.

use std::fs::File;
use std::io::{self, Write as _};
use std::mem;
use std::os::fd::AsFd as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use rustix::process::Pid;

//~signals #[expect(unused_imports, reason = "`reopen` will use it")]
use super::descriptors::redirect_output;
use super::error::{Error, Result};
use super::service::Stream;
use crate::stamp::Stamp;

/// A line that is longer is written in pieces, as it comes: what has no end must not fill the memory.
const LONGEST: usize = 64 << 10;

// region:given/log
/// Takes the output of the command and writes whole lines of it, and the supervisor's own between them.
#[derive(Debug)]
pub struct Log {
    /// The name that stands in the supervisor's own lines.
    name: String,
    /// Where the file was, and will be when it is opened again. Without one it is standard error.
    //~signals #[expect(dead_code, reason = "`reopen` will use it")]
    path: Option<PathBuf>,
    file: File,
    /// Whether this process's own standard output and error go there too.
    is_output: bool,
    /// The beginnings of lines whose ends have not come yet, of standard output and of standard error.
    begun: [Vec<u8>; 2],
    /// Whether what was written last has no line feed: a piece of a line that is too long.
    torn: bool,
    /// Lines that could not be written since the last one that could.
    lost: usize,
}
// endregion:given/log

impl Log {
    /// Opens the log of `name`.
    ///
    /// # Errors
    /// When the file cannot be opened.
    pub fn open(name: &str, path: Option<&Path>) -> Result<Self> {
        let file = match path {
            Some(path) => open(path)?,
            None => io::stderr()
                .as_fd()
                .try_clone_to_owned()
                .map_err(Error::system("use standard error"))?
                .into(),
        };
        Ok(Self {
            name: name.to_owned(),
            path: path.map(Path::to_owned),
            file,
            is_output: false,
            begun: Default::default(),
            torn: false,
            lost: 0,
        })
    }

    /// The file.
    pub fn file(&self) -> &File {
        &self.file
    }

    /// Notes that this process's own output goes there too, and has to follow when it is opened again.
    pub fn is_output(&mut self) {
        self.is_output = true;
    }

    /// Writes a line of the supervisor's own, about the process `pid` if it is about one. It is a line of its own also in the middle of one
    /// that is written in pieces.
    pub fn say(&mut self, pid: Option<Pid>, what: &str) {
        let (now, name) = (Stamp::now(), &self.name);
        let before = if self.torn { "\n" } else { "" };
        let line = match pid {
            Some(pid) => format!("{before}{now} {name}[{pid}] {what}\n"),
            None => format!("{before}{now} {name} {what}\n"),
        };
        self.write(line.as_bytes());
    }

    /// Takes what the command has written, and writes the lines that are whole with it. Returns whether there are any.
    pub fn take(&mut self, stream: Stream, bytes: &[u8]) -> bool {
        // region:signals/take
        let begun = &mut self.begun[stream as usize];
        let whole = bytes.iter().rposition(|&byte| byte == b'\n').map(|at| at + 1);
        let end = match whole {
            Some(end) => end,
            None if begun.len() + bytes.len() > LONGEST => bytes.len(),
            None => 0,
        };
        begun.extend_from_slice(&bytes[..end]);
        let rest = bytes[end..].to_vec();
        if end > 0 {
            let lines = mem::take(begun);
            self.write(&lines);
        }
        self.begun[stream as usize].extend(rest);
        whole.is_some()
        //~ // Stage signals: keep what stands behind the last line feed until its end comes, for each stream.
        //~ let _ = (stream, LONGEST, &self.begun);
        //~ self.write(bytes);
        //~ bytes.contains(&b'\n')
        // endregion:signals/take
    }

    /// Writes what was begun and will not be ended any more, since the command has ended.
    pub fn finish(&mut self) {
        for begun in mem::take(&mut self.begun) {
            if !begun.is_empty() {
                self.write(&[&begun, &b"\n"[..]].concat());
            }
        }
        // The last piece of a line that is too long may have been all that was left of it.
        if self.torn {
            self.write(b"\n");
        }
    }

    /// Opens the file anew, since somebody may have renamed it. If that fails, everything goes on with the one that is open.
    pub fn reopen(&mut self) {
        // region:signals/reopen Open first and replace then. `begun` stays: the rest of such a line is to stand behind it, in the new file. The process's own output follows.
        let Some(path) = &self.path else { return };
        let redirected = open(path).and_then(|file| {
            if self.is_output {
                redirect_output(&file).map_err(Error::file("write to", path))?;
            }
            Ok(file)
        });
        match redirected {
            Ok(file) => self.file = file,
            Err(error) => self.say(None, &error.to_string()),
        }
        // endregion:signals/reopen
    }

    /// Writes whole lines, and pieces of those that are too long. A full disk must not end what the command does: what cannot be written is
    /// counted, and told when it can.
    fn write(&mut self, lines: &[u8]) {
        if self.lost > 0 {
            // The last line before may be torn.
            let note = format!("\n{} {} {} lines are lost\n", Stamp::now(), self.name, self.lost);
            if self.file.write_all(note.as_bytes()).is_ok() {
                self.lost = 0;
            }
        }
        self.torn = !lines.ends_with(b"\n");
        if self.lost > 0 || self.file.write_all(lines).is_err() {
            self.lost += lines.iter().filter(|&&byte| byte == b'\n').count();
        }
    }
}

fn open(path: &Path) -> Result<File> {
    File::options()
        .append(true)
        .create(true)
        .mode(0o640)
        .open(path)
        .map_err(Error::file("open", path))
}
