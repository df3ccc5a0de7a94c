use std::{
    fmt::{self, Write},
    io,
    path::{Path, PathBuf},
};

/// Says what could not be read; the other readings of the same round are not touched by it.
///
/// A problem lasts as a rule, and comes again in each round: whoever writes a log tells what is new.
///
/// ```
/// let problem = collect::Problem::Line {
///     path: "/proc/loadavg".into(),
///     line: 1,
///     what: "\"x\" is not a number".into(),
///     more: 2,
/// };
/// assert_eq!(problem.to_string(), "/proc/loadavg, line 1: \"x\" is not a number (and 2 more)");
/// ```
#[derive(Debug, thiserror::Error)]
pub enum Problem {
    /// The file is there and cannot be read.
    #[error("cannot read {}: {why}", Shown(path))]
    Read {
        /// Which file, with the root.
        path: PathBuf,
        /// What the system says.
        why: io::Error,
    },
    /// The file is longer than any that a kernel makes.
    #[error("{} is longer than {limit} bytes", Shown(path))]
    TooLong {
        /// Which file, with the root.
        path: PathBuf,
        /// How many bytes are read at most.
        limit: usize,
    },
    /// A line is not what the kernel writes, or a service says; what other lines say was read.
    #[error("{}, line {line}: {what}{}", Shown(path), More(*more))]
    Line {
        /// Which file, with the root; or which service.
        path: PathBuf,
        /// Which line, from 1.
        line: usize,
        /// What is wrong with it.
        what: String,
        /// How many more faults the file has. A broken file makes one problem, not one for each of its lines.
        more: usize,
    },
    /// A service does not answer, or not as it should.
    #[error("{}: {what}", Shown(peer))]
    Service {
        /// Which, and where it was asked.
        peer: PathBuf,
        /// What is wrong with it.
        what: String,
    },
    /// A file that is no text is not what it should be.
    #[error("{}: {what}", Shown(path))]
    Record {
        /// Which file, with the root.
        path: PathBuf,
        /// What is wrong with it.
        what: String,
    },
}

struct More(usize);

impl fmt::Display for More {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            0 => Ok(()),
            more => write!(f, " (and {more} more)"),
        }
    }
}

/// Writes a path on one line of a bounded length: whoever mounts a file system chooses its name.
struct Shown<'a>(&'a Path);

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const LIMIT: usize = 200;
        let text = self.0.to_string_lossy();
        for char in text.chars().take(LIMIT) {
            match char {
                '\'' | '"' => f.write_char(char)?,
                _ => write!(f, "{}", char.escape_debug())?,
            }
        }
        f.write_str(if text.chars().nth(LIMIT).is_some() {
            "…"
        } else {
            ""
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_cannot_forge_a_line_of_a_log() {
        for (path, expected) in [
            ("/proc/stat".to_owned(), "/proc/stat".to_owned()),
            ("/mnt/it's \"é\"".to_owned(), "/mnt/it's \"é\"".to_owned()),
            (
                "/mnt/a\nb\u{1b}[2J\u{202e}".to_owned(),
                r"/mnt/a\nb\u{1b}[2J\u{202e}".to_owned(),
            ),
            ("x".repeat(1000), "x".repeat(200) + "…"),
        ] {
            assert_eq!(Shown(path.as_ref()).to_string(), expected);
        }
    }
}
