//! The server: sessions, calls, deadlines, streams.
//!
//! | module | what | stage |
//! |---|---|---|
//! | `service` | what comes from a client is parted into frames, and each is dealt with | call |
//! | `session` | what is remembered of a connection | call |
//! | `calls` | the calls of a connection that are under way | call |
//! | `call` | one of them, as its method sees it | call |
//! | `stream` | its items, and the right to send them | multiplex |
//! | `link` | what threads have to say to a connection | call |
//! | `dispatch` | where a method is run | call |
//! | `pool` | threads for those that wait | call |
//! | `clock` | one thread that knows all deadlines | call |
//! | `life` | what is over: late calls, silent clients, the server | call |
//! | `stats` | what a server counts | given |

mod call;
mod calls;
mod clock;
mod dispatch;
mod life;
mod link;
mod pool;
mod service;
mod session;
mod stats;
mod stream;
#[cfg(test)]
mod tests;

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use nbnet::transport::Wrap;

pub use call::Call;
pub use stats::{Snapshot, Stats};

use crate::frame::LEAST_LIMIT;
use crate::methods::Methods;
use clock::Clock;
use pool::Pool;
use service::Rpc;

/// How a server serves.
#[derive(Debug, Clone, Copy)]
pub struct Settings {
    /// Where it listens.
    pub listen: SocketAddr,
    /// How many loops it has, each a thread.
    pub threads: usize,
    /// How long a loop looks for events before it sleeps, for clients that ask again at once. It leaves off while that is in vain.
    pub spin: Duration,
    /// How many threads run what waits.
    pub workers: usize,
    /// How many calls may wait for these threads.
    pub queue: usize,
    /// The largest payload that is taken, in bytes; at least 65,536 are.
    pub max_payload: u32,
    /// How many calls of one connection may be under way.
    pub max_calls: usize,
    /// After so much silence a client is asked whether it is there; after twice as much its connection is over.
    pub ping: Option<Duration>,
    /// How long the end may take.
    pub grace: Duration,
    /// How many bytes may wait for one client before its calls, and what is sent to it, wait too.
    pub buffer: usize,
    /// The most connections at a time.
    pub max_connections: Option<usize>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            threads: 1,
            spin: Duration::from_micros(50),
            workers: 4,
            queue: 1024,
            max_payload: 1 << 20,
            max_calls: 1024,
            ping: Some(Duration::from_secs(10)),
            grace: Duration::from_secs(5),
            buffer: 256 << 10,
            max_connections: None,
        }
    }
}

/// A server that listens already.
///
/// ```no_run
/// use rpc::methods::{Method, Methods};
/// use rpc::server::{Server, Settings};
///
/// let server = Server::bind(Settings::default())?;
/// println!("listening on {}", server.address());
/// let mut methods = Methods::default();
/// methods.add("length", Method::inline(|body, reply| {
///     reply.extend_from_slice(body.len().to_string().as_bytes());
///     Ok(())
/// }));
/// server.serve(methods)?;
/// # Ok::<(), nbnet::Error>(())
/// ```
pub struct Server {
    inner: nbnet::server::Server,
    settings: Settings,
    stats: Arc<Stats>,
}

impl Server {
    /// Listens. From now on SIGTERM and SIGINT wait for [`Server::serve`]. To be called before the process has other threads, those of methods
    /// too, for they would get the signals.
    ///
    /// # Errors
    /// What the system does not give.
    pub fn bind(settings: Settings) -> nbnet::Result<Self> {
        let settings = Settings {
            max_payload: settings.max_payload.max(LEAST_LIMIT),
            ..settings
        };
        let inner = nbnet::server::Server::bind(nbnet::server::Settings {
            name: "rpc",
            listen: settings.listen,
            threads: settings.threads,
            spin: settings.spin,
            grace: settings.grace,
            max_connections: settings.max_connections,
            buffer: settings.buffer,
            ..nbnet::server::Settings::default()
        })?;
        Ok(Self {
            inner,
            settings,
            stats: Arc::default(),
        })
    }

    /// Returns where it listens, with the port that the kernel chose.
    pub fn address(&self) -> SocketAddr {
        self.inner.address()
    }

    /// Returns what it counts.
    pub fn stats(&self) -> &Arc<Stats> {
        &self.stats
    }

    /// Carries the bytes of all connections by something else than plain TCP.
    #[must_use]
    pub fn over(self, wrap: impl Wrap) -> Self {
        Self {
            inner: self.inner.over(wrap),
            ..self
        }
    }

    /// Serves until SIGTERM or SIGINT comes and all calls under way are done.
    ///
    /// # Errors
    /// What keeps it from beginning or going on; [`nbnet::Error::Interrupted`] after a second signal.
    pub fn serve(self, methods: Methods) -> nbnet::Result<()> {
        let Self {
            inner,
            settings,
            stats,
        } = self;
        let methods = Arc::new(methods);
        let post = inner.post().clone();
        let start = nbnet::Error::system("start a thread");
        let pool = Pool::start(settings.workers, settings.queue, &methods, &stats).map_err(start)?;
        let clock = Clock::start(post).map_err(nbnet::Error::system("start a thread"))?;
        inner.serve(Rpc {
            settings,
            methods,
            pool,
            clock,
            stats,
        })
    }
}
