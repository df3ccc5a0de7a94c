//! The options that all servers share.

use std::io::{self, Write as _};
use std::net::SocketAddr;
use std::str::FromStr;
use std::time::Duration;

use anyhow::{Context as _, bail};
use lexopt::{Arg, Parser};
use nbnet::poller::Trigger;
use nbnet::server::{self, Settings};
use nbnet::service::Service;

/// Their part of `--help`.
pub(crate) const HELP: &str = "\
Options of all of them:
  --listen ADDR:PORT     where; port 0 takes one that is free
  --threads N            event loops, 1 to 64; 1 if not given
  --poller KIND          epoll, poll, select or mio; epoll if not given
  --trigger T            level or edge (epoll only); level if not given. mio is always edge
  --spin US              looks so long for events before it sleeps, while that pays, which takes a processor; 0, not at all, if not given
  --idle MS              closes a connection on which nothing moved for so long; 0, never, if not given
  --request MS           within which a request must be whole, from its first byte on; 0, never, if not given
  --grace MS             how long SIGTERM waits for what is under way; 5000 if not given
  --max-connections N    beyond it a peer is turned away; 0, none, if not given
  --buffer BYTES         what may wait unsent for one peer before it is read no further; 65536 if not given
";

/// The most threads.
const MOST_THREADS: usize = 64;

/// What is collected while the options are read.
#[derive(Debug, Default)]
pub(crate) struct Common {
    listen: Option<SocketAddr>,
    trigger: Option<Trigger>,
    settings: Settings,
}

impl Common {
    /// Reads all options that are left: those that all servers share here, others with `own`, which says whether it knows one.
    ///
    /// # Errors
    /// Says what is wrong with them.
    pub(crate) fn parse(
        parser: &mut Parser,
        mut own: impl FnMut(&str, &mut Parser) -> anyhow::Result<bool>,
    ) -> anyhow::Result<Self> {
        let mut common = Self::default();
        while let Some(arg) = parser.next()? {
            let Arg::Long(name) = arg else {
                return Err(arg.unexpected().into());
            };
            let name = name.to_owned();
            if !common.option(&name, parser)? && !own(&name, parser)? {
                bail!("--{name}: there is no such option");
            }
        }
        common.conclude()
    }

    /// Returns how many loops there will be.
    pub(crate) fn threads(&self) -> usize {
        self.settings.threads
    }

    /// Starts so many worker threads.
    pub(crate) fn workers(&mut self, workers: usize) {
        self.settings.workers = workers;
    }

    /// Serves until a signal ends it.
    ///
    /// # Errors
    /// What went wrong with the server itself.
    pub(crate) fn serve(self, service: impl Service) -> anyhow::Result<()> {
        let server = server::Server::bind(self.settings)?;
        let mut stdout = io::stdout();
        // Nobody may be there to read it; that is no reason not to serve.
        let _ = writeln!(stdout, "listening on {}", server.address()).and_then(|()| stdout.flush());
        Ok(server.serve(service)?)
    }

    fn option(&mut self, name: &str, parser: &mut Parser) -> anyhow::Result<bool> {
        let settings = &mut self.settings;
        match name {
            "listen" => self.listen = Some(value(parser, name)?),
            "threads" => {
                settings.threads = value(parser, name)?;
                if !(1..=MOST_THREADS).contains(&settings.threads) {
                    bail!("--threads: 1 to {MOST_THREADS}");
                }
            }
            "poller" => settings.poller = value(parser, name)?,
            "trigger" => self.trigger = Some(value(parser, name)?),
            "spin" => settings.spin = Duration::from_micros(value::<u32>(parser, name)?.into()),
            "idle" => settings.idle = time(parser, name)?,
            "request" => settings.request = time(parser, name)?,
            "grace" => settings.grace = Duration::from_millis(value(parser, name)?),
            "max-connections" => {
                settings.max_connections = Some(value(parser, name)?).filter(|&most| most > 0);
            }
            "buffer" => settings.buffer = value(parser, name)?,
            _ => return Ok(false),
        }
        Ok(true)
    }

    fn conclude(mut self) -> anyhow::Result<Self> {
        let kind = self.settings.poller;
        let trigger = self.trigger.unwrap_or_else(|| kind.usual_trigger());
        kind.check(trigger).map_err(anyhow::Error::msg)?;
        self.settings.trigger = trigger;
        self.settings.listen = self.listen.context("--listen is missing")?;
        Ok(self)
    }
}

/// Reads the value of an option.
///
/// # Errors
/// Says that it is none.
pub(crate) fn value<T>(parser: &mut Parser, name: &str) -> anyhow::Result<T>
where
    T: FromStr,
    T::Err: std::fmt::Display,
{
    let text = parser.value().with_context(|| format!("--{name}"))?;
    let text = text.to_string_lossy();
    text.parse()
        .map_err(|why| anyhow::anyhow!("--{name}: {text}: {why}"))
}

/// Reads a number of ms, of which 0 says never.
fn time(parser: &mut Parser, name: &str) -> anyhow::Result<Option<Duration>> {
    let ms = value(parser, name)?;
    Ok(Some(Duration::from_millis(ms)).filter(|time| !time.is_zero()))
}
