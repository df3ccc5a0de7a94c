//! What the program can do, and how it is told.

mod cost;
mod explain;
mod json;
mod print;

use std::{
    io::{self, Write},
    path::PathBuf,
    process::ExitCode,
    time::Duration,
};

use anyhow::{Context, bail};
use collect::{Collectors, Metric, Mysql, Nginx, Problem, metrics};
use lexopt::{Arg, Parser, ValueExt};

const HELP: &str = "\
usage: collect [OPTION…] [--metric PREFIX]… [--json | --prometheus] [--every MS [--rounds N]]
       collect explain [NAME] [OPTION…] [--json]
       collect cost [--rounds N] [OPTION…] [--json]

Says what a host says of itself, from the kernel's files. On a terminal it prints a table with
units; else a reading a line, as NAME{LABELS}, VALUE and UNIT with tabs between them.

  explain                all metrics that there are, also those that this host does not have
  explain NAME           what a metric is, where it is read, and its value now
  cost                   what a collection takes, collector by collector

  --root DIR             the folder that has the host's proc, etc and run in it; / if not given
  --nginx URL            asks this nginx for its stub_status: http://ADDRESS[:PORT]/PATH, or
                         http://unix:/SOCKET:/PATH
  --mysql FILE           asks the MySQL or MariaDB that this file says: user, password, and socket, or
                         host and port, below [client]
  --metric PREFIX        only metrics whose names begin with this; may be given more than once
  --json                 a JSON object a line
  --prometheus           Prometheus' text format
  --every MS             a collection each MS milliseconds, and an empty line behind each; a collector
                         that costs too much is left out for a while
  --rounds N             how many collections; no end if not given, and 100 for cost
  --help, --version

Exit status: 0 if all was read, 1 if something is there and could not be read, 2 for wrong usage.
What a host does not have is left out, and is no failure.
";

/// What is to be done.
#[derive(Debug)]
pub(crate) enum Command {
    Help,
    Version,
    Print {
        sources: Sources,
        prefixes: Vec<String>,
        format: Format,
        again: Option<Again>,
    },
    Explain {
        sources: Sources,
        metric: Option<&'static Metric>,
        format: Format,
    },
    Cost {
        sources: Sources,
        rounds: u32,
        format: Format,
    },
}

/// What is read.
#[derive(Debug)]
pub(crate) struct Sources {
    root: PathBuf,
    nginx: Option<Nginx>,
    mysql: Option<PathBuf>,
}

impl Sources {
    /// Makes the collectors.
    ///
    /// # Errors
    /// When the root is no folder: all files are absent below one that is not there, and nothing would be said. When the
    /// file of `--mysql` is not one.
    fn collectors(&self) -> anyhow::Result<Collectors> {
        std::fs::read_dir(&self.root)
            .with_context(|| format!("cannot read the root {}", self.root.display()))?;
        let mut collectors = Collectors::new(&self.root);
        if let Some(nginx) = &self.nginx {
            collectors = collectors.with_nginx(nginx.clone());
        }
        if let Some(file) = &self.mysql {
            collectors = collectors.with_mysql(Mysql::from_file(file)?);
        }
        Ok(collectors)
    }
}

/// How often readings are printed.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Again {
    /// From the beginning of one collection to that of the next.
    every: Duration,
    /// No end without it.
    rounds: Option<u32>,
}

/// Whom the output is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    People,
    Json,
    Prometheus,
}

/// What was given, before it is known whether it belongs together.
#[derive(Debug, Default)]
struct Given {
    root: Option<PathBuf>,
    nginx: Option<Nginx>,
    mysql: Option<PathBuf>,
    prefixes: Vec<String>,
    json: bool,
    prometheus: bool,
    rounds: Option<u32>,
    every: Option<u32>,
    words: Vec<String>,
}

/// Reads the arguments.
///
/// # Errors
/// Says what is wrong with them.
pub(crate) fn parse(mut parser: Parser) -> anyhow::Result<Command> {
    let mut given = Given::default();
    while let Some(arg) = parser.next()? {
        match arg {
            Arg::Short('h') | Arg::Long("help") => return Ok(Command::Help),
            Arg::Short('V') | Arg::Long("version") => return Ok(Command::Version),
            Arg::Long("root") => given.root = Some(parser.value()?.into()),
            Arg::Long("nginx") => {
                given.nginx = Some(Nginx::new(&parser.value()?.string()?).context("--nginx")?)
            }
            Arg::Long("mysql") => given.mysql = Some(parser.value()?.into()),
            Arg::Long("metric") => given.prefixes.push(prefix(parser.value()?.string()?)?),
            Arg::Long("json") => given.json = true,
            Arg::Long("prometheus") => given.prometheus = true,
            Arg::Long("rounds") => given.rounds = Some(parser.value()?.parse().context("--rounds")?),
            Arg::Long("every") => given.every = Some(parser.value()?.parse().context("--every")?),
            Arg::Value(word) => given.words.push(word.string()?),
            _ => return Err(arg.unexpected().into()),
        }
    }
    given.conclude()
}

impl Given {
    fn conclude(self) -> anyhow::Result<Command> {
        let words: Vec<_> = self.words.iter().map(String::as_str).collect();
        let format = match (self.json, self.prometheus) {
            (true, true) => bail!("--json and --prometheus: only one of them"),
            (true, false) => Format::Json,
            (false, true) if words.is_empty() => Format::Prometheus,
            (false, true) => bail!("--prometheus: only readings are printed so"),
            (false, false) => Format::People,
        };
        if !words.is_empty() && !self.prefixes.is_empty() {
            bail!("--metric: only readings are chosen so");
        }
        if self.every.is_some() && !words.is_empty() {
            bail!("--every: only readings are printed again");
        }
        if self.rounds.is_some() && self.every.is_none() && words != ["cost"] {
            bail!("--rounds: only with --every, and for cost");
        }
        if self.rounds == Some(0) {
            bail!("--rounds: at least 1");
        }
        if self.every == Some(0) {
            bail!("--every: at least 1");
        }
        let sources = Sources {
            root: self.root.unwrap_or_else(|| "/".into()),
            nginx: self.nginx,
            mysql: self.mysql,
        };
        match words[..] {
            [] => Ok(Command::Print {
                sources,
                prefixes: self.prefixes,
                format,
                again: self.every.map(|ms| Again {
                    every: Duration::from_millis(ms.into()),
                    rounds: self.rounds,
                }),
            }),
            ["explain", name] => Ok(Command::Explain {
                sources,
                metric: Some(metric(name)?),
                format,
            }),
            ["explain"] => Ok(Command::Explain {
                sources,
                metric: None,
                format,
            }),
            ["explain", ..] => bail!("explain: one NAME at most"),
            ["cost"] => Ok(Command::Cost {
                sources,
                rounds: self.rounds.unwrap_or(100),
                format,
            }),
            [word, ..] => bail!("{word:?}: there is no such command"),
        }
    }
}

/// Checks that a prefix is one of some metric. A slip of a finger would otherwise print nothing, and look like a host
/// that has nothing.
fn prefix(prefix: String) -> anyhow::Result<String> {
    if !metrics().any(|metric| metric.name.starts_with(&prefix)) {
        bail!("--metric {prefix:?}: no metric's name begins with this");
    }
    Ok(prefix)
}

/// Finds a metric, or says which there are.
fn metric(name: &str) -> anyhow::Result<&'static Metric> {
    if let Some(metric) = collect::metric(name) {
        return Ok(metric);
    }
    let group = name.split('.').next().unwrap_or(name);
    let like: Vec<_> = metrics()
        .map(|metric| metric.name)
        .filter(|known| known.split('.').next() == Some(group))
        .collect();
    match like[..] {
        [] => {
            let mut groups: Vec<_> = metrics()
                .filter_map(|metric| metric.name.split('.').next())
                .collect();
            groups.dedup();
            groups.sort_unstable();
            groups.dedup();
            bail!(
                "{name:?}: there is no such metric; their names begin with {}",
                groups.join(", ")
            )
        }
        _ => bail!("{name:?}: there is no such metric; there are {}", like.join(", ")),
    }
}

impl Command {
    /// Does it.
    ///
    /// # Errors
    /// When the output cannot be written.
    pub(crate) fn run(&self) -> anyhow::Result<ExitCode> {
        match self {
            Command::Help => print(HELP),
            Command::Version => print(concat!("collect ", env!("CARGO_PKG_VERSION"), "\n")),
            Command::Print {
                sources,
                prefixes,
                format,
                again,
            } => print::run(sources, prefixes, *format, *again),
            Command::Explain {
                sources,
                metric,
                format,
            } => explain::run(sources, *metric, *format),
            Command::Cost {
                sources,
                rounds,
                format,
            } => cost::run(sources, *rounds, *format),
        }
    }
}

fn print(text: &str) -> anyhow::Result<ExitCode> {
    io::stdout().lock().write_all(text.as_bytes())?;
    Ok(ExitCode::SUCCESS)
}

/// Says what could not be read, and returns the exit status for it.
fn conclude(problems: &[Problem]) -> ExitCode {
    for problem in problems {
        eprintln!("collect: {problem}");
    }
    if problems.is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}
