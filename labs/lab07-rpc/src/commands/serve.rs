//! The command `serve`.

use std::io::{self, Write as _};
use std::net::SocketAddr;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context as _, bail};
use lexopt::{Arg, Parser};
use rpc::frame::LEAST_LIMIT;
use rpc::methods::Methods;
use rpc::server::{Server, Settings};
use rpc::{builtin, exec};

use super::Run;
use super::common::{time, value};

/// Its part of `--help`.
pub(crate) const HELP: &str = "\
usage: rpc serve --listen ADDR:PORT [OPTION…]
Serves the methods echo, sleep, fail, panic, count, publish, subscribe, stats, methods and exec.
  --listen ADDR:PORT     where; port 0 takes one that is free
  --threads N            event loops, 1 to 64; 1 if not given
  --spin US              looks so long for events before it sleeps, while that pays: a client that asks again at once wakes nobody; 50 if not given, 0 is never
  --workers N            threads for methods that wait, 1 to 1024; 4 if not given
  --queue N              how many calls may wait for these; 1024 if not given
  --max-payload BYTES    the largest payload, 65536 or more; 1048576 if not given
  --max-calls N          how many calls of one connection may be under way; 1024 if not given
  --ping MS              asks after so much silence, and ends the connection after twice as much; 0, never; 10000 if not given
  --grace MS             how long SIGTERM waits for what is under way; 5000 if not given
  --buffer BYTES         what may wait unsent for one client; 262144 if not given
  --max-connections N    beyond it a client is turned away; 0, none, if not given
  --allow-exec           lets clients run commands
  --exec-at-once N       how many run at the same time; 8 if not given
  --exec-queue N         how many may wait; 1000 if not given
With the feature tls:
  --tls-cert FILE --tls-key FILE --client-ca FILE
                         in TLS: who one is, and whose clients to believe, in PEM

";

/// The most threads of each kind.
const MOST_THREADS: usize = 64;
const MOST_WORKERS: usize = 1024;

/// What is collected while the options are read.
struct Options {
    listen: Option<SocketAddr>,
    settings: Settings,
    exec: exec::Settings,
    /// `--tls-cert`, `--tls-key` and `--client-ca`.
    tls: [Option<std::path::PathBuf>; 3],
}

/// Reads its options.
///
/// # Errors
/// Says what is wrong with them.
pub(crate) fn parse(parser: &mut Parser) -> anyhow::Result<Run> {
    let mut options = Options {
        listen: None,
        settings: Settings::default(),
        exec: exec::Settings {
            allow: false,
            at_once: 8,
            queue: 1000,
        },
        tls: [None, None, None],
    };
    while let Some(arg) = parser.next()? {
        let Arg::Long(name) = arg else {
            return Err(arg.unexpected().into());
        };
        let name = name.to_owned();
        options.read(&name, parser)?;
    }
    options.conclude()?;
    Ok(Box::new(move || serve(options)))
}

impl Options {
    fn read(&mut self, name: &str, parser: &mut Parser) -> anyhow::Result<()> {
        let settings = &mut self.settings;
        match name {
            "listen" => self.listen = Some(value(parser, name)?),
            "threads" => settings.threads = between(parser, name, 1, MOST_THREADS)?,
            "spin" => settings.spin = Duration::from_micros(value::<u32>(parser, name)?.into()),
            "workers" => settings.workers = between(parser, name, 1, MOST_WORKERS)?,
            "queue" => settings.queue = value(parser, name)?,
            "max-payload" => {
                settings.max_payload = value(parser, name)?;
                if settings.max_payload < LEAST_LIMIT {
                    bail!("--max-payload: {LEAST_LIMIT} or more");
                }
            }
            "max-calls" => settings.max_calls = value(parser, name)?,
            "ping" => settings.ping = time(parser, name)?,
            "grace" => settings.grace = time(parser, name)?.unwrap_or(Duration::ZERO),
            "buffer" => settings.buffer = value(parser, name)?,
            "max-connections" => {
                settings.max_connections = Some(value(parser, name)?).filter(|&most| most > 0);
            }
            "allow-exec" => self.exec.allow = true,
            "exec-at-once" => self.exec.at_once = between(parser, name, 1, MOST_WORKERS)?,
            "exec-queue" => self.exec.queue = value(parser, name)?,
            "tls-cert" => self.tls[0] = Some(parser.value().context("--tls-cert")?.into()),
            "tls-key" => self.tls[1] = Some(parser.value().context("--tls-key")?.into()),
            "client-ca" => self.tls[2] = Some(parser.value().context("--client-ca")?.into()),
            _ => bail!("--{name}: there is no such option"),
        }
        Ok(())
    }

    /// Sees whether the options go together: whoever can be reached by others asks them who they are.
    fn conclude(&mut self) -> anyhow::Result<()> {
        self.settings.listen = self.listen.context("--listen is missing")?;
        let address = self.settings.listen.ip();
        match &self.tls {
            [Some(_), Some(_), Some(_)] if cfg!(feature = "tls") => Ok(()),
            [Some(_), Some(_), Some(_)] => {
                bail!("--tls-cert: this program was built without the feature tls")
            }
            _ if !address.is_loopback() => {
                bail!(
                    "--listen: {address} is no loopback address: give --tls-cert, --tls-key and --client-ca"
                )
            }
            [None, None, None] => Ok(()),
            _ => bail!("--tls-cert, --tls-key and --client-ca belong together"),
        }
    }
}

fn serve(options: Options) -> anyhow::Result<ExitCode> {
    let server = Server::bind(options.settings)?;
    #[cfg(feature = "tls")]
    let server = match &options.tls {
        [Some(cert), Some(key), Some(ca)] => server.over(rpc::tls::server(cert, key, ca)?),
        _ => server,
    };
    let mut methods = Methods::default();
    // Commands end with this, however the server does.
    let _commands = exec::register(&mut methods, options.exec).context("cannot start a thread")?;
    builtin::register(&mut methods, server.stats());
    let mut stdout = io::stdout();
    // Nobody may be there to read it; that is no reason not to serve.
    let _ = writeln!(stdout, "listening on {}", server.address()).and_then(|()| stdout.flush());
    server.serve(methods)?;
    Ok(ExitCode::SUCCESS)
}

fn between(parser: &mut Parser, name: &str, least: usize, most: usize) -> anyhow::Result<usize> {
    match value(parser, name)? {
        number if (least..=most).contains(&number) => Ok(number),
        _ => bail!("--{name}: {least} to {most}"),
    }
}
