//! What the program can do, and how it is told.

mod feed;
mod judge;
mod notify;
mod replay;
mod why;

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use alarm::machine::{Input, State, next};
use alarm::{Rules, Time};
use anyhow::{Context, anyhow, bail};
use lexopt::{Arg, Parser, ValueExt};

const HELP: &str = "\
usage: alarm check RULES
       alarm judge RULES [--state FILE] [--json] < TRACE
       alarm replay RULES TRACE
       alarm why RULES TRACE --host HOST --rule RULE [--at TIME]
       alarm notify RECEIVERS < NOTIFICATIONS
       alarm machine [--dot]

Judges readings by rules, and tells receivers.

  check        says how each rule was understood, or what is wrong with the file
  judge        prints what follows from a trace, a line an event
    --state    goes on from what FILE keeps, and keeps all there while it runs
    --json     only notifications, a JSON object a line, as `notify` reads them
  replay       what rules would have said of a trace: a line a rule
  why          explains a rule on a host, at the end of a trace or at a time of it
  notify       delivers notifications, and says what became of them by receiver
  machine      prints the table of an alarm's states, or a picture of it for graphviz
  --help, --version

Exit status: 0 done; 1 something was wrong with a file or a line, or was not delivered; 2 wrong usage.
";

/// What is to be done.
#[derive(Debug)]
pub(crate) enum Command {
    Help,
    Version,
    Check {
        rules: PathBuf,
    },
    Judge {
        rules: PathBuf,
        state: Option<PathBuf>,
        json: bool,
    },
    Replay {
        rules: PathBuf,
        trace: PathBuf,
    },
    Why {
        rules: PathBuf,
        trace: PathBuf,
        host: String,
        rule: String,
        at: Option<Time>,
    },
    Notify {
        receivers: PathBuf,
    },
    Machine {
        dot: bool,
    },
}

/// What was given, before it is known whether it belongs together.
#[derive(Debug, Default)]
struct Given {
    state: Option<PathBuf>,
    json: bool,
    dot: bool,
    host: Option<String>,
    rule: Option<String>,
    at: Option<Time>,
    words: Vec<PathBuf>,
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
            Arg::Long("state") => given.state = Some(parser.value()?.into()),
            Arg::Long("json") => given.json = true,
            Arg::Long("dot") => given.dot = true,
            Arg::Long("host") => given.host = Some(parser.value()?.string()?),
            Arg::Long("rule") => given.rule = Some(parser.value()?.string()?),
            Arg::Long("at") => {
                let text = parser.value()?.string()?;
                given.at = Some(text.parse().map_err(|why: String| anyhow!("--at: {why}"))?);
            }
            Arg::Value(word) => given.words.push(word.into()),
            _ => return Err(arg.unexpected().into()),
        }
    }
    given.conclude()
}

impl Given {
    fn conclude(self) -> anyhow::Result<Command> {
        let mut words = self.words.into_iter();
        let command = words.next().context("a command is missing")?;
        let command = command.to_string_lossy().into_owned();
        let of = |option: &str, given: bool, command_of: &[&str]| match given
            && !command_of.contains(&command.as_str())
        {
            true => Err(anyhow!("{option}: not for {command}")),
            false => Ok(()),
        };
        of("--state", self.state.is_some(), &["judge"])?;
        of("--json", self.json, &["judge"])?;
        of("--dot", self.dot, &["machine"])?;
        of("--host", self.host.is_some(), &["why"])?;
        of("--rule", self.rule.is_some(), &["why"])?;
        of("--at", self.at.is_some(), &["why"])?;
        let mut file = |what: &str| {
            words
                .next()
                .with_context(|| format!("{command}: {what} is missing"))
        };
        let parsed = match command.as_str() {
            "check" => Command::Check {
                rules: file("RULES")?,
            },
            "judge" => Command::Judge {
                rules: file("RULES")?,
                state: self.state,
                json: self.json,
            },
            "replay" => Command::Replay {
                rules: file("RULES")?,
                trace: file("TRACE")?,
            },
            "why" => Command::Why {
                rules: file("RULES")?,
                trace: file("TRACE")?,
                host: self.host.context("why: --host is missing")?,
                rule: self.rule.context("why: --rule is missing")?,
                at: self.at,
            },
            "notify" => Command::Notify {
                receivers: file("RECEIVERS")?,
            },
            "machine" => Command::Machine { dot: self.dot },
            word => bail!("{word:?}: there is no such command"),
        };
        match words.next() {
            Some(word) => bail!("{}: one word too many", word.display()),
            None => Ok(parsed),
        }
    }
}

impl Command {
    /// Does it.
    ///
    /// # Errors
    /// What is wrong with a file; the output cannot be written.
    pub(crate) fn run(&self) -> anyhow::Result<ExitCode> {
        match self {
            Command::Help => print(HELP),
            Command::Version => print(concat!("alarm ", env!("CARGO_PKG_VERSION"), "\n")),
            Command::Check { rules } => match self::rules(rules)? {
                Some(rules) => print(
                    &rules
                        .all
                        .iter()
                        .map(|rule| format!("{rule}\n"))
                        .collect::<String>(),
                ),
                None => Ok(ExitCode::FAILURE),
            },
            Command::Judge { rules, state, json } => judge::run(rules, state.as_deref(), *json),
            Command::Replay { rules, trace } => replay::run(rules, trace),
            Command::Why {
                rules,
                trace,
                host,
                rule,
                at,
            } => why::run(rules, trace, host, rule, *at),
            Command::Notify { receivers } => notify::run(receivers),
            Command::Machine { dot: true } => print(&alarm::machine::diagram()),
            Command::Machine { dot: false } => print(&table()),
        }
    }
}

/// Writes the table of the machine as the machine goes by it: state, input and next state, with tabs between them.
fn table() -> String {
    let mut text = String::new();
    for state in State::ALL {
        for input in Input::ALL {
            if let Some(to) = next(state, input) {
                text += &format!("{state}\t{input}\t{to}\n");
            }
        }
    }
    text
}

/// Reads a file of rules; `None` if something was wrong with it, which was said then.
fn rules(path: &Path) -> anyhow::Result<Option<Arc<Rules>>> {
    match Rules::parse(path, &read(path)?) {
        Ok(rules) => Ok(Some(rules.into())),
        Err(faults) => {
            for fault in faults {
                eprintln!("alarm: {fault}");
            }
            Ok(None)
        }
    }
}

/// Reads a file of text.
fn read(path: &Path) -> anyhow::Result<String> {
    std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))
}

fn print(text: &str) -> anyhow::Result<ExitCode> {
    io::stdout().lock().write_all(text.as_bytes())?;
    Ok(ExitCode::SUCCESS)
}
