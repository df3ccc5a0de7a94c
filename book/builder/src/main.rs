//! The book's command line: `course-book build` and `course-book check`.

use std::fmt::Display;
use std::io::{self, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, Result};
use course_book::{Layout, build, check};
use lexopt::prelude::*;

const HELP: &str = "\
Builds the course's book, or proves that it holds.

usage: course-book build [--root DIR] [--out DIR]
       course-book check [--root DIR] [--out DIR]

build   typeset the book; needs no network and no installed tool
check   build it, follow every internal link, compile and run every Rust example, and look for files that no chapter uses

--root DIR  the course's folder (default: the first upwards that holds book/book.toml)
--out DIR   where the pages go (default: target/book in the course's folder)

exit status: 0 done, 1 failed, 2 wrong usage
";

/// What the command line asks for.
enum Command {
    Help,
    Version,
    Build(Folders),
    Check(Folders),
}

#[derive(Default)]
struct Folders {
    root: Option<PathBuf>,
    out: Option<PathBuf>,
}

fn main() -> ExitCode {
    let command = match parse(lexopt::Parser::from_env()) {
        Ok(command) => command,
        Err(error) => {
            eprintln!("course-book: {error}; see --help");
            return ExitCode::from(2);
        }
    };
    match run(command) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("course-book: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn parse(mut parser: lexopt::Parser) -> Result<Command, lexopt::Error> {
    let mut word = None;
    let mut folders = Folders::default();
    while let Some(argument) = parser.next()? {
        match argument {
            Short('h') | Long("help") => return Ok(Command::Help),
            Long("version") => return Ok(Command::Version),
            Long("root") => folders.root = Some(parser.value()?.into()),
            Long("out") => folders.out = Some(parser.value()?.into()),
            Value(value) if word.is_none() => word = Some(value.string()?),
            other => return Err(other.unexpected()),
        }
    }
    match word.as_deref() {
        Some("build") => Ok(Command::Build(folders)),
        Some("check") => Ok(Command::Check(folders)),
        Some(other) => Err(format!("unknown command `{other}`").into()),
        None => Err("say build or check".into()),
    }
}

/// Does what was asked for and tells whether the book holds.
fn run(command: Command) -> Result<bool> {
    match command {
        Command::Help => say(HELP.trim_end())?,
        Command::Version => say(concat!("course-book ", env!("CARGO_PKG_VERSION")))?,
        Command::Build(folders) => {
            let (layout, out) = folders.resolve()?;
            for warning in build(&layout, &out)? {
                eprintln!("course-book: {warning}");
            }
            say(out.join("index.html").display())?;
        }
        Command::Check(folders) => {
            let (layout, out) = folders.resolve()?;
            let report = check(&layout, &out)?;
            for fault in &report.faults {
                eprintln!("course-book: {fault}");
            }
            say(&report)?;
            return Ok(report.faults.is_empty());
        }
    }
    Ok(true)
}

/// Prints a line to stdout; a reader who has gone away has seen enough.
fn say(line: impl Display) -> Result<()> {
    match writeln!(io::stdout(), "{line}") {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        other => other.context("cannot write to standard output"),
    }
}

impl Folders {
    /// Fills in what the command line left open.
    fn resolve(self) -> Result<(Layout, PathBuf)> {
        let layout = match self.root {
            Some(root) => Layout::at(&root)?,
            None => Layout::find(&std::env::current_dir().context("cannot tell the current folder")?)?,
        };
        let out = self.out.unwrap_or_else(|| layout.default_out());
        Ok((layout, out))
    }
}
