//! `muster-agent`: reports its host to a hub, and runs there what operators want.

use std::io::{self, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context as _;
use collect::{Collectors, Metric, metric};
use lexopt::{Arg, Parser, ValueExt as _};
use muster::{agent, config, parent, service};
use tokio::runtime;
use tokio::signal::unix::{SignalKind, signal};

const HELP: &str = "\
usage: muster-agent --config FILE [OPTION…]
       muster-agent explain METRIC [--config FILE]
Reports this host to its hub until SIGTERM, and runs commands for operators. Or says what a metric is, from which file and field it comes, and what
it is now on this host; METRIC is our name or Prometheus' one.
  --config FILE      what it reads: agent.toml, as `muster add-host` writes it
  --hub HOST:PORT    its hub is there, whatever FILE says
  --with-parent PID  ends when the process does that has started it
  --help, --version
";

/// What its options say.
enum Task {
    /// To be an agent.
    Run {
        config: Box<config::Agent>,
        with_parent: Option<u32>,
    },
    /// To run plug-ins for an agent.
    Plugins(PathBuf),
    /// To end commands whose agent is gone: those with this mark.
    Guard(String),
    /// To explain a metric, of the host and the servers that a configuration names.
    Explain {
        metric: &'static Metric,
        config: Option<Box<config::Agent>>,
    },
    /// To say this.
    Say(&'static str),
}

fn main() -> ExitCode {
    let task = match parse(Parser::from_env()) {
        Ok(task) => task,
        Err(error) => {
            eprintln!("muster-agent: {error:#}");
            return ExitCode::from(2);
        }
    };
    let done = match task {
        Task::Run { config, with_parent } => run(*config, with_parent),
        Task::Plugins(folder) => agent::plugins::serve(&folder).map_err(Into::into),
        Task::Guard(mark) => {
            agent::guard::serve(&mark);
            Ok(())
        }
        Task::Explain { metric, config } => explain(metric, config.as_deref()),
        Task::Say(text) => {
            print(text);
            Ok(())
        }
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("muster-agent: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn parse(mut parser: Parser) -> anyhow::Result<Task> {
    let (mut file, mut hub, mut with_parent, mut asked) = (None::<PathBuf>, None, None, None);
    while let Some(arg) = parser.next()? {
        match arg {
            Arg::Long("config") => file = Some(parser.value()?.into()),
            Arg::Long("hub") => hub = Some(parser.value()?.string().context("--hub")?),
            Arg::Long("with-parent") => with_parent = Some(parser.value()?.parse().context("--with-parent")?),
            Arg::Long("help") => return Ok(Task::Say(HELP)),
            Arg::Long("version") => {
                return Ok(Task::Say(concat!(
                    "muster-agent ",
                    env!("CARGO_PKG_VERSION"),
                    "\n"
                )));
            }
            // For the agent itself, which speaks to it over its standard input and output.
            Arg::Value(word) if word == agent::plugins::COMMAND => {
                return Ok(Task::Plugins(parser.value()?.into()));
            }
            Arg::Value(word) if word == agent::guard::COMMAND => {
                return Ok(Task::Guard(parser.value()?.string()?));
            }
            Arg::Value(word) if word == "explain" => {
                let name = parser.value().context("explain: METRIC is missing")?.string()?;
                let found = metric(&name).or_else(|| agent::metrics().find(|metric| metric.name == name));
                asked = Some(found.with_context(|| format!("explain: there is no metric {name}"))?);
            }
            other => return Err(other.unexpected().into()),
        }
    }
    if let Some(metric) = asked {
        let config = file.map(|file| config::Agent::read(&file)).transpose()?;
        let config = config.map(Box::new);
        return Ok(Task::Explain { metric, config });
    }
    let mut config = config::Agent::read(&file.context("--config is missing")?)?;
    config.hub = hub.unwrap_or(config.hub);
    let config = Box::new(config);
    Ok(Task::Run { config, with_parent })
}

fn run(config: config::Agent, with_parent: Option<u32>) -> anyhow::Result<()> {
    if let Some(pid) = with_parent {
        parent::follow(pid)?;
    }
    let runtime = runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let mut terminate = signal(SignalKind::terminate())?;
        let mut interrupt = signal(SignalKind::interrupt())?;
        let until = async move {
            tokio::select! {
                _ = terminate.recv() => {}
                _ = interrupt.recv() => {}
            }
        };
        service::ready()?;
        agent::run(config, until).await?;
        Ok(())
    })
}

fn explain(metric: &Metric, config: Option<&config::Agent>) -> anyhow::Result<()> {
    let mut collectors = match config {
        Some(config) => agent::collectors(config)?,
        None => Collectors::new("/".as_ref()),
    };
    let mut readings = Vec::new();
    for problem in collectors.collect(&mut readings) {
        eprintln!("muster-agent: {problem}");
    }
    print(&agent::explain(metric, &readings));
    Ok(())
}

/// Writes to standard output. Nobody may be there to read it, which is no reason not to go on.
fn print(text: &str) {
    let mut out = io::stdout();
    let _ = out.write_all(text.as_bytes()).and_then(|()| out.flush());
}
