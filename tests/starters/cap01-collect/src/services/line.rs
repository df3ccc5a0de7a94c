use std::{
    io::{self, ErrorKind, Read, Write},
    net::SocketAddr,
    path::PathBuf,
    time::{Duration, Instant},
};

use socket2::{Domain, SockAddr, Socket, Type};

use super::Failure;

/// Where a service listens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Address {
    Tcp(SocketAddr),
    Unix(PathBuf),
}

/// A connection that ends in time, and after a number of bytes, whatever the server does.
#[derive(Debug)]
pub(super) struct Line {
    socket: Socket,
    /// When its time is over: one moment for all that is sent and received.
    until: Instant,
    /// How many bytes it may receive yet.
    left: usize,
}

impl Line {
    /// Connects to a service, which has so much time and may send so many bytes.
    pub(super) fn connect(address: &Address, patience: Duration, most: usize) -> Result<Line, Failure> {
        let until = Instant::now() + patience;
        let connect = || {
            let (domain, address) = match address {
                Address::Tcp(address) => (Domain::for_address(*address), SockAddr::from(*address)),
                Address::Unix(path) => (Domain::UNIX, SockAddr::unix(path)?),
            };
            let socket = Socket::new(domain, Type::STREAM, None)?;
            socket.connect_timeout(&address, patience)?;
            Ok(socket)
        };
        match connect() {
            Ok(socket) => Ok(Line {
                socket,
                until,
                left: most,
            }),
            Err(error) if is_nobody(&error) => Err(Failure::Gone),
            Err(error) => Err(error.into()),
        }
    }

    /// Adds to `into` what one read brings, and returns how much that is: nothing when the server has ended.
    #[expect(clippy::ptr_arg, reason = "it will grow")]
    #[expect(unused_variables, reason = "goes with the todo!")]
    pub(super) fn read(&mut self, into: &mut Vec<u8>) -> io::Result<usize> {
        todo!(
            "services: No time left is TimedOut; no byte left is an error too. Else set the socket's time limit to what is left, read at most what is left, and account for it. WouldBlock is TimedOut."
        )
    }

    /// Sends all of it.
    pub(super) fn send(&mut self, bytes: &[u8]) -> io::Result<()> {
        let mut rest = bytes;
        while !rest.is_empty() {
            self.limit(Socket::set_write_timeout)?;
            match self.socket.write(rest) {
                Ok(0) => return Err(ErrorKind::WriteZero.into()),
                Ok(length) => rest = &rest[length..],
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// Sets the time that is left as the limit of one call.
    fn limit(&self, set: fn(&Socket, Option<Duration>) -> io::Result<()>) -> io::Result<()> {
        let left = self.until.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Err(ErrorKind::TimedOut.into());
        }
        // The kernel takes microseconds, and 0 for no limit.
        set(&self.socket, Some(left.max(Duration::from_millis(1))))
    }
}

/// Says whether nobody listens there.
fn is_nobody(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        ErrorKind::ConnectionRefused | ErrorKind::NotFound | ErrorKind::NotADirectory
    )
}
