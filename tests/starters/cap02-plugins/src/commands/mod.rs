//! What the program can do, and how it is told.

mod check;
mod once;
mod output;
mod parse;
mod run;
mod serve;

use std::io::{self, Write};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context, anyhow, bail};
use daemon::duration;
use lexopt::{Arg, Parser, ValueExt};
use plugins::{Form, Name, schedule};

const HELP: &str = "\
usage: plugins parse FORM [FILE] [--name NAME] [--status N]
       plugins check PATH…
       plugins hash SCRIPT…
       plugins once MANIFEST
       plugins run DIR [--for TIME] [--at-once N] [--listen ADDR:PORT]

Reads, checks and runs monitoring scripts. Samples are printed a line each, as NAME{LABELS}, VALUE,
UNIT and KIND with tabs between them.

  parse                  what an output says; FORM is prometheus, pairs or nagios
  check                  manifests, or folders of *.plugin.toml: a line for each that is in order
  hash                   what a manifest has as sha256
  once                   runs one, prints what it says and what became of it
  run                    runs those of a folder at their times, until SIGTERM, and then prints the
                         page for Prometheus

  --name NAME            what the plug-in is called; stdin if not given
  --status N             its exit status, 0 to 3, for nagios; 0 if not given
  --for TIME             ends after TIME, such as 10s
  --at-once N            how many run at the same time; 4 if not given
  --listen ADDR:PORT     serves the page at http://ADDR:PORT/metrics, and prints none
  --help, --version

Exit status: 0 if all was in order, 1 if something was wrong, 2 for wrong usage.
";

/// What is to be done.
#[derive(Debug)]
pub(crate) enum Command {
    Help,
    Version,
    Parse {
        form: Form,
        file: Option<PathBuf>,
        name: Name,
        status: u8,
    },
    Check(Vec<PathBuf>),
    Hash(Vec<PathBuf>),
    Once(PathBuf),
    Run(run::Options),
}

/// What was given, before it is known whether it belongs together.
#[derive(Debug, Default)]
struct Given {
    words: Vec<PathBuf>,
    name: Option<String>,
    status: Option<u8>,
    time: Option<Duration>,
    at_once: Option<usize>,
    listen: Option<SocketAddr>,
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
            Arg::Long("name") => given.name = Some(parser.value()?.string()?),
            Arg::Long("status") => given.status = Some(parser.value()?.parse().context("--status")?),
            Arg::Long("for") => {
                let time = parser.value()?.string()?;
                given.time = Some(duration::parse(&time).context("--for")?);
            }
            Arg::Long("at-once") => given.at_once = Some(parser.value()?.parse().context("--at-once")?),
            Arg::Long("listen") => given.listen = Some(parser.value()?.parse().context("--listen")?),
            Arg::Value(word) => given.words.push(word.into()),
            _ => return Err(arg.unexpected().into()),
        }
    }
    given.conclude()
}

impl Given {
    fn conclude(mut self) -> anyhow::Result<Command> {
        if self.words.is_empty() {
            bail!("the command is missing");
        }
        let command = self.words.remove(0).into_os_string().string()?;
        self.check_options(&command)?;
        match command.as_str() {
            "parse" => self.parse(),
            "check" => Ok(Command::Check(self.some("PATH")?)),
            "hash" => Ok(Command::Hash(self.some("SCRIPT")?)),
            "once" => Ok(Command::Once(self.only("once: one MANIFEST")?)),
            "run" => Ok(Command::Run(run::Options {
                time: self.time,
                at_once: match self.at_once.unwrap_or(schedule::AT_ONCE) {
                    0 => bail!("--at-once: at least 1"),
                    at_once => at_once,
                },
                listen: self.listen,
                folder: self.only("run: one DIR")?,
            })),
            word => bail!("{word:?}: there is no such command"),
        }
    }

    /// Checks that options are given to those commands only that know them.
    fn check_options(&self, command: &str) -> anyhow::Result<()> {
        for (is_given, option, of) in [
            (self.name.is_some(), "--name", "parse"),
            (self.status.is_some(), "--status", "parse"),
            (self.time.is_some(), "--for", "run"),
            (self.at_once.is_some(), "--at-once", "run"),
            (self.listen.is_some(), "--listen", "run"),
        ] {
            if is_given && command != of {
                bail!("{option}: only with {of}");
            }
        }
        Ok(())
    }

    fn parse(mut self) -> anyhow::Result<Command> {
        if self.words.is_empty() {
            bail!("parse: FORM is missing");
        }
        let word = self.words.remove(0).into_os_string().string()?;
        let form = Form::from_name(&word);
        let form = form.with_context(|| format!("{word:?} is neither prometheus, pairs nor nagios"))?;
        let name = self.name.as_deref().unwrap_or("stdin");
        let name = Name::new(name).map_err(|what| anyhow!("--name: {what}"))?;
        let status = match self.status {
            Some(_) if form != Form::Nagios => bail!("--status: only of nagios"),
            Some(4..) => bail!("--status: 0 to 3"),
            status => status.unwrap_or(0),
        };
        let file = match self.words.len() {
            0 => None,
            _ => Some(self.only("parse: one FILE")?),
        };
        Ok(Command::Parse {
            form,
            file,
            name,
            status,
        })
    }

    /// Returns the words, one at least.
    fn some(self, what: &str) -> anyhow::Result<Vec<PathBuf>> {
        match self.words.is_empty() {
            true => bail!("{what} is missing"),
            false => Ok(self.words),
        }
    }

    /// Returns the only word.
    fn only(mut self, what: &str) -> anyhow::Result<PathBuf> {
        match self.words.pop() {
            Some(word) if self.words.is_empty() => Ok(word),
            _ => bail!("{what}, no more and no less"),
        }
    }
}

impl Command {
    /// Does it.
    ///
    /// # Errors
    /// What could not be done at all.
    pub(crate) fn run(&self) -> anyhow::Result<ExitCode> {
        match self {
            Command::Help => print(HELP),
            Command::Version => print(concat!("plugins ", env!("CARGO_PKG_VERSION"), "\n")),
            Command::Parse {
                form,
                file,
                name,
                status,
            } => parse::run(*form, file.as_deref(), name, *status),
            Command::Check(paths) => check::run(paths),
            Command::Hash(paths) => check::hash(paths),
            Command::Once(path) => once::run(path),
            Command::Run(options) => run::run(options),
        }
    }
}

fn print(text: &str) -> anyhow::Result<ExitCode> {
    io::stdout().lock().write_all(text.as_bytes())?;
    Ok(ExitCode::SUCCESS)
}
