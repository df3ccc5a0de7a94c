//! The connection under a request: it waits for a byte only so long, and another thread may hang up.

use std::io::{self, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::{Duration, Instant};

use rustix::io::Errno;
use socket2::{Domain, SockRef, Socket, Type};
use ureq::Error;
use ureq::unversioned::transport::{
    Buffers, ConnectionDetails, Connector, LazyBuffers, NextTimeout, Transport,
};

use crate::error::Fault;

/// The longest request.
const OUTPUT: usize = 16 << 10;

/// What other threads hold of a connection, to hang it up.
///
/// ```
/// use downloader::http::Line;
///
/// let line = Line::default();
/// line.hang_up(); // whoever waits for bytes now, or connects from now on, gets `Fault::HungUp` …
/// line.pick_up(); // … until here
/// ```
#[derive(Debug, Default)]
pub struct Line(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    hung_up: bool,
    /// One, or a few after redirects to other hosts.
    sockets: Vec<Weak<TcpStream>>,
}

impl Line {
    /// Ends what is under way: a thread that connects, sends or waits for bytes gets [`Fault::HungUp`] at once.
    pub fn hang_up(&self) {
        let mut state = self.state();
        state.hung_up = true;
        for socket in state.sockets.drain(..).filter_map(|socket| socket.upgrade()) {
            // It may be closed already.
            let _ = socket.shutdown(Shutdown::Both);
        }
    }

    /// Allows connections again.
    pub fn pick_up(&self) {
        self.state().hung_up = false;
    }

    fn is_hung_up(&self) -> bool {
        self.state().hung_up
    }

    /// Remembers a socket, before it connects.
    fn add(&self, socket: &Arc<TcpStream>) -> Result<(), Fault> {
        let mut state = self.state();
        if state.hung_up {
            return Err(Fault::HungUp);
        }
        state.sockets.retain(|socket| socket.strong_count() > 0);
        state.sockets.push(Arc::downgrade(socket));
        Ok(())
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Connects for ureq.
#[derive(Debug)]
pub(super) struct Dialer {
    pub(super) line: Arc<Line>,
    /// The longest time without a byte.
    pub(super) timeout: Duration,
    /// How much is asked of the system at once.
    pub(super) piece: usize,
}

impl Connector<()> for Dialer {
    type Out = Wire;

    fn connect(&self, details: &ConnectionDetails, _: Option<()>) -> Result<Option<Wire>, Error> {
        let deadline = Instant::now() + self.timeout;
        let mut fault = Fault::Refused;
        for (tried, address) in details.addrs.iter().enumerate() {
            // A host with several addresses gets a share of the time for each.
            let left = deadline.saturating_duration_since(Instant::now());
            let share = left / u32::try_from(details.addrs.len() - tried).unwrap_or(1);
            match self.dial(*address, share) {
                Ok(socket) => {
                    return Ok(Some(Wire {
                        socket,
                        line: Arc::clone(&self.line),
                        timeout: self.timeout,
                        buffers: LazyBuffers::new(self.piece, OUTPUT),
                    }));
                }
                Err(Fault::HungUp) => return Err(wrap(Fault::HungUp)),
                Err(other) => fault = other,
            }
        }
        Err(wrap(fault))
    }
}

impl Dialer {
    fn dial(&self, address: SocketAddr, share: Duration) -> Result<Arc<TcpStream>, Fault> {
        let other = |error: io::Error| match error.kind() {
            _ if self.line.is_hung_up() => Fault::HungUp,
            io::ErrorKind::ConnectionRefused => Fault::Refused,
            io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut => Fault::TimedOut(self.timeout),
            // Linux says so when the time for sending is over before the connection is there.
            _ if error.raw_os_error() == Some(Errno::INPROGRESS.raw_os_error()) => {
                Fault::TimedOut(self.timeout)
            }
            _ => Fault::Other(error.to_string()),
        };
        let socket = Socket::new(Domain::for_address(address), Type::STREAM, None).map_err(other)?;
        let socket = Arc::new(TcpStream::from(socket));
        self.line.add(&socket)?;
        let control = SockRef::from(&*socket);
        // A time limit of zero would mean none.
        control
            .set_write_timeout(Some(share.max(Duration::from_millis(1))))
            .and_then(|()| control.connect(&address.into()))
            .and_then(|()| control.set_write_timeout(Some(self.timeout)))
            .and_then(|()| control.set_read_timeout(Some(self.timeout)))
            .and_then(|()| control.set_tcp_nodelay(true))
            .map_err(other)?;
        Ok(socket)
    }
}

/// One TCP connection, as ureq wants it.
#[derive(Debug)]
pub(super) struct Wire {
    socket: Arc<TcpStream>,
    line: Arc<Line>,
    timeout: Duration,
    buffers: LazyBuffers,
}

impl Wire {
    fn explain(&self, error: &io::Error) -> Error {
        wrap(match error.kind() {
            _ if self.line.is_hung_up() => Fault::HungUp,
            io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut => Fault::TimedOut(self.timeout),
            io::ErrorKind::ConnectionReset | io::ErrorKind::BrokenPipe => Fault::Reset,
            _ => Fault::Other(error.to_string()),
        })
    }
}

impl Transport for Wire {
    fn buffers(&mut self) -> &mut dyn Buffers {
        &mut self.buffers
    }

    fn transmit_output(&mut self, amount: usize, _: NextTimeout) -> Result<(), Error> {
        (&*self.socket)
            .write_all(&self.buffers.output()[..amount])
            .map_err(|error| self.explain(&error))
    }

    fn await_input(&mut self, _: NextTimeout) -> Result<bool, Error> {
        let got = loop {
            match (&*self.socket).read(self.buffers.input_append_buf()) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(self.explain(&error)),
                Ok(got) => break got,
            }
        };
        // A connection that was hung up reads like one that came to its end.
        if got == 0 && self.line.is_hung_up() {
            return Err(wrap(Fault::HungUp));
        }
        self.buffers.input_appended(got);
        Ok(got > 0)
    }

    fn is_open(&mut self) -> bool {
        // Between two requests there must be nothing to read, not even the end.
        let peeked = self
            .socket
            .set_nonblocking(true)
            .and_then(|()| self.socket.peek(&mut [0]));
        let is_quiet = matches!(peeked, Err(error) if error.kind() == io::ErrorKind::WouldBlock);
        is_quiet && self.socket.set_nonblocking(false).is_ok()
    }
}

/// Carries a fault through ureq.
fn wrap(fault: Fault) -> Error {
    Error::Other(Box::new(fault))
}
