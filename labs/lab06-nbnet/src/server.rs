//! A server: loops, one listener for all of them, and an orderly end.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize};
use std::time::Duration;

use nix::sys::signal::{SigSet, Signal};
use nix::sys::signalfd::{SfdFlags, SignalFd};

use crate::error::{Error, Result};
use crate::event_loop::{Context, EventLoop};
use crate::listener::Listener;
use crate::mailbox::{Mailbox, Post};
use crate::poller::{self, Eager, Kind, Poller, Trigger, Waker};
use crate::service::Service;
use crate::sys;
use crate::transport::{Plain, Wrap};
use crate::workers::Workers;

/// How a server serves.
#[derive(Debug, Clone, Copy)]
pub struct Settings {
    /// What it calls itself on standard error.
    pub name: &'static str,
    /// Where it listens.
    pub listen: SocketAddr,
    /// How many loops it has, each a thread.
    pub threads: usize,
    /// How they wait.
    pub poller: Kind,
    /// When they are told.
    pub trigger: Trigger,
    /// How long they look for events before they sleep, which takes a processor and saves the time of being woken. They leave off while it is in
    /// vain.
    pub spin: Duration,
    /// After which time without a byte a connection ends.
    pub idle: Option<Duration>,
    /// Within which time a request must be whole, from its first byte on.
    pub request: Option<Duration>,
    /// How long the end may take.
    pub grace: Duration,
    /// The most connections at a time.
    pub max_connections: Option<usize>,
    /// How many bytes may wait for one peer before its requests wait too.
    pub buffer: usize,
    /// How many worker threads there are.
    pub workers: usize,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            name: "nbnet",
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            threads: 1,
            poller: Kind::default(),
            trigger: Trigger::default(),
            spin: Duration::ZERO,
            idle: None,
            request: None,
            grace: Duration::from_secs(5),
            max_connections: None,
            buffer: 64 << 10,
            workers: 0,
        }
    }
}

/// What the loops of a server know of each other.
#[derive(Debug, Default)]
pub(crate) struct Shared {
    /// How many connections there are.
    pub(crate) connections: AtomicUsize,
    /// Whether somebody waits to be accepted until a descriptor is free.
    pub(crate) starved: AtomicBool,
}

/// A server that listens already, and has all it needs for serving.
pub struct Server {
    settings: Settings,
    address: SocketAddr,
    listener: Listener,
    /// One for each loop.
    pollers: Vec<Box<dyn Poller>>,
    post: Post,
    wrap: Arc<dyn Wrap>,
}

impl Server {
    /// Listens. From now on SIGTERM and SIGINT wait for [`Server::serve`]. To be called before the process has other threads, for they would
    /// get the signals.
    ///
    /// # Errors
    /// [`Error::Listen`], or what else the system does not give.
    pub fn bind(settings: Settings) -> Result<Self> {
        let refused = |why| Error::Listen {
            address: settings.listen,
            why,
        };
        let socket = sys::listen(settings.listen).map_err(refused)?;
        let address = socket.local_addr().map_err(refused)?;
        let mut pollers = Vec::new();
        let mut mailboxes = Vec::new();
        for _ in 0..settings.threads.max(1) {
            let mut poller = poller::open(settings.poller).map_err(Error::system("open a poller"))?;
            if !settings.spin.is_zero() {
                poller = Box::new(Eager::new(poller, settings.spin));
            }
            let waker = Waker::new(poller.as_mut(), settings.trigger);
            mailboxes.push(Mailbox::new(waker.map_err(Error::system("watch a waker"))?));
            pollers.push(poller);
        }
        Ok(Self {
            settings,
            address,
            listener: Listener::new(socket, signals()?, settings.name),
            pollers,
            post: Post::new(mailboxes),
            wrap: Arc::new(Plain),
        })
    }

    /// Returns where it listens, with the port that the kernel chose.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Returns what sends messages to connections, from any thread.
    pub fn post(&self) -> &Post {
        &self.post
    }

    /// Carries the bytes of all connections by something else than plain TCP.
    #[must_use]
    pub fn over(mut self, wrap: impl Wrap) -> Self {
        self.wrap = Arc::new(wrap);
        self
    }

    /// Serves until SIGTERM or SIGINT comes and everything under way is done.
    ///
    /// # Errors
    /// What keeps a loop from going on; [`Error::Interrupted`] after a second signal.
    pub fn serve(self, service: impl Service) -> Result<()> {
        let shared = Arc::new(Shared::default());
        let workers = match self.settings.workers {
            0 => None,
            count => Some(Workers::start(count, &self.post).map_err(Error::system("start workers"))?),
        };
        let service = Arc::new(service);
        let mut listener = Some(self.listener);
        let loops = (0..).zip(self.pollers).map(|(of_loop, poller)| {
            let context = Context::new(
                of_loop,
                self.settings,
                Arc::clone(&service),
                Arc::clone(&self.wrap),
                Arc::clone(&shared),
                self.post.clone(),
                workers.clone(),
            );
            // The first one takes it.
            EventLoop::new(poller, context, listener.take())
        });
        run(loops.collect::<Result<_>>()?, &self.post)
    }
}

/// Has SIGTERM and SIGINT read from a descriptor. They are blocked before any thread is there, so that none of them gets them.
///
/// Source: signalfd(2).
fn signals() -> Result<SignalFd> {
    let mut set = SigSet::empty();
    set.add(Signal::SIGTERM);
    set.add(Signal::SIGINT);
    set.thread_block().map_err(Error::system("block signals"))?;
    let flags = SfdFlags::SFD_CLOEXEC | SfdFlags::SFD_NONBLOCK;
    SignalFd::with_flags(&set, flags).map_err(Error::system("wait for signals"))
}

/// Runs the first loop here and each of the others on a thread of its own. When one fails, all end, and the first error is the result.
///
/// Stage `memcached`: a scope joins its threads before it ends, so whoever fails must have told the others to stop by then
/// ([`Message::Stop`](crate::mailbox::Message::Stop) to all). Until then there is only the first loop.
fn run<S: Service>(loops: Vec<EventLoop<S>>, post: &Post) -> Result<()> {
    let mut loops = loops.into_iter();
    let Some(first) = loops.next() else {
        return Ok(());
    };
    let _ = post;
    first.run()
}
