//! What the program can do, and how it is told.

mod code;
mod put;
mod read;
mod span;
mod upkeep;

use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context, bail};
use lexopt::{Arg, Parser, ValueExt};
use store::{Location, Retention};

const HELP: &str = "\
usage: store encode | decode
       store put DB [--now MS]
       store series DB [HOST]
       store get DB HOST SERIES [--from MS] [--to MS]
       store range | rate DB HOST SERIES --step SPAN [--from MS] [--to MS]
       store top DB METRIC [--most N] [--from MS] [--to MS]
       store dump DB
       store compact | info | check DB
       store backup DB FILE
       store expire DB [--now MS] [--raw SPAN] [--minutes SPAN] [--hours SPAN]

Keeps series of samples in a database of SQLite, or of MariaDB if DB is
mysql://USER@HOST:PORT/DATABASE?password_file=FILE or mysql://USER@localhost/DATABASE?socket=FILE.

  encode        lines of TIME and VALUE become one chunk, in hexadecimal digits
  decode        the other way round
  put           stores samples, a JSON object a line; an empty line ends a batch, which is one
                transaction, and a line says what became of it when it is on the disk
  series        the series there are, and of which hosts
  get           the samples of a series, a line of TIME and VALUE each
  range, rate   the values of a series, or their growth a second, by steps: TIME MIN MAX AVG COUNT
  top           the hosts where a metric is highest in the mean
  dump          all samples, as `put` takes them
  compact       packs what is recent into chunks
  expire        deletes what is older than it is to be kept
  info          what there is, and what it costs
  check         whether the database is as it should be
  backup        a copy as of one moment, also while others write; FILE must not be there

SERIES is a name and its labels as `series` prints them, such as cpu.user{cpu=\"0\"}. Times are
milliseconds since 1970-01-01 UTC; a range ends before --to. A SPAN is a number and ms, s, m, h or d.

  --now MS      the time that it is, for tests; the clock's if not given
  --most N      how many hosts; 10 if not given
  --raw, --minutes, --hours SPAN
                how long samples, minutes and hours are kept: 15d, 90d, 730d if not given, and
                each no shorter than the one before
  --help, --version

Exit status: 0 if it is done, 1 if it failed or `check` found something, 2 for wrong usage.
";

/// What is to be done.
#[derive(Debug)]
pub(crate) enum Command {
    Help,
    Version,
    Encode,
    Decode,
    Put {
        db: Location,
        now_ms: Option<i64>,
    },
    Series {
        db: Location,
        host: Option<String>,
    },
    Get {
        db: Location,
        which: Which,
        range: Range,
    },
    Steps {
        db: Location,
        which: Which,
        range: Range,
        step: Duration,
        of: Of,
    },
    Top {
        db: Location,
        metric: String,
        most: usize,
        range: Range,
    },
    Dump {
        db: Location,
    },
    Compact {
        db: Location,
    },
    Expire {
        db: Location,
        now_ms: Option<i64>,
        retention: Retention,
    },
    Backup {
        db: Location,
        to: PathBuf,
    },
    Info {
        db: Location,
    },
    Check {
        db: Location,
    },
}

/// Names a series as people see it.
#[derive(Debug)]
pub(crate) struct Which {
    host: String,
    series: String,
}

/// From a time until before another, in milliseconds since 1970-01-01 UTC.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Range {
    from_ms: i64,
    to_ms: i64,
}

/// What is summed up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Of {
    Values,
    Growth,
}

/// What was given, before it is known whether it belongs together.
#[derive(Debug, Default)]
struct Given {
    words: Vec<String>,
    now_ms: Option<i64>,
    from_ms: Option<i64>,
    to_ms: Option<i64>,
    step: Option<Duration>,
    most: Option<usize>,
    raw: Option<Duration>,
    minutes: Option<Duration>,
    hours: Option<Duration>,
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
            Arg::Long("now") => given.now_ms = Some(parser.value()?.parse().context("--now")?),
            Arg::Long("from") => given.from_ms = Some(parser.value()?.parse().context("--from")?),
            Arg::Long("to") => given.to_ms = Some(parser.value()?.parse().context("--to")?),
            Arg::Long("most") => given.most = Some(parser.value()?.parse().context("--most")?),
            Arg::Long("step") => given.step = Some(span("--step", parser.value()?.string()?)?),
            Arg::Long("raw") => given.raw = Some(span("--raw", parser.value()?.string()?)?),
            Arg::Long("minutes") => given.minutes = Some(span("--minutes", parser.value()?.string()?)?),
            Arg::Long("hours") => given.hours = Some(span("--hours", parser.value()?.string()?)?),
            Arg::Value(word) => given.words.push(word.string()?),
            _ => return Err(arg.unexpected().into()),
        }
    }
    given.conclude()
}

fn span(option: &str, text: String) -> anyhow::Result<Duration> {
    span::parse(&text).with_context(|| format!("{option} {text:?}: no number and ms, s, m, h or d"))
}

impl Given {
    fn conclude(self) -> anyhow::Result<Command> {
        let words: Vec<_> = self.words.iter().map(String::as_str).collect();
        let command = words.first().copied().unwrap_or_default();
        self.only_what_belongs_to(command)?;
        let range = Range {
            from_ms: self.from_ms.unwrap_or(i64::MIN),
            to_ms: self.to_ms.unwrap_or(i64::MAX),
        };
        let location = |db: &str| db.parse::<Location>();
        let which = |host: &str, series: &str| Which {
            host: host.into(),
            series: series.into(),
        };
        Ok(match words[..] {
            [] => bail!("no command"),
            ["encode"] => Command::Encode,
            ["decode"] => Command::Decode,
            ["put", db] => Command::Put {
                db: location(db)?,
                now_ms: self.now_ms,
            },
            ["series", db] => Command::Series {
                db: location(db)?,
                host: None,
            },
            ["series", db, host] => Command::Series {
                db: location(db)?,
                host: Some(host.into()),
            },
            ["get", db, host, series] => Command::Get {
                db: location(db)?,
                which: which(host, series),
                range,
            },
            [of @ ("range" | "rate"), db, host, series] => Command::Steps {
                db: location(db)?,
                which: which(host, series),
                range,
                step: self.step.with_context(|| format!("{of}: --step is missing"))?,
                of: if of == "rate" { Of::Growth } else { Of::Values },
            },
            ["top", db, metric] => Command::Top {
                db: location(db)?,
                metric: metric.into(),
                most: self.most.unwrap_or(10),
                range,
            },
            ["dump", db] => Command::Dump { db: location(db)? },
            ["compact", db] => Command::Compact { db: location(db)? },
            ["backup", db, to] => Command::Backup {
                db: location(db)?,
                to: to.into(),
            },
            ["info", db] => Command::Info { db: location(db)? },
            ["check", db] => Command::Check { db: location(db)? },
            ["expire", db] => {
                let usual = Retention::default();
                let raw = self.raw.unwrap_or(usual.raw);
                let minutes = self.minutes.unwrap_or(usual.minutes.max(raw));
                let hours = self.hours.unwrap_or(usual.hours.max(minutes));
                if minutes < raw {
                    bail!("--minutes: shorter than samples are kept");
                }
                if hours < minutes {
                    bail!("--hours: shorter than minutes are kept");
                }
                Command::Expire {
                    db: location(db)?,
                    now_ms: self.now_ms,
                    retention: Retention { raw, minutes, hours },
                }
            }
            [
                word @ ("encode" | "decode" | "put" | "series" | "get" | "range" | "rate" | "top" | "dump"
                | "compact" | "info" | "backup" | "check" | "expire"),
                ..,
            ] => bail!("{word}: too many arguments, or too few"),
            [word, ..] => bail!("{word:?}: there is no such command"),
        })
    }

    fn only_what_belongs_to(&self, command: &str) -> anyhow::Result<()> {
        let range = ["get", "range", "rate", "top"].as_slice();
        let expire = ["expire"].as_slice();
        for (name, is_given, belongs_to) in [
            ("--now", self.now_ms.is_some(), ["put", "expire"].as_slice()),
            ("--from", self.from_ms.is_some(), range),
            ("--to", self.to_ms.is_some(), range),
            ("--step", self.step.is_some(), ["range", "rate"].as_slice()),
            ("--most", self.most.is_some(), ["top"].as_slice()),
            ("--raw", self.raw.is_some(), expire),
            ("--minutes", self.minutes.is_some(), expire),
            ("--hours", self.hours.is_some(), expire),
        ] {
            if is_given && !belongs_to.contains(&command) {
                bail!("{name}: only for {}", belongs_to.join(", "));
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
            Command::Version => print(concat!("store ", env!("CARGO_PKG_VERSION"), "\n"))?,
            Command::Encode => code::encode()?,
            Command::Decode => code::decode()?,
            Command::Put { db, now_ms } => put::run(&db, now_ms)?,
            Command::Series { db, host } => read::series(&db, host.as_deref())?,
            Command::Get { db, which, range } => read::get(&db, &which, range)?,
            Command::Steps {
                db,
                which,
                range,
                step,
                of,
            } => read::steps(&db, &which, range, step, of)?,
            Command::Top {
                db,
                metric,
                most,
                range,
            } => read::top(&db, &metric, most, range)?,
            Command::Dump { db } => read::dump(&db)?,
            Command::Compact { db } => upkeep::compact(&db)?,
            Command::Expire {
                db,
                now_ms,
                retention,
            } => upkeep::expire(&db, now_ms, &retention)?,
            Command::Backup { db, to } => store::backup(db, &to)?,
            Command::Info { db } => upkeep::info(&db)?,
            Command::Check { db } => return upkeep::check(&db),
        }
        Ok(ExitCode::SUCCESS)
    }
}

fn print(text: &str) -> anyhow::Result<()> {
    io::stdout().lock().write_all(text.as_bytes())?;
    Ok(())
}
