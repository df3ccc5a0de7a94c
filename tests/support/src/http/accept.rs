//! Accepting connections, and knowing those that are open.

use std::any::Any;
use std::collections::{BTreeMap, BTreeSet};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use socket2::SockRef;

use crate::http::connection::{self, Closing};
use crate::http::gate::Gate;
use crate::http::log::Shared;
use crate::http::server::lock;
use crate::http::site::Site;

/// The most connections that are open at the same time; each has a thread.
const MOST_OPEN: usize = 512;

/// What a server's threads share.
#[derive(Debug)]
pub(super) struct Hub {
    pub(super) site: Mutex<Site>,
    pub(super) log: Shared,
    /// Whether the server is being dropped.
    pub(super) stopping: AtomicBool,
    connections: Mutex<BTreeMap<u64, Connection>>,
    panics: Mutex<Vec<Panic>>,
}

#[derive(Debug)]
struct Connection {
    /// `None` once the connection is done with, which closes the socket.
    stream: Option<Arc<TcpStream>>,
    thread: JoinHandle<()>,
}

/// What a thread panicked with.
type Panic = Box<dyn Any + Send>;

impl Hub {
    pub(super) fn new(site: Site) -> Self {
        Self {
            site: Mutex::new(site),
            log: Shared::default(),
            stopping: AtomicBool::new(false),
            connections: Mutex::default(),
            panics: Mutex::default(),
        }
    }

    /// Serves one more connection in a thread of its own.
    fn open(self: &Arc<Self>, stream: TcpStream) {
        let live = self.live().len();
        let number = self.log.change(|log| {
            if log.open >= MOST_OPEN {
                log.refused += 1;
                return None;
            }
            log.connections += 1;
            log.open += 1;
            log.most_open = log.most_open.max(live + 1);
            Some(log.connections)
        });
        let Some(number) = number else { return };
        // Small writes are what a drip is made of.
        let _ = stream.set_nodelay(true);
        let stream = Arc::new(stream);
        let (hub, served) = (Arc::clone(self), Arc::clone(&stream));
        // The lock is held until the connection stands in the table: its thread may end at once.
        let mut connections = lock(&self.connections);
        let done = connections.extract_if(.., |_, connection| {
            connection.stream.is_none() && connection.thread.is_finished()
        });
        self.join(done.map(|(_, connection)| connection.thread));
        let thread = std::thread::spawn(move || {
            let mut open = Open {
                hub: &hub,
                number,
                stream: served,
                closing: Closing::InOrder,
            };
            open.closing = connection::serve(&hub, &open.stream, number);
        });
        let stream = Some(stream);
        connections.insert(number, Connection { stream, thread });
    }

    /// The connections that neither side has closed.
    ///
    /// The kernel knows that a client closed before it learns of the next connection of that client; the thread that serves it may
    /// come later.
    pub(super) fn live(&self) -> BTreeSet<u64> {
        let connections = lock(&self.connections);
        let open: Vec<(u64, &TcpStream)> = connections
            .iter()
            .filter_map(|(number, connection)| Some((*number, &**connection.stream.as_ref()?)))
            .collect();
        let mut fds: Vec<_> = open
            .iter()
            .map(|(_, stream)| PollFd::new(*stream, PollFlags::RDHUP))
            .collect();
        let _ = poll(&mut fds, Some(&Timespec::default()));
        let live = open.iter().zip(&fds).filter(|(_, fd)| fd.revents().is_empty());
        live.map(|((number, _), _)| *number).collect()
    }

    fn join(&self, threads: impl Iterator<Item = JoinHandle<()>>) {
        lock(&self.panics).extend(threads.filter_map(|thread| thread.join().err()));
    }

    /// Cuts all connections off and waits for their threads; returns what threads panicked with.
    pub(super) fn end(&self) -> Vec<Panic> {
        self.stopping.store(true, Ordering::Relaxed);
        let mut left = lock(&self.connections);
        for stream in left.values().filter_map(|connection| connection.stream.as_ref()) {
            // Whoever reads, writes or waits on it wakes up.
            let _ = stream.shutdown(Shutdown::Both);
        }
        let threads: Vec<_> = std::mem::take(&mut *left).into_values().collect();
        // The threads want the table, too.
        drop(left);
        self.join(threads.into_iter().map(|connection| connection.thread));
        std::mem::take(&mut *lock(&self.panics))
    }
}

/// A connection that is open; it closes also when its thread panics.
struct Open<'h> {
    hub: &'h Hub,
    number: u64,
    stream: Arc<TcpStream>,
    closing: Closing,
}

impl Drop for Open<'_> {
    fn drop(&mut self) {
        // The log knows the end before the client can see it.
        if let Some(connection) = lock(&self.hub.connections).get_mut(&self.number) {
            connection.stream = None;
        }
        self.hub.log.change(|log| log.open -= 1);
        // The last one to drop the socket closes it, which is this thread, or whoever ends the server.
        match self.closing {
            Closing::InOrder => drop(self.stream.shutdown(Shutdown::Write)),
            Closing::Reset => drop(SockRef::from(&*self.stream).set_linger(Some(Duration::ZERO))),
        }
    }
}

/// The accepting thread.
pub(super) struct Accept {
    pub(super) listener: TcpListener,
    pub(super) stop: Gate,
    pub(super) hub: Arc<Hub>,
}

impl Accept {
    /// Accepts connections until the gate opens.
    pub(super) fn run(self) {
        loop {
            let mut fds = [
                PollFd::new(&self.stop, PollFlags::IN),
                PollFd::new(&self.listener, PollFlags::IN),
            ];
            let _ = poll(&mut fds, None);
            if !fds[0].revents().is_empty() {
                return;
            }
            if fds[1].revents().is_empty() {
                continue;
            }
            match self.listener.accept() {
                Ok((stream, _)) => self.hub.open(stream),
                // Most likely there is no descriptor left; one becomes free when a connection ends.
                Err(_) => std::thread::sleep(Duration::from_millis(5)),
            }
        }
    }
}
