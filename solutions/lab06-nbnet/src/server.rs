//! A server: loops, one listener for all of them, and an orderly end.

use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize};
// region:memcached
use std::thread;
// endregion:memcached
use std::time::Duration;

use nix::sys::signal::{SigSet, Signal};
use nix::sys::signalfd::{SfdFlags, SignalFd};

use crate::error::{Error, Result};
use crate::event_loop::{Context, EventLoop};
use crate::listener::Listener;
// region:memcached
use crate::mailbox::Message;
// endregion:memcached
use crate::mailbox::{Mailbox, Post};
use crate::poller::{self, Kind, Poller, Trigger, Waker};
use crate::service::Service;
use crate::sys;
use crate::transport::{Plain, Wrap};
use crate::workers::Workers;

/// How a server serves.
#[derive(Debug, Clone, Copy)]
pub struct Settings {
    /// Where it listens.
    pub listen: SocketAddr,
    /// How many loops it has, each a thread.
    pub threads: usize,
    /// How they wait.
    pub poller: Kind,
    /// When they are told.
    pub trigger: Trigger,
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
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            threads: 1,
            poller: Kind::default(),
            trigger: Trigger::default(),
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

/// A server that listens already.
pub struct Server {
    settings: Settings,
    listener: TcpListener,
    address: SocketAddr,
    wrap: Arc<dyn Wrap>,
}

impl Server {
    /// Listens.
    ///
    /// # Errors
    /// [`Error::Listen`].
    pub fn bind(settings: Settings) -> Result<Self> {
        let refused = |why| Error::Listen {
            address: settings.listen,
            why,
        };
        let listener = sys::listen(settings.listen).map_err(refused)?;
        let address = listener.local_addr().map_err(refused)?;
        Ok(Self {
            settings,
            listener,
            address,
            wrap: Arc::new(Plain),
        })
    }

    /// Returns where it listens, with the port that the kernel chose.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Carries the bytes of all connections by something else than plain TCP.
    #[must_use]
    pub fn over(mut self, wrap: impl Wrap) -> Self {
        self.wrap = Arc::new(wrap);
        self
    }

    /// Serves until SIGTERM or SIGINT comes and everything under way is done. To be called before the process has other threads, for they
    /// would get the signals.
    ///
    /// # Errors
    /// What keeps a loop from going on; [`Error::Interrupted`] after a second signal.
    pub fn serve(self, service: impl Service) -> Result<()> {
        // Blocked before any thread is there, so that none of them gets them: they are read from a descriptor.
        let mut set = SigSet::empty();
        set.add(Signal::SIGTERM);
        set.add(Signal::SIGINT);
        set.thread_block().map_err(Error::system("block signals"))?;
        let flags = SfdFlags::SFD_CLOEXEC | SfdFlags::SFD_NONBLOCK;
        let signals = SignalFd::with_flags(&set, flags).map_err(Error::system("wait for signals"))?;

        let (mut pollers, post) = self.pollers()?;
        let shared = Arc::new(Shared::default());
        let workers = match self.settings.workers {
            0 => None,
            count => Some(Workers::start(count, &post).map_err(Error::system("start workers"))?),
        };
        let service = Arc::new(service);
        let context = |of_loop| {
            Context::new(
                of_loop,
                self.settings,
                Arc::clone(&service),
                Arc::clone(&self.wrap),
                Arc::clone(&shared),
                post.clone(),
                workers.clone(),
            )
        };
        let first = pollers.remove(0);
        let listener = Listener::new(self.listener, signals);
        let first = EventLoop::new(first, context(0), Some(listener))?;
        let others = (1..)
            .zip(pollers)
            .map(|(of_loop, poller)| EventLoop::new(poller, context(of_loop), None))
            .collect::<Result<Vec<_>>>()?;
        serve_all(first, others, &post)
    }

    /// Opens a poller for each loop, and a way to wake it.
    fn pollers(&self) -> Result<(Vec<Box<dyn Poller>>, Post)> {
        let mut pollers = Vec::new();
        let mut mailboxes = Vec::new();
        for _ in 0..self.settings.threads.max(1) {
            let mut poller = poller::open(self.settings.poller).map_err(Error::system("open a poller"))?;
            let waker = Waker::new(poller.as_mut(), self.settings.trigger);
            mailboxes.push(Mailbox::new(waker.map_err(Error::system("watch a waker"))?));
            pollers.push(poller);
        }
        Ok((pollers, Post::new(mailboxes)))
    }
}

/// Runs the first loop here and each of the others on a thread of its own. When one fails, all end, and the first error is the result.
///
/// Stage `memcached`: a scope joins its threads before it ends, so whoever fails must have told the others to stop by then
/// ([`Message::Stop`] to all). Until then there is only the first loop.
fn serve_all<S: Service>(first: EventLoop<S>, others: Vec<EventLoop<S>>, post: &Post) -> Result<()> {
    //~memcached let _ = (others, post);
    //~memcached first.run()
    // region:memcached
    let run = |one: EventLoop<S>| {
        one.run().inspect_err(|_| post.tell_all(|| Message::Stop))
    };
    thread::scope(|scope| {
        let mut threads = Vec::new();
        for (number, other) in (1..).zip(others) {
            let thread = thread::Builder::new()
                .name(format!("loop-{number}"))
                .spawn_scoped(scope, move || run(other))
                .map_err(Error::system("start a thread"))
                .inspect_err(|_| post.tell_all(|| Message::Stop))?;
            threads.push(thread);
        }
        threads.into_iter().fold(run(first), |ended, thread| {
            let other = thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
            ended.and(other)
        })
    })
    // endregion:memcached
}
