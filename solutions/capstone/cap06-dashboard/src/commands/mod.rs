//! What the program can do, and how it is told.

mod query;
mod samples;
mod serve;

use std::io::{self, Write};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context, bail};
use lexopt::{Arg, Parser, ValueExt};

const HELP: &str = "\
usage: dashboard parse [EXPR]...
       dashboard query DB [--time T] [--json] EXPR...
       dashboard query DB --from T --to T --step S [--json] EXPR...
       dashboard serve DB --listen ADDR:PORT --token-file FILE [--users FILE] [--interval SPAN]

Shows what a store has: pages with live charts, a JSON interface, and what Prometheus and Grafana ask.

  parse   says how a query is understood: what it gives, and the query with all its brackets; without
          EXPR it reads lines, and says what is wrong with one behind `error`
  query   answers queries at a time (the present if none is given), or at the steps of a range
  serve   serves the pages until SIGTERM; prints `listening on ADDR:PORT` once it does

DB is a database of `store`. For `query` it may be -, and then samples come from standard input as `store
put` takes them. While it serves, samples that come from standard input are stored and shown; an empty
line ends a batch, and a line says what became of it. A line {\"alarms\":[...]} sets what /alarms shows.

T is seconds since 1970-01-01 UTC, or a date and a time as in RFC 3339; S is seconds, or a duration as in
queries, such as 1m30s; a SPAN is a number and ms, s or m.

  --json            answers as /api/v1/query gives them
  --listen ADDR     where to serve; port 0 takes one that is free
  --token-file FILE its first line is what one logs in with: 16 bytes or more
  --users FILE      who else may log in: lines of NAME, viewer or operator, and the SHA-256 of a token
  --interval SPAN   how often hosts report; one that is silent for three of it is down; 10s if not given
  --help, --version

Exit status: 0 if it is done, 1 if it failed or a query has no answer, 2 for wrong usage.
";

/// What is to be done.
#[derive(Debug)]
pub(crate) enum Command {
    Help,
    Version,
    Parse {
        queries: Vec<String>,
    },
    Query(query::Asked),
    Serve {
        db: PathBuf,
        listen: SocketAddr,
        token_file: PathBuf,
        users: Option<PathBuf>,
        interval: Duration,
    },
}

/// What was given, before it is known whether it belongs together.
#[derive(Debug, Default)]
struct Given {
    words: Vec<String>,
    is_json: bool,
    time: Option<String>,
    from: Option<String>,
    to: Option<String>,
    step: Option<String>,
    listen: Option<SocketAddr>,
    token_file: Option<PathBuf>,
    users: Option<PathBuf>,
    interval: Option<Duration>,
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
            Arg::Long("json") => given.is_json = true,
            Arg::Long("time") => given.time = Some(parser.value()?.string()?),
            Arg::Long("from") => given.from = Some(parser.value()?.string()?),
            Arg::Long("to") => given.to = Some(parser.value()?.string()?),
            Arg::Long("step") => given.step = Some(parser.value()?.string()?),
            Arg::Long("listen") => given.listen = Some(parser.value()?.parse().context("--listen")?),
            Arg::Long("token-file") => given.token_file = Some(parser.value()?.into()),
            Arg::Long("users") => given.users = Some(parser.value()?.into()),
            Arg::Long("interval") => given.interval = Some(span(&parser.value()?.string()?)?),
            Arg::Value(word) => given.words.push(word.string()?),
            _ => return Err(arg.unexpected().into()),
        }
    }
    given.conclude()
}

/// Reads a number with its unit.
fn span(text: &str) -> anyhow::Result<Duration> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let unit = match &text[digits..] {
        "ms" => 1,
        "s" => 1000,
        "m" => 60_000,
        _ => 0,
    };
    let ms = text[..digits]
        .parse::<u32>()
        .map_or(0, |count| u64::from(count) * unit);
    if ms == 0 {
        bail!("--interval {text:?}: no number and ms, s or m");
    }
    Ok(Duration::from_millis(ms))
}

impl Given {
    fn conclude(mut self) -> anyhow::Result<Command> {
        let mut words = std::mem::take(&mut self.words).into_iter();
        let command = words.next().unwrap_or_default();
        self.only_what_belongs_to(&command)?;
        match command.as_str() {
            "" => bail!("no command"),
            "parse" => Ok(Command::Parse {
                queries: words.collect(),
            }),
            "query" => {
                let db = words.next().context("query: no database")?;
                let queries: Vec<String> = words.collect();
                if queries.is_empty() {
                    bail!("query: no query");
                }
                let when = query::When::new(self.time, self.from, self.to, self.step)?;
                Ok(Command::Query(query::Asked {
                    db: db.into(),
                    when,
                    is_json: self.is_json,
                    queries,
                }))
            }
            "serve" => {
                let db = words.next().context("serve: no database")?;
                if words.next().is_some() {
                    bail!("serve: too many arguments");
                }
                Ok(Command::Serve {
                    db: db.into(),
                    listen: self.listen.context("serve: --listen is missing")?,
                    token_file: self.token_file.context("serve: --token-file is missing")?,
                    users: self.users,
                    interval: self.interval.unwrap_or(Duration::from_secs(10)),
                })
            }
            other => bail!("{other:?}: there is no such command"),
        }
    }

    fn only_what_belongs_to(&self, command: &str) -> anyhow::Result<()> {
        for (name, is_given, belongs_to) in [
            ("--json", self.is_json, "query"),
            ("--time", self.time.is_some(), "query"),
            ("--from", self.from.is_some(), "query"),
            ("--to", self.to.is_some(), "query"),
            ("--step", self.step.is_some(), "query"),
            ("--listen", self.listen.is_some(), "serve"),
            ("--token-file", self.token_file.is_some(), "serve"),
            ("--users", self.users.is_some(), "serve"),
            ("--interval", self.interval.is_some(), "serve"),
        ] {
            if is_given && command != belongs_to {
                bail!("{name}: only for {belongs_to}");
            }
        }
        Ok(())
    }
}

impl Command {
    /// Does it.
    ///
    /// # Errors
    /// What keeps it from being done.
    pub(crate) fn run(self) -> anyhow::Result<ExitCode> {
        match self {
            Command::Help => print(HELP)?,
            Command::Version => print(concat!("dashboard ", env!("CARGO_PKG_VERSION"), "\n"))?,
            Command::Parse { queries } => return query::explain(queries),
            Command::Query(asked) => return asked.answer(),
            Command::Serve {
                db,
                listen,
                token_file,
                users,
                interval,
            } => serve::run(&db, listen, &token_file, users.as_deref(), interval)?,
        }
        Ok(ExitCode::SUCCESS)
    }
}

fn print(text: &str) -> anyhow::Result<()> {
    io::stdout().lock().write_all(text.as_bytes())?;
    Ok(())
}
