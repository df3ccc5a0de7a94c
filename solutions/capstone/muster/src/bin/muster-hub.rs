//! `muster-hub`: receives what agents report, stores it, shows it, and tells agents what operators want.

use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context as _, bail};
use dashboard::Role;
use lexopt::{Arg, Parser, ValueExt as _};
use muster::config;
use muster::hub::Hub;
use muster::{parent, service};

const HELP: &str = "\
usage: muster-hub --config FILE [OPTION…]
       muster-hub --config FILE --backup COPY
       muster-hub --config FILE --add-user NAME [--viewer] | --remove-user NAME
Serves agents, operators and the dashboard until SIGTERM. Or copies the database, also while a hub uses it, to a file that is not there yet.
Or says who may log in to the pages; a hub that runs knows it at once. Who is added gets a token, which is printed and never again.
  --config FILE          what it reads: hub.toml, as `muster init` writes it
  --listen ADDR:PORT     listens there, whatever FILE says; port 0 picks one
  --dashboard ADDR:PORT  has its pages there, whatever FILE says
  --with-parent PID      ends when the process does that has started it
  --viewer               who is added may look, and change nothing
  --help, --version
Says on standard output: `listening on ADDR:PORT` and `dashboard on http://ADDR:PORT`.
";

/// What its options say.
struct Options {
    config: config::Hub,
    with_parent: Option<u32>,
    backup: Option<PathBuf>,
    user: Option<Change>,
}

/// What is done with a user of the pages.
enum Change {
    Add(String, Role),
    Remove(String),
}

fn main() -> ExitCode {
    let options = match parse(Parser::from_env()) {
        Ok(Some(options)) => options,
        Ok(None) => return ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("muster-hub: {error:#}");
            return ExitCode::from(2);
        }
    };
    let done = match (&options.user, &options.backup) {
        (Some(change), _) => users(&options.config.users, change),
        (None, Some(copy)) => store::backup(&options.config.data, copy).map_err(Into::into),
        (None, None) => serve(options),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("muster-hub: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn parse(mut parser: Parser) -> anyhow::Result<Option<Options>> {
    let (mut file, mut listen, mut dashboard, mut with_parent) = (None::<PathBuf>, None, None, None);
    let (mut backup, mut user, mut is_viewer) = (None, None, false);
    while let Some(arg) = parser.next()? {
        match arg {
            Arg::Long("config") => file = Some(parser.value()?.into()),
            Arg::Long("listen") => listen = Some(parser.value()?.parse().context("--listen")?),
            Arg::Long("dashboard") => dashboard = Some(parser.value()?.parse().context("--dashboard")?),
            Arg::Long("add-user") => user = Some(Change::Add(parser.value()?.string()?, Role::Operator)),
            Arg::Long("remove-user") => user = Some(Change::Remove(parser.value()?.string()?)),
            Arg::Long("viewer") => is_viewer = true,
            Arg::Long("backup") => backup = Some(parser.value()?.into()),
            Arg::Long("with-parent") => with_parent = Some(parser.value()?.parse().context("--with-parent")?),
            Arg::Long("help") => {
                print(HELP);
                return Ok(None);
            }
            Arg::Long("version") => {
                print(concat!("muster-hub ", env!("CARGO_PKG_VERSION"), "\n"));
                return Ok(None);
            }
            other => return Err(other.unexpected().into()),
        }
    }
    match &mut user {
        Some(Change::Add(_, role)) if is_viewer => *role = Role::Viewer,
        _ if is_viewer => bail!("--viewer: there is no --add-user"),
        _ => {}
    }
    let mut config = config::Hub::read(&file.context("--config is missing")?)?;
    config.listen = listen.unwrap_or(config.listen);
    config.dashboard = dashboard.unwrap_or(config.dashboard);
    Ok(Some(Options {
        config,
        with_parent,
        backup,
        user,
    }))
}

fn users(path: &Path, change: &Change) -> anyhow::Result<()> {
    match change {
        Change::Add(name, role) => print(&format!("{}\n", dashboard::add_user(path, name, *role)?)),
        Change::Remove(name) if dashboard::remove_user(path, name)? => {}
        Change::Remove(name) => bail!("{}: there is no user {name}", path.display()),
    }
    Ok(())
}

fn serve(options: Options) -> anyhow::Result<()> {
    if let Some(pid) = options.with_parent {
        parent::follow(pid)?;
    }
    let hub = Hub::bind(options.config)?;
    print(&format!(
        "listening on {}\ndashboard on http://{}\n",
        hub.address(),
        hub.dashboard()?
    ));
    service::ready()?;
    Ok(hub.serve()?)
}

/// Writes to standard output. Nobody may be there to read it, which is no reason not to go on.
fn print(text: &str) {
    let mut out = io::stdout();
    let _ = out.write_all(text.as_bytes()).and_then(|()| out.flush());
}
