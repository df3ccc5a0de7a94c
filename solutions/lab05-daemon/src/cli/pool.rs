//! The command line of `pool`.

use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context as _, bail};
use daemon::pool::Settings;
use lexopt::{Arg, Parser, ValueExt as _};

/// Its part of `--help`.
pub(crate) const HELP: &str = "\
usage: daemon pool --workers N [--jobs DIR] [--time-limit MS] [--memory MIB] [--retries N] [--backoff MS]
                   [--max-crashes N] [--within MS] [--grace MS] -- CMD [ARG…]

Runs CMD for each job of standard input, and prints a result for each, as lines of JSON:
{\"id\":\"a\",\"args\":[\"x\"],\"stdin\":\"text\"} appends x to its arguments and gives it text to read.

  --workers N      jobs at a time, 1 to 256
  --jobs DIR       a job for each file of DIR, in the order of their names, whose path CMD gets as its last argument
  --time-limit MS  how long a try may take
  --memory MIB     how much address space its process may have
  --retries N      how often a job that failed, crashed or timed out is tried again; 0 if not given
  --backoff MS     how long after its first try; doubles with each; 100 if not given
  --max-crashes N  gives up after more crashes and failed starts than that…
  --within MS      …within this time, 10000 if not given
  --grace MS       from SIGTERM to SIGKILL, 5000 if not given

";

/// The most workers. Each has up to three pipes, and the usual limit is 1024 descriptors.
const MOST_WORKERS: usize = 256;

/// What it is told.
#[derive(Debug)]
pub(crate) struct Options {
    pub(crate) settings: Settings,
    /// The folder of jobs; without it they come from standard input.
    pub(crate) jobs: Option<PathBuf>,
}

/// Reads its arguments.
///
/// # Errors
/// Says what is wrong with them.
pub(crate) fn parse(parser: &mut Parser) -> anyhow::Result<Options> {
    let mut workers = None;
    let mut jobs = None;
    let mut settings = Settings {
        command: Vec::new(),
        workers: 0,
        time_limit: None,
        memory: None,
        retries: 0,
        backoff: Duration::from_millis(100),
        max_crashes: None,
        within: Duration::from_secs(10),
        grace: Duration::from_secs(5),
    };
    while let Some(arg) = parser.next()? {
        let name = match arg {
            Arg::Long(name) => name.to_owned(),
            Arg::Value(program) => {
                settings.command = command(program, parser)?;
                break;
            }
            other @ Arg::Short(_) => return Err(other.unexpected().into()),
        };
        match name.as_str() {
            "workers" => workers = Some(number(parser, &name)?),
            "jobs" => jobs = Some(parser.value().context("--jobs")?.into()),
            "time-limit" => settings.time_limit = Some(time(parser, &name)?),
            "memory" => settings.memory = Some(u64::from(number(parser, &name)?) << 20),
            "retries" => settings.retries = number(parser, &name)?,
            "backoff" => settings.backoff = time(parser, &name)?,
            "max-crashes" => settings.max_crashes = Some(number(parser, &name)? as usize),
            "within" => settings.within = time(parser, &name)?,
            "grace" => settings.grace = time(parser, &name)?,
            _ => bail!("--{name}: there is no such option"),
        }
    }
    settings.workers = match workers.context("--workers is missing")? as usize {
        workers @ 1..=MOST_WORKERS => workers,
        _ => bail!("--workers: 1 to {MOST_WORKERS}"),
    };
    if settings.command.is_empty() {
        bail!("CMD is missing");
    }
    Ok(Options { settings, jobs })
}

/// Reads CMD and everything behind it, which is not looked at: `daemon pool --workers 2 grep -c x` needs no `--` either.
fn command(program: OsString, parser: &mut Parser) -> anyhow::Result<Vec<OsString>> {
    let mut command = vec![program];
    command.extend(parser.raw_args()?);
    Ok(command)
}

fn number(parser: &mut Parser, name: &str) -> anyhow::Result<u32> {
    let value = parser.value().and_then(|value| value.parse());
    value.with_context(|| format!("--{name}"))
}

fn time(parser: &mut Parser, name: &str) -> anyhow::Result<Duration> {
    Ok(Duration::from_millis(number(parser, name)?.into()))
}
