//! The commands `init`, `add-host` and `add-hub`.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context as _, bail};
use daemon::duration;
use lexopt::{Arg, Parser, ValueExt as _};
use muster::init::{self, Settings};

use super::{Run, help, operator, output};

const HELP: &str = "\
usage: muster init DIR [OPTION…]
Makes a new fleet in DIR: an authority, the hub's files in DIR/hub, and the operator's own.
  --listen ADDR:PORT     where agents and operators connect to the hub (127.0.0.1:7400)
  --dashboard ADDR:PORT  where its pages are (127.0.0.1:7401)
  --hub HOST:PORT        how others reach it, if that is not what --listen says
  --interval TIME        how often agents report (10s)
";

const ADD_HOST_HELP: &str = "\
usage: muster [--dir DIR] add-host NAMES [--hub HOST:PORT]
Makes the files of an agent for each name, in DIR/agents/NAME. NAMES is web01, or web[01-20],db1.
  --hub HOST:PORT        it reports there, and not to the hub that muster.toml names: to one that stands in front of that
";

const ADD_HUB_HELP: &str = "\
usage: muster [--dir DIR] add-hub NAME [OPTION…]
Makes the files of a hub that stands in front of the fleet's own, in DIR/hubs/NAME: it keeps what its agents report until that one has it.
  --listen ADDR:PORT     where its agents connect (127.0.0.1:7402)
  --dashboard ADDR:PORT  where its pages are (127.0.0.1:7403)
  --interval TIME        how often its agents report (10s)
";

/// Reads the options of `init`.
///
/// # Errors
/// Says what is wrong with them.
pub(crate) fn parse(parser: &mut Parser) -> anyhow::Result<Run> {
    let mut listen = SocketAddr::from(([127, 0, 0, 1], 7400));
    let mut dashboard = SocketAddr::from(([127, 0, 0, 1], 7401));
    let (mut dir, mut hub, mut interval) = (None::<PathBuf>, None, Duration::from_secs(10));
    while let Some(arg) = parser.next()? {
        match arg {
            Arg::Long("listen") => listen = parser.value()?.parse().context("--listen")?,
            Arg::Long("dashboard") => dashboard = parser.value()?.parse().context("--dashboard")?,
            Arg::Long("hub") => hub = Some(parser.value()?.string().context("--hub")?),
            Arg::Long("interval") => {
                interval = duration::parse(&parser.value()?.string()?).context("--interval")?;
                if interval.is_zero() {
                    bail!("--interval: it must be longer than nothing");
                }
            }
            Arg::Long("help") => return Ok(help(HELP)),
            Arg::Value(value) if dir.is_none() => dir = Some(value.into()),
            other => return Err(other.unexpected().into()),
        }
    }
    let dir = dir.context("init: DIR is missing")?;
    if hub.is_none() && listen.ip().is_unspecified() {
        bail!("init: --listen {listen} is no address to connect to: give --hub HOST:PORT, too");
    }
    let hub = hub.unwrap_or_else(|| listen.to_string());
    let settings = Settings {
        listen,
        dashboard,
        hub,
        interval,
    };
    Ok(Box::new(move || {
        init::init(&dir, &settings)?;
        let dir = dir.display();
        output::print(&format!(
            "made {dir}: its authority, the hub's files and the operator's\n\
             next: muster --dir {dir} add-host NAMES\n\
             then: muster-hub --config {dir}/hub/hub.toml\n\
             and on each host: muster-agent --config {dir}/agents/NAME/agent.toml\n"
        ))?;
        Ok(ExitCode::SUCCESS)
    }))
}

const ADD_OPERATOR_HELP: &str = "\
usage: muster [--dir DIR] add-operator NAMES
Makes the files of another operator for each name, in DIR/operators/NAME: `muster --dir DIR/operators/NAME` is that operator.
";

/// Whose files are made.
#[derive(Clone, Copy)]
pub(crate) enum Whom {
    /// A host's agent.
    Host,
    /// An operator.
    Operator,
}

/// Reads the options of `add-host` and `add-operator`.
///
/// # Errors
/// Says what is wrong with them.
pub(crate) fn parse_add(whom: Whom, dir: &Path, parser: &mut Parser) -> anyhow::Result<Run> {
    let (command, text) = match whom {
        Whom::Host => ("add-host", ADD_HOST_HELP),
        Whom::Operator => ("add-operator", ADD_OPERATOR_HELP),
    };
    let (mut names, mut hub) = (None, None);
    while let Some(arg) = parser.next()? {
        match arg {
            Arg::Long("help") => return Ok(help(text)),
            Arg::Long("hub") if matches!(whom, Whom::Host) => {
                hub = Some(parser.value()?.string().context("--hub")?)
            }
            Arg::Value(value) if names.is_none() => {
                names = Some(muster::hosts::expand(&value.string()?).context(command)?);
            }
            other => return Err(other.unexpected().into()),
        }
    }
    let names = names.with_context(|| format!("{command}: NAMES is missing"))?;
    let dir = dir.to_owned();
    Ok(Box::new(move || {
        let hub = match hub {
            Some(hub) => hub,
            None => operator(&dir)?.hub,
        };
        for name in names {
            let folder = match whom {
                Whom::Host => init::add_host(&dir, &name, &hub)?,
                Whom::Operator => init::add_operator(&dir, &name, &hub)?,
            };
            output::print(&format!("made {}\n", folder.display()))?;
        }
        Ok(ExitCode::SUCCESS)
    }))
}

/// Reads the options of `add-hub`.
///
/// # Errors
/// Says what is wrong with them.
pub(crate) fn parse_add_hub(dir: &Path, parser: &mut Parser) -> anyhow::Result<Run> {
    let mut listen = SocketAddr::from(([127, 0, 0, 1], 7402));
    let mut dashboard = SocketAddr::from(([127, 0, 0, 1], 7403));
    let (mut name, mut interval) = (None, Duration::from_secs(10));
    while let Some(arg) = parser.next()? {
        match arg {
            Arg::Long("help") => return Ok(help(ADD_HUB_HELP)),
            Arg::Long("listen") => listen = parser.value()?.parse().context("--listen")?,
            Arg::Long("dashboard") => dashboard = parser.value()?.parse().context("--dashboard")?,
            Arg::Long("interval") => {
                interval = duration::parse(&parser.value()?.string()?).context("--interval")?;
                if interval.is_zero() {
                    bail!("--interval: it must be longer than nothing");
                }
            }
            Arg::Value(value) if name.is_none() => name = Some(value.string().context("add-hub")?),
            other => return Err(other.unexpected().into()),
        }
    }
    let name = name.context("add-hub: NAME is missing")?;
    let dir = dir.to_owned();
    Ok(Box::new(move || {
        let settings = Settings {
            listen,
            dashboard,
            hub: operator(&dir)?.hub,
            interval,
        };
        let folder = init::add_hub(&dir, &name, &settings)?;
        output::print(&format!("made {}\n", folder.display()))?;
        Ok(ExitCode::SUCCESS)
    }))
}
