//! Both sides in TLS, each with a certificate.

use std::io;
use std::net::TcpStream;
use std::path::{Path, PathBuf};

use crate::client::blocking::Channel;

/// What a side needs, as files in PEM.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Files {
    /// Whose certificates are believed.
    pub ca: PathBuf,
    /// The side's own certificate.
    pub cert: PathBuf,
    /// Its private key.
    pub key: PathBuf,
    /// The name that the server's certificate must have, if it is not the host that is connected to.
    pub name: Option<String>,
}

/// Makes the transport of a server's connections: for [`Server::over`](crate::server::Server::over). Clients must have a certificate that `ca` vouches for.
///
/// # Errors
/// What is wrong with the files.
pub fn server(cert: &Path, key: &Path, ca: &Path) -> io::Result<nbnet::tls::Tls> {
    let _ = (cert, key, ca);
    Err(io::ErrorKind::Unsupported.into())
}

/// Makes a TLS connection of one that is made already, to `host`.
///
/// # Errors
/// What is wrong with the files, or with the handshake.
pub fn blocking(stream: TcpStream, host: &str, files: &Files) -> io::Result<Box<dyn Channel>> {
    let _ = (stream, host, files);
    Err(io::ErrorKind::Unsupported.into())
}
