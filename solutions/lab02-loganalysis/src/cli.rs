//! The command line.

use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context, bail};
use lexopt::{Arg, Parser, ValueExt};
use loganalysis::{Filter, filter, follow, parallel, time};

/// What `--help` prints.
pub(crate) const HELP: &str = "\
Analyses nginx access logs, and looks at the files beneath them.

usage: loganalysis parse FILE
       loganalysis report [--top N] [--from TIME] [--to TIME] [--status 404|5xx] [--path REGEX]
                          [--threads N] [--json] FILE...
       loganalysis files [--json] FILE...
       loganalysis punch FILE --offset BYTES --length BYTES
       loganalysis sparse FILE --size BYTES
       loganalysis follow [--all] [--grace SECONDS] FILE
       loganalysis index FILE
       loganalysis seek [--lines N] [--offset] FILE TIME

  parse    prints every line of the log as a JSON object
  report   counts statuses, paths, clients and minutes; FILE may be `-` or gzip
  files    shows inode, links, size, blocks and holes
  punch    makes a hole in a file
  sparse   makes a file that is one hole
  follow   prints what is added to a log, through its rotations, until it is interrupted; a file that lost
           its name is read until nothing has come to it for 5 seconds, or --grace
  index    writes FILE.index, with which `seek` finds a time in a log that is not in order
  seek     prints a log from the first record at or after TIME on; --offset prints only where that is

TIME is 2026-11-23T20:47:48Z (any part after the day may be missing, +05:30 may stand for Z) or the form
of the log, 23/Nov/2026:20:47:48 +0000. BYTES is a number, with K, M or G for powers of 1024.
";

/// What to do.
#[derive(Debug)]
pub(crate) enum Command {
    Help,
    Version,
    Parse {
        file: PathBuf,
    },
    Report {
        files: Vec<PathBuf>,
        filter: Filter,
        top: usize,
        threads: usize,
        json: bool,
    },
    Files {
        files: Vec<PathBuf>,
        json: bool,
    },
    Punch {
        file: PathBuf,
        offset: u64,
        length: u64,
    },
    Sparse {
        file: PathBuf,
        size: u64,
    },
    Follow {
        file: PathBuf,
        all: bool,
        grace: Duration,
    },
    Index {
        file: PathBuf,
    },
    Seek {
        file: PathBuf,
        time: i64,
        lines: u64,
        offset: bool,
    },
}

/// Everything that any command understands; each takes out what is its own.
#[derive(Debug, Default)]
struct Given {
    values: Vec<OsString>,
    filter: Filter,
    top: Option<usize>,
    threads: Option<usize>,
    lines: Option<u64>,
    json: bool,
    all: bool,
    grace: Option<u64>,
    only_offset: bool,
    offset: Option<u64>,
    length: Option<u64>,
    size: Option<u64>,
}

/// Reads the arguments.
///
/// # Errors
/// Says what is wrong with them.
pub(crate) fn parse(args: impl IntoIterator<Item = OsString>) -> anyhow::Result<Command> {
    let mut parser = Parser::from_args(args);
    let name = match parser.next()? {
        Some(Arg::Value(name)) => name.to_string_lossy().into_owned(),
        Some(Arg::Long("help") | Arg::Short('h')) => return Ok(Command::Help),
        Some(Arg::Long("version") | Arg::Short('V')) => return Ok(Command::Version),
        Some(other) => return Err(other.unexpected().into()),
        None => bail!("a command is missing"),
    };
    let options: &[&str] = match name.as_str() {
        "parse" | "index" => &[],
        "report" => &["top", "from", "to", "status", "path", "threads", "json"],
        "files" => &["json"],
        "punch" => &["offset=", "length"],
        "sparse" => &["size"],
        "follow" => &["all", "grace"],
        "seek" => &["lines", "offset"],
        other => bail!("there is no command `{other}`"),
    };
    let mut given = Given::default();
    while let Some(arg) = parser.next()? {
        match arg {
            Arg::Long("help") | Arg::Short('h') => return Ok(Command::Help),
            Arg::Value(value) => given.values.push(value),
            Arg::Long(option) => {
                let option = option.to_owned();
                let known = options.iter().find(|known| known.trim_end_matches('=') == option);
                let Some(known) = known else {
                    bail!("`{name}` has no option `--{option}`");
                };
                given
                    .option(known, &mut parser)
                    .with_context(|| format!("--{option}"))?;
            }
            other => return Err(other.unexpected().into()),
        }
    }
    given.command(&name)
}

impl Given {
    fn option(&mut self, name: &str, parser: &mut Parser) -> anyhow::Result<()> {
        match name {
            "json" => self.json = true,
            "all" => self.all = true,
            "offset" => self.only_offset = true,
            "grace" => self.grace = Some(parser.value()?.parse()?),
            "top" => self.top = Some(parser.value()?.parse()?),
            "threads" => self.threads = Some(parser.value()?.parse()?),
            "lines" => self.lines = Some(parser.value()?.parse()?),
            "offset=" => self.offset = Some(bytes(&parser.value()?.string()?)?),
            "length" => self.length = Some(bytes(&parser.value()?.string()?)?),
            "size" => self.size = Some(bytes(&parser.value()?.string()?)?),
            "from" => self.filter.from = Some(time::parse_argument(&parser.value()?.string()?)?),
            "to" => self.filter.to = Some(time::parse_argument(&parser.value()?.string()?)?),
            "status" => self.filter.status = Some(parser.value()?.string()?.parse()?),
            "path" => self.filter.path = Some(filter::pattern(&parser.value()?.string()?)?),
            other => bail!("`--{other}` is not read"),
        }
        Ok(())
    }

    fn command(mut self, name: &str) -> anyhow::Result<Command> {
        Ok(match name {
            "parse" => Command::Parse { file: self.file()? },
            "report" => {
                if self.threads == Some(0) {
                    bail!("--threads: at least 1");
                }
                Command::Report {
                    files: self.files()?,
                    filter: self.filter,
                    top: self.top.unwrap_or(10),
                    threads: self.threads.unwrap_or_else(parallel::default_threads),
                    json: self.json,
                }
            }
            "files" => Command::Files {
                files: self.files()?,
                json: self.json,
            },
            "punch" => Command::Punch {
                file: self.file()?,
                offset: self.offset.context("--offset is missing")?,
                length: self.length.context("--length is missing")?,
            },
            "sparse" => Command::Sparse {
                file: self.file()?,
                size: self.size.context("--size is missing")?,
            },
            "follow" => Command::Follow {
                file: self.file()?,
                all: self.all,
                grace: self.grace.map_or(follow::GRACE, Duration::from_secs),
            },
            "index" => Command::Index { file: self.file()? },
            _ => {
                let time = if self.values.len() > 1 {
                    self.values.pop()
                } else {
                    None
                };
                let time = time.context("FILE or TIME is missing")?.string()?;
                Command::Seek {
                    time: time::parse_argument(&time)?,
                    file: self.file()?,
                    lines: self.lines.unwrap_or(u64::MAX),
                    offset: self.only_offset,
                }
            }
        })
    }

    fn files(&mut self) -> anyhow::Result<Vec<PathBuf>> {
        if self.values.is_empty() {
            bail!("FILE is missing");
        }
        Ok(self.values.drain(..).map(PathBuf::from).collect())
    }

    fn file(&mut self) -> anyhow::Result<PathBuf> {
        let mut files = self.files()?.into_iter();
        match (files.next(), files.next()) {
            (Some(file), None) => Ok(file),
            (_, Some(second)) => bail!("`{}` is one argument too many", second.display()),
            (None, None) => bail!("FILE is missing"),
        }
    }
}

/// Reads a number of bytes, with K, M or G for powers of 1024.
fn bytes(text: &str) -> anyhow::Result<u64> {
    let (digits, shift) = match text.as_bytes().last() {
        Some(b'K') => (&text[..text.len() - 1], 10),
        Some(b'M') => (&text[..text.len() - 1], 20),
        Some(b'G') => (&text[..text.len() - 1], 30),
        _ => (text, 0),
    };
    let number: u64 = digits
        .parse()
        .with_context(|| format!("`{text}` is no number of bytes"))?;
    number
        .checked_mul(1 << shift)
        .with_context(|| format!("`{text}` is too large"))
}
