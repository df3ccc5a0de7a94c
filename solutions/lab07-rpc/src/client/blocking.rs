//! A client that blocks: one call at a time, on one connection.

use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::time::Duration;

/// What carries the bytes of a client that blocks: TCP, or TLS over it.
pub trait Channel: Read + Write + Send {
    /// Lets reads wait so long at most, writes too; a wait that is over is [`io::ErrorKind::WouldBlock`] or [`io::ErrorKind::TimedOut`].
    ///
    /// # Errors
    /// What the socket says.
    fn limit(&self, time: Option<Duration>) -> io::Result<()>;
}

impl Channel for TcpStream {
    fn limit(&self, time: Option<Duration>) -> io::Result<()> {
        self.set_read_timeout(time)?;
        self.set_write_timeout(time)
    }
}
