//! TLS over TCP, by rustls.

use std::io::{self, Read as _, Write as _};
use std::net::{Shutdown, TcpStream};
use std::os::fd::{AsFd as _, BorrowedFd};
use std::sync::Arc;

use rustls::{ServerConfig, ServerConnection};

use crate::transport::{Transport, Wrap};

/// Makes a TLS connection of each that is accepted: for [`Server::over`](crate::server::Server::over).
///
/// The configuration has the certificate, and says whose cryptography is used.
#[derive(Debug, Clone)]
pub struct Tls {
    config: Arc<ServerConfig>,
}

impl Tls {
    /// Makes one.
    pub fn new(config: Arc<ServerConfig>) -> Self {
        Self { config }
    }
}

impl Wrap for Tls {
    fn wrap(&self, socket: TcpStream) -> io::Result<Box<dyn Transport>> {
        let session = ServerConnection::new(Arc::clone(&self.config)).map_err(io::Error::other)?;
        Ok(Box::new(Connection {
            socket,
            session,
            unread: false,
        }))
    }
}

/// A TLS connection: the session turns records into bytes and back, and the socket carries the records.
struct Connection {
    socket: TcpStream,
    session: ServerConnection,
    /// The last read has left something in the session.
    unread: bool,
}

impl Connection {
    /// Takes records from the socket. Returns how many bytes they were; 0 is the end.
    fn take_records(&mut self) -> io::Result<usize> {
        let came = self.session.read_tls(&mut self.socket)?;
        if let Err(error) = self.session.process_new_packets() {
            // The peer is told what is wrong, if it can be told at once.
            let _ = self.session.write_tls(&mut self.socket);
            return Err(io::Error::new(io::ErrorKind::InvalidData, error));
        }
        Ok(came)
    }
}

impl Transport for Connection {
    fn handshake(&mut self) -> io::Result<bool> {
        while self.session.is_handshaking() {
            let step = match self.session.wants_write() {
                true => self.session.write_tls(&mut self.socket),
                false => self.take_records(),
            };
            match step {
                Ok(0) => return Err(io::ErrorKind::UnexpectedEof.into()),
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Ok(false),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                step => {
                    step?;
                }
            }
        }
        // What came with the end of the handshake is in the session already, where no poller sees it.
        self.unread = true;
        Ok(true)
    }

    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        loop {
            match self.session.reader().read(into) {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                read => {
                    self.unread = matches!(read, Ok(count) if count == into.len());
                    return read;
                }
            }
            self.unread = false;
            if self.take_records()? == 0 {
                return Ok(0);
            }
        }
    }

    fn write(&mut self, from: &[u8]) -> io::Result<usize> {
        // The session keeps so much and no more until it is sent; what it does not take is as if the socket did not.
        match self.session.writer().write(from)? {
            0 => {
                self.flush()?;
                match self.session.writer().write(from)? {
                    0 => Err(io::ErrorKind::WouldBlock.into()),
                    taken => Ok(taken),
                }
            }
            taken => Ok(taken),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        while self.session.wants_write() {
            self.session.write_tls(&mut self.socket)?;
        }
        Ok(())
    }

    fn has_unsent(&self) -> bool {
        self.session.wants_write()
    }

    fn has_unread(&self) -> bool {
        self.unread
    }

    fn certificate(&self) -> Option<&[u8]> {
        // The first is the peer's own; those behind it only vouch for it.
        self.session.peer_certificates()?.first().map(AsRef::as_ref)
    }

    fn end(&mut self) -> io::Result<()> {
        self.session.send_close_notify();
        // It is a courtesy: if the socket takes no more, the end of the stream says the same.
        let _ = self.flush();
        self.socket.shutdown(Shutdown::Write)
    }

    fn socket(&self) -> BorrowedFd<'_> {
        self.socket.as_fd()
    }
}
