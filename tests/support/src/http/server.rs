//! A site that is served.

use std::net::{SocketAddr, TcpListener};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::Duration;

use socket2::SockRef;

use crate::http::accept::{Accept, Hub};
use crate::http::gate::Gate;
use crate::http::log::Log;
use crate::http::response::Response;
use crate::http::site::Site;
use crate::report::{Failure, Outcome};
use crate::served::Told;

/// A site that is served, from threads of this process, on a port that the kernel chose.
///
/// Dropping it closes its sockets and waits for its threads; a response that is still being sent is cut off.
#[derive(Debug)]
pub struct Server {
    address: SocketAddr,
    hub: Arc<Hub>,
    stop: Gate,
    acceptor: Option<JoinHandle<()>>,
    patience: Duration,
}

impl Server {
    /// Starts to serve `site`.
    ///
    /// # Panics
    /// When its address cannot be had, as `::1` on a machine without IPv6.
    pub fn start(site: Site) -> Self {
        Self::start_elsewhere(site, &[])
    }

    /// The same at none of these addresses. The kernel may give a port again as soon as the server that had it is over.
    pub(crate) fn start_elsewhere(site: Site, taken: &[SocketAddr]) -> Self {
        let listener = listen(SocketAddr::new(site.address, 0), taken);
        // The kernel drops what a short queue has no room for, and a client then waits a second before it tries again.
        SockRef::from(&listener)
            .listen(1024)
            .expect("a listening socket listens");
        let address = listener.local_addr().expect("a listening socket has an address");
        let stop = Gate::new();
        let hub = Arc::new(Hub::new(site));
        let accept = Accept {
            listener,
            stop: stop.clone(),
            hub: Arc::clone(&hub),
        };
        Self {
            address,
            hub,
            stop,
            acceptor: Some(std::thread::spawn(move || accept.run())),
            patience: Duration::from_secs(10),
        }
    }

    /// Sets how long [`Server::wait_for`] waits: 10 s, unless a case says its own.
    pub(crate) fn patience(mut self, patience: Duration) -> Self {
        self.patience = patience;
        self
    }

    /// The address and the port.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Returns the URL of `target`, which begins with a slash.
    pub fn url(&self, target: &str) -> String {
        format!("http://{}{target}", self.address)
    }

    /// Answers `key` with `response` from now on, whatever it answered before.
    pub fn set(&self, key: &str, response: Response) {
        lock(&self.hub.site).set(key, response);
    }

    /// Returns what was seen up to now.
    pub fn log(&self) -> Log {
        self.hub.log.lock().clone()
    }

    /// Waits until `ready` holds of what was seen, and returns it. `what` completes the sentence "waited in vain until …".
    ///
    /// What does not come within the stage's wall limit fails the case.
    pub fn wait_for(&self, what: &str, ready: impl FnMut(&Log) -> bool) -> Log {
        match self.hub.log.wait(self.patience, ready) {
            Some(log) => log,
            None => Failure::new(Outcome::TimedOut, format!("waited in vain until {what}")).raise(),
        }
    }

    /// Returns what tells, also after the server's end, what it saw.
    pub(crate) fn witness(&self) -> impl Fn() -> Told + use<> {
        let hub = Arc::clone(&self.hub);
        move || Told {
            asked: hub.log.lock().requests.iter().map(|seen| seen.line()).collect(),
            answers: hub.log.answers(),
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stop.open();
        let mut broken = self.acceptor.take().and_then(|acceptor| acceptor.join().err());
        // Nothing is accepted any more, so these are all there are.
        for panic in self.hub.end() {
            broken.get_or_insert(panic);
        }
        // A function of the site that panicked is a fault of the suite, which must not look like a closed connection.
        if let Some(panic) = broken.filter(|_| !std::thread::panicking()) {
            std::panic::resume_unwind(panic);
        }
    }
}

/// Locks a mutex whose holder cannot have left it half changed.
pub(super) fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

/// Listens at an address that is none of `taken`.
fn listen(asked: SocketAddr, taken: &[SocketAddr]) -> TcpListener {
    // Those that will not do are kept until another is found, or the kernel could give the same again.
    let mut refused = Vec::new();
    loop {
        let listener =
            TcpListener::bind(asked).unwrap_or_else(|error| panic!("cannot listen on {asked}: {error}"));
        if listener
            .local_addr()
            .is_ok_and(|address| !taken.contains(&address))
        {
            return listener;
        }
        refused.push(listener);
    }
}
