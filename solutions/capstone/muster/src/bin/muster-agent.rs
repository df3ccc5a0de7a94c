//! `muster-agent`: reports its host to a hub, and runs there what operators want.

use std::io::{self, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context as _;
use lexopt::{Arg, Parser, ValueExt as _};
use muster::{agent, config, parent};
use tokio::runtime;
use tokio::signal::unix::{SignalKind, signal};

const HELP: &str = "\
usage: muster-agent --config FILE [OPTION…]
Reports this host to its hub until SIGTERM, and runs commands for operators.
  --config FILE      what it reads: agent.toml, as `muster add-host` writes it
  --hub HOST:PORT    its hub is there, whatever FILE says
  --with-parent PID  ends when the process does that has started it
  --help, --version
";

/// What its options say.
struct Options {
    config: config::Agent,
    with_parent: Option<u32>,
}

fn main() -> ExitCode {
    let options = match parse(Parser::from_env()) {
        Ok(Some(options)) => options,
        Ok(None) => return ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("muster-agent: {error:#}");
            return ExitCode::from(2);
        }
    };
    match run(options) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("muster-agent: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn parse(mut parser: Parser) -> anyhow::Result<Option<Options>> {
    let (mut file, mut hub, mut with_parent) = (None::<PathBuf>, None, None);
    while let Some(arg) = parser.next()? {
        match arg {
            Arg::Long("config") => file = Some(parser.value()?.into()),
            Arg::Long("hub") => hub = Some(parser.value()?.string().context("--hub")?),
            Arg::Long("with-parent") => with_parent = Some(parser.value()?.parse().context("--with-parent")?),
            Arg::Long("help") => {
                print(HELP);
                return Ok(None);
            }
            Arg::Long("version") => {
                print(concat!("muster-agent ", env!("CARGO_PKG_VERSION"), "\n"));
                return Ok(None);
            }
            other => return Err(other.unexpected().into()),
        }
    }
    let mut config = config::Agent::read(&file.context("--config is missing")?)?;
    config.hub = hub.unwrap_or(config.hub);
    Ok(Some(Options { config, with_parent }))
}

fn run(options: Options) -> anyhow::Result<()> {
    if let Some(pid) = options.with_parent {
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
        agent::run(options.config, until).await?;
        Ok(())
    })
}

/// Writes to standard output. Nobody may be there to read it, which is no reason not to go on.
fn print(text: &str) {
    let mut out = io::stdout();
    let _ = out.write_all(text.as_bytes()).and_then(|()| out.flush());
}
