//! The command line of what controls a daemon: `start`, `stop`, `restart`, `reload`, `status`, `run`, `unit`.

use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context as _, bail};
use lexopt::{Arg, Parser, ValueExt as _};

/// Its part of `--help`.
pub(crate) const HELP: &str = "\
usage: daemon start --config FILE
       daemon stop|restart --config FILE [--timeout MS]
       daemon reload --config FILE
       daemon status --config FILE [--json]
       daemon run --config FILE
       daemon unit --config FILE

  start     leaves a daemon behind that runs and supervises a command, and ends when that is ready
  stop      stops it, and ends when it has ended
  restart   stop, then start
  reload    has the log opened again, and the command read its configuration
  status    says whether it is running: exit status 0 when it is, 1 when it died and left its pid file
            behind, 3 when it is not running, 4 when that cannot be found out
  run       supervises in the foreground
  unit      prints a unit that has systemd do it

  --config FILE   what is to be run, and how
  --timeout MS    how long to wait for the end, grace_ms and 5 seconds more if not given
  --json          one object on one line

";

/// What it is told.
#[derive(Debug)]
pub(crate) struct Options {
    pub(crate) action: Action,
    pub(crate) config: PathBuf,
    pub(crate) timeout: Option<Duration>,
    pub(crate) json: bool,
}

/// What to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Action {
    Start,
    Stop,
    Restart,
    Reload,
    Status,
    Run,
    Unit,
}

/// Reads its arguments.
///
/// # Errors
/// Says what is wrong with them.
pub(crate) fn parse(name: &str, parser: &mut Parser) -> anyhow::Result<Options> {
    let action = match name {
        "start" => Action::Start,
        "stop" => Action::Stop,
        "restart" => Action::Restart,
        "reload" => Action::Reload,
        "status" => Action::Status,
        "run" => Action::Run,
        "unit" => Action::Unit,
        _ => bail!("there is no command `{name}`"),
    };
    let mut config = None;
    let mut timeout = None;
    let mut json = false;
    while let Some(arg) = parser.next()? {
        match (arg, action) {
            (Arg::Long("config"), _) => config = Some(parser.value()?.into()),
            (Arg::Long("timeout"), Action::Stop | Action::Restart) => {
                let millis = parser.value()?.parse().context("--timeout")?;
                timeout = Some(Duration::from_millis(millis));
            }
            (Arg::Long("json"), Action::Status) => json = true,
            (other, _) => return Err(other.unexpected().into()),
        }
    }
    Ok(Options {
        action,
        config: config.context("--config FILE is missing")?,
        timeout,
        json,
    })
}
