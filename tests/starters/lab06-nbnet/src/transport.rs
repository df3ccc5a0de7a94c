//! What carries the bytes of a connection: TCP as it is, or something over it.

use std::io::{self, Read as _, Write as _};
use std::net::{Shutdown, TcpStream};
use std::os::fd::{AsFd as _, BorrowedFd};

/// Carries bytes without ever waiting: what cannot be done now is [`io::ErrorKind::WouldBlock`].
pub trait Transport: Send {
    /// Goes on with the handshake. Returns whether it is done; if not, the socket has to become readable, or writable if there is
    /// something unsent.
    ///
    /// # Errors
    /// What goes wrong with it: the connection ends. [`io::ErrorKind::InvalidData`] is what the peer did wrong, and is said on standard error.
    fn handshake(&mut self) -> io::Result<bool> {
        Ok(true)
    }

    /// Reads; 0 is the end.
    ///
    /// # Errors
    /// What the socket says.
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize>;

    /// Writes some of it.
    ///
    /// # Errors
    /// What the socket says.
    fn write(&mut self, from: &[u8]) -> io::Result<usize>;

    /// Sends what it keeps itself.
    ///
    /// # Errors
    /// What the socket says.
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }

    /// Returns whether it keeps something that is not sent yet.
    fn has_unsent(&self) -> bool {
        false
    }

    /// Returns whether it keeps something that was not read yet, of which no poller knows.
    fn has_unread(&self) -> bool {
        false
    }

    /// Returns the certificate by which the peer has shown who it is, in DER, if the transport asks for one and the handshake is done.
    fn certificate(&self) -> Option<&[u8]> {
        None
    }

    /// Says that nothing more will be sent.
    ///
    /// # Errors
    /// What the socket says.
    fn end(&mut self) -> io::Result<()>;

    /// Returns the socket, for a poller.
    fn socket(&self) -> BorrowedFd<'_>;
}

/// Makes a transport of each connection that a server accepts.
pub trait Wrap: Send + Sync + 'static {
    /// Takes a socket that does not block.
    ///
    /// # Errors
    /// Why nothing can be made of it: the connection ends.
    fn wrap(&self, socket: TcpStream) -> io::Result<Box<dyn Transport>>;
}

/// Bytes over TCP as they are.
#[derive(Debug, Clone, Copy)]
pub struct Plain;

impl Wrap for Plain {
    fn wrap(&self, socket: TcpStream) -> io::Result<Box<dyn Transport>> {
        Ok(Box::new(socket))
    }
}

impl Transport for TcpStream {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        (&*self).read(into)
    }

    fn write(&mut self, from: &[u8]) -> io::Result<usize> {
        (&*self).write(from)
    }

    fn end(&mut self) -> io::Result<()> {
        self.shutdown(Shutdown::Write)
    }

    fn socket(&self) -> BorrowedFd<'_> {
        self.as_fd()
    }
}
