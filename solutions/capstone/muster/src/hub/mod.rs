//! Receives, stores, passes on.
//!
//! | file | what |
//! |---|---|
//! | `fleet` | the hosts: who is connected, who has reported |
//! | `runs` | commands under way, and what has become of each host in them |
//! | `run` | one of those |
//! | `agents`, `operators` | the methods of either side |
//!
//! What agents report is acknowledged when the store has committed it, and not before: whatever a hub loses with its life, its agents still have.

mod agents;
mod fleet;
mod operators;
mod run;
mod runs;

use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::{Duration, Instant};

use rpc::methods::{Call, Methods};
use rpc::server::{Server, Settings};
use rpc::{Code, Failure};
use store::{Reader, Store, Writer};

use crate::config;
use crate::error::{Error, Result};
use crate::identity::{Identity, Role};
use crate::wire;
use fleet::Fleet;
use runs::Runs;

/// A host that has not reported for so many intervals is down.
pub const SILENT_INTERVALS: u32 = 3;

/// The most loops that serve agents.
const MOST_LOOPS: usize = 4;

/// A hub that listens already.
pub struct Hub {
    config: config::Hub,
    server: Server,
    pages: TcpListener,
}

/// What its methods share.
struct Shared {
    fleet: Fleet,
    runs: Runs,
    writer: Writer,
    interval: Duration,
}

impl Hub {
    /// Listens, on both of its addresses. To be called before the process has other threads: from now on SIGTERM and SIGINT wait for [`Hub::serve`].
    ///
    /// # Errors
    /// [`Error::Server`], [`Error::System`].
    pub fn bind(config: config::Hub) -> Result<Self> {
        let loops = thread::available_parallelism().map_or(1, |count| count.get().min(MOST_LOOPS));
        let server = Server::bind(Settings {
            listen: config.listen,
            threads: loops,
            // Nothing that waits is run by its pool.
            workers: 1,
            max_payload: wire::LARGEST,
            ..Settings::default()
        })?;
        let pages = TcpListener::bind(config.dashboard).map_err(Error::system("listen for the dashboard"))?;
        Ok(Self {
            config,
            server,
            pages,
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

    /// Returns the word that opens the dashboard.
    pub fn token(&self) -> &str {
        &self.config.token
    }

    /// Serves until SIGTERM or SIGINT comes. What was acknowledged is stored then.
    ///
    /// # Errors
    /// What is wrong with a file; what keeps it from going on.
    pub fn serve(self) -> Result<()> {
        let Self {
            config,
            server,
            pages,
        } = self;
        let tls = rpc::tls::server(&config.cert, &config.key, &config.ca)
            .map_err(Error::system("use the certificates"))?;
        let store = Store::open(&config.data)?;
        let fleet = Fleet::new(config.interval);
        for host in Reader::open(&config.data)?.hosts()? {
            let silent = u64::try_from(store::now_ms() - host.seen_ms).unwrap_or_default();
            fleet.remember(&host.name, Duration::from_millis(silent));
        }
        let settings = dashboard::Settings {
            token: config.token,
            interval: config.interval,
        };
        let state = dashboard::State::new(&config.data, settings).map_err(Error::pages)?;
        let shared = Arc::new(Shared {
            fleet,
            runs: Runs::new(),
            writer: Writer::start(store, state.feed())?,
            interval: config.interval,
        });
        let served = state.clone();
        let pages = thread::Builder::new()
            .name("dashboard".to_owned())
            .spawn(move || {
                // Hosts still report and commands still run without it.
                if let Err(why) = dashboard::serve(pages, served) {
                    eprintln!("muster-hub: dashboard: {why}");
                }
            })
            .map_err(Error::system("start a thread"))?;
        let (stop, stopped) = channel::<()>();
        let ticking = Arc::clone(&shared);
        let ticks = thread::Builder::new()
            .name("ticks".to_owned())
            .spawn(move || {
                let pause = (ticking.interval / 4).clamp(Duration::from_millis(50), Duration::from_secs(1));
                while stopped.recv_timeout(pause) == Err(RecvTimeoutError::Timeout) {
                    ticking
                        .runs
                        .tick(Instant::now(), ticking.interval * SILENT_INTERVALS);
                }
            })
            .map_err(Error::system("start a thread"))?;

        let mut methods = Methods::default();
        agents::register(&mut methods, &shared);
        operators::register(&mut methods, &shared);
        let served = server.over(tls).serve(methods);

        drop(stop);
        state.stop();
        // If one has panicked, that was said already.
        let _ = (ticks.join(), pages.join());
        shared.writer.stop();
        Ok(served?)
    }
}

/// Returns who calls, if they have this role.
fn caller(call: &Call, role: Role) -> std::result::Result<String, Failure> {
    let refuse = |why: String| Failure::new(Code::REFUSED, why);
    let certificate = call
        .certificate()
        .ok_or_else(|| refuse("without a certificate nobody is believed".to_owned()))?;
    let identity = Identity::from_certificate(certificate).map_err(|why| refuse(why.to_string()))?;
    match identity.role == role {
        true => Ok(identity.name),
        false => Err(refuse(format!("{identity} is no {role}"))),
    }
}
