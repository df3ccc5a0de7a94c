//! A listener for the subject's clients.

use std::io::ErrorKind;
use std::net::{SocketAddr, TcpListener};

use super::socket::Wire;

/// Listens for the subject's clients, and takes a connection in when the case says so ([`super::Subject::accept`]).
pub(crate) struct Host {
    listener: TcpListener,
    pub(crate) address: SocketAddr,
    accepted: usize,
}

impl Host {
    /// Listens on a port that the kernel chose.
    pub(crate) fn listen() -> Self {
        Self::on("127.0.0.1:0")
    }

    /// Listens on `address`; whoever wants to come back to a port that was in use gives that port.
    pub(crate) fn on(address: &str) -> Self {
        let listen = || {
            // The library of Rust sets SO_REUSEADDR, so that a port is free again as soon as its listener is closed.
            let listener = TcpListener::bind(address)?;
            listener.set_nonblocking(true)?;
            let address = listener.local_addr()?;
            Ok((listener, address))
        };
        let (listener, address) =
            listen().unwrap_or_else(|error: std::io::Error| panic!("{address}: {error}"));
        Self {
            listener,
            address,
            accepted: 0,
        }
    }

    /// An address where nobody listens: the port was free a moment ago.
    pub(crate) fn nobody() -> SocketAddr {
        Self::listen().address
    }

    /// Takes in a connection that waits already.
    pub(crate) fn try_accept(&mut self) -> Option<Wire> {
        match self.listener.accept() {
            Ok((stream, peer)) => {
                self.accepted += 1;
                Some(Wire::accepted(stream, peer))
            }
            Err(error) if error.kind() == ErrorKind::WouldBlock => None,
            Err(error) => panic!("{}: {error}", self.address),
        }
    }

    /// How many connections have come, with those that nobody has taken in.
    pub(crate) fn connections(&mut self) -> usize {
        while self.try_accept().is_some() {}
        self.accepted
    }

    /// The address as a client is given it.
    pub(crate) fn name(&self) -> String {
        self.address.to_string()
    }
}
