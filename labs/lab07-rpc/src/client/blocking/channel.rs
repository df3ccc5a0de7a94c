//! What carries the bytes of a client that blocks.

use std::io::{self, Read, Write};
use std::net::{TcpStream, ToSocketAddrs as _};
use std::time::Duration;

use crate::client::Options;
use crate::error::{Error, Result};

/// TCP, or TLS over it.
pub trait Channel: Read + Write + Send {
    /// Lets reads and writes wait so long at most; a wait that is over is [`io::ErrorKind::WouldBlock`] or [`io::ErrorKind::TimedOut`].
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

/// Connects to `address`, HOST:PORT.
///
/// # Errors
/// [`Error::Connect`].
pub(super) fn connect(address: &str, options: &Options) -> Result<Box<dyn Channel>> {
    let refused = |why: io::Error| Error::Connect { why: why.to_string() };
    let stream = tcp(address, options.connect).map_err(refused)?;
    #[cfg(feature = "tls")]
    if let Some(files) = &options.tls {
        let host = address.rsplit_once(':').map_or(address, |(host, _)| host);
        stream.limit(Some(options.connect)).map_err(refused)?;
        return crate::tls::blocking(stream, host, files).map_err(refused);
    }
    Ok(Box::new(stream))
}

/// Tries each address that the name has, until one takes the connection.
fn tcp(address: &str, within: Duration) -> io::Result<TcpStream> {
    let mut failed = None;
    for address in address.to_socket_addrs()? {
        match TcpStream::connect_timeout(&address, within) {
            Ok(stream) => {
                // A small call is not held back until the one before is acknowledged.
                stream.set_nodelay(true)?;
                return Ok(stream);
            }
            Err(error) => failed = Some(error),
        }
    }
    Err(failed.unwrap_or_else(|| io::Error::other("the name has no address")))
}
