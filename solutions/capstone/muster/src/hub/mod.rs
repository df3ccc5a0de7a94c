//! Receives, stores, passes on.
//!
//! | file | what |
//! |---|---|
//! | `fleet` | the hosts: who is connected, who has reported |
//! | `runs` | commands under way, and what has become of each host in them |
//! | `run` | one of those |
//! | `relay` | how reports go through a hub that stands in front of another |
//! | `alarms` | what is judged, and who is told |
//! | `rulebook`, `replay` | the file of rules and its changes, and what a rule would have done |
//! | `desk` | what people do on the pages |
//! | `revoked` | who calls, and who is not believed any more |
//! | `forward` | sends on by remote write what is stored |
//! | `remote` | takes what a Prometheus writes |
//! | `vitals` | what the hub says of itself |
//! | `agents`, `operators` | the methods of either side |
//!
//! What agents report is acknowledged when the store has committed it, and not before: whatever a hub loses with its life, its agents still have.

mod agents;
mod alarms;
mod desk;
mod fleet;
mod forward;
mod operators;
mod relay;
mod remote;
mod replay;
mod revoked;
mod rulebook;
mod run;
mod runs;
mod vitals;

use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use collect::prometheus::REMOTE;
use rpc::methods::Methods;
use rpc::server::{Server, Settings};
use store::{Reader, Store, Writer};

use self::forward::Forwards;
use crate::config;
use crate::error::{Error, Result};
use alarms::Alarms;
use fleet::Fleet;
use relay::Relay;
use remote::Remote;
use revoked::Revoked;
use rulebook::RuleBook;
use runs::Runs;
use vitals::Counts;

/// A host that has not reported for so many intervals is down.
pub const SILENT_INTERVALS: u32 = 3;

/// The most loops that serve agents.
const MOST_LOOPS: usize = 4;

/// A hub that listens already, and has all it needs for serving.
pub struct Hub {
    server: Server,
    pages: TcpListener,
    state: dashboard::State,
    shared: Arc<Shared>,
}

/// What its methods share.
struct Shared {
    fleet: Fleet,
    runs: Runs,
    alarms: Arc<Alarms>,
    writer: Writer,
    /// If this hub stands in front of another, nothing is stored here.
    relay: Option<Relay>,
    forwards: Arc<Forwards>,
    /// If a Prometheus may write here.
    remote: Option<Arc<Remote>>,
    counts: Arc<Counts>,
    revoked: Revoked,
    interval: Duration,
}

impl Hub {
    /// Listens, on both of its addresses, and opens its store. To be called before the process has other threads: from now on SIGTERM and SIGINT wait
    /// for [`Hub::serve`].
    ///
    /// # Errors
    /// What is wrong with a file; what the system does not give.
    pub fn bind(config: config::Hub) -> Result<Self> {
        let loops = thread::available_parallelism().map_or(1, |count| count.get().min(MOST_LOOPS));
        let server = Server::bind(Settings {
            listen: config.listen,
            threads: loops,
            // Nothing that waits is run by its pool.
            workers: 1,
            // What another hub passes on is the longest.
            max_payload: transfer::wire::LARGEST,
            ..Settings::default()
        })?;
        let tls = rpc::tls::server(&config.cert, &config.key, &config.ca)
            .map_err(Error::system("use the certificates"))?;
        let pages = TcpListener::bind(config.dashboard).map_err(Error::system("listen for the dashboard"))?;
        let store = Store::open(&config.data)?.keeping(config.retention);
        let fleet = Fleet::new(config.interval);
        let hosts = Reader::open(&config.data)?.hosts()?;
        let (foreign, hosts): (Vec<_>, Vec<_>) =
            hosts.into_iter().partition(|host| host.name.starts_with(REMOTE));
        let mut known = Vec::new();
        for host in hosts {
            let silent = u64::try_from(store::now_ms() - host.seen_ms).unwrap_or_default();
            fleet.remember(&host.name, Duration::from_millis(silent));
            known.push(host.name);
        }
        let settings = dashboard::Settings {
            token: config.token.clone(),
            interval: config.interval,
        };
        let state = dashboard::State::new(&config.data, settings).map_err(Error::pages)?;
        state
            .users()
            .follow(&config.users)
            .map_err(Error::system("read the users of the pages"))?;
        let (rulebook, rules) = RuleBook::open(&config.rules, config.interval)?;
        let place = pages
            .local_addr()
            .map_err(Error::system("find the dashboard's address"))?;
        let alarms = Arc::new(Alarms::start(&config, rules, known, state.board(), place)?);
        let forwards = Arc::new(Forwards::start(&config)?);
        let writer = Writer::start(store, state.feed())?;
        let remote = config.remote_write.then(|| {
            let hosts = foreign.into_iter().map(|host| host.name.into());
            Remote::new(writer.clone(), hosts)
        });
        let shared = Arc::new(Shared {
            fleet,
            runs: Runs::new(),
            alarms,
            writer,
            relay: config.upstream.as_ref().map(Relay::start).transpose()?,
            forwards,
            remote,
            counts: Arc::default(),
            revoked: Revoked::load(&config.revoked)?,
            interval: config.interval,
        });
        vitals::register(&state, &shared);
        desk::open(&state, &shared, rulebook, config.data);
        Ok(Self {
            server: server.over(tls),
            pages,
            state,
            shared,
        })
    }

    /// Returns where agents and operators connect, with the port that the kernel chose.
    pub fn address(&self) -> SocketAddr {
        self.server.address()
    }

    /// Returns where the pages are.
    ///
    /// # Errors
    /// [`Error::System`].
    pub fn dashboard(&self) -> Result<SocketAddr> {
        self.pages
            .local_addr()
            .map_err(Error::system("find the dashboard's address"))
    }

    /// Serves until SIGTERM or SIGINT comes. What was acknowledged is stored then.
    ///
    /// # Errors
    /// What keeps it from going on.
    pub fn serve(self) -> Result<()> {
        let Self {
            server,
            pages,
            state,
            shared,
        } = self;
        let served = state.clone();
        let more = shared
            .remote
            .as_ref()
            .map_or_else(axum::Router::new, Remote::routes);
        let pages = spawn("dashboard", move || {
            // Hosts still report and commands still run without it.
            if let Err(why) = dashboard::serve_with(pages, served, more) {
                eprintln!("muster-hub: dashboard: {why}");
            }
        })?;
        let (stop, stopped) = channel::<()>();
        let ticking = Arc::clone(&shared);
        let ticks = spawn("ticks", move || {
            let pause = (ticking.interval / 4).clamp(Duration::from_millis(50), Duration::from_secs(1));
            while stopped.recv_timeout(pause) == Err(RecvTimeoutError::Timeout) {
                let silent = ticking.interval * SILENT_INTERVALS;
                ticking.runs.tick(Instant::now(), silent);
            }
        })?;
        let mut methods = Methods::default();
        agents::register(&mut methods, &shared);
        operators::register(&mut methods, &shared);
        let served = server.serve(methods);

        drop(stop);
        state.stop();
        // If one has panicked, that was said already.
        let _ = (ticks.join(), pages.join());
        if let Some(relay) = &shared.relay {
            relay.stop();
        }
        shared.writer.stop();
        shared.forwards.stop();
        shared.alarms.stop();
        Ok(served?)
    }
}

fn spawn(name: &str, work: impl FnOnce() + Send + 'static) -> Result<JoinHandle<()>> {
    thread::Builder::new()
        .name(name.to_owned())
        .spawn(work)
        .map_err(Error::system("start a thread"))
}
