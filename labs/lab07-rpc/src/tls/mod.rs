//! Both sides in TLS, each with a certificate: whoever may call methods may run commands, so the server asks everybody who he is.

mod blocking;
mod pem;

use std::io;
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustls::pki_types::ServerName;
use rustls::server::WebPkiClientVerifier;
use rustls::{ClientConfig, ServerConfig};
use tokio_rustls::TlsConnector;

use crate::client::blocking::Channel;

/// What a side needs, as files in PEM.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Files {
    /// Whose certificates are believed.
    pub ca: PathBuf,
    /// The side's own certificate, and behind it those between it and the other side's `ca`, if there are any.
    pub cert: PathBuf,
    /// Its private key.
    pub key: PathBuf,
    /// The name that the server's certificate must have, if it is not the host that is connected to.
    pub name: Option<String>,
}

/// Makes the transport of a server's connections: for [`Server::over`](crate::server::Server::over). Clients must have a certificate that `ca` vouches for.
///
/// # Errors
/// What is wrong with which file.
pub fn server(cert: &Path, key: &Path, ca: &Path) -> io::Result<nbnet::tls::Tls> {
    let roots = Arc::new(pem::roots(ca)?);
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let verifier = WebPkiClientVerifier::builder_with_provider(roots, Arc::clone(&provider))
        .build()
        .map_err(|why| pem::wrong(ca, why))?;
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(io::Error::other)?
        .with_client_cert_verifier(verifier)
        .with_single_cert(pem::chain(cert)?, pem::key(key)?)
        // The key is one, and the certificate is one: they do not belong together.
        .map_err(|why| pem::wrong(key, why))?;
    Ok(nbnet::tls::Tls::new(Arc::new(config)))
}

/// Makes a TLS connection of one that is made already, to `host`. It does not block.
///
/// # Errors
/// What is wrong with which file, or with the handshake.
pub async fn connect(
    stream: tokio::net::TcpStream,
    host: &str,
    files: &Files,
) -> io::Result<tokio_rustls::client::TlsStream<tokio::net::TcpStream>> {
    let name = name(host, files)?;
    let config = client(files)?;
    TlsConnector::from(config).connect(name, stream).await
}

/// Makes a TLS connection of one that is made already, to `host`. It blocks.
///
/// # Errors
/// What is wrong with which file, or with the handshake.
pub fn blocking(stream: TcpStream, host: &str, files: &Files) -> io::Result<Box<dyn Channel>> {
    let name = name(host, files)?;
    Ok(Box::new(blocking::Stream::connect(stream, client(files)?, name)?))
}

/// Returns the configuration of a client.
fn client(files: &Files) -> io::Result<Arc<ClientConfig>> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(io::Error::other)?
        .with_root_certificates(pem::roots(&files.ca)?)
        .with_client_auth_cert(pem::chain(&files.cert)?, pem::key(&files.key)?)
        .map_err(|why| pem::wrong(&files.key, why))?;
    Ok(Arc::new(config))
}

/// Returns whom the server's certificate must name: a host, or an address.
fn name(host: &str, files: &Files) -> io::Result<ServerName<'static>> {
    let name = files.name.as_deref().unwrap_or(host);
    // In an address with a port, IPv6 stands in brackets.
    let bare = name.trim_start_matches('[').trim_end_matches(']');
    ServerName::try_from(bare.to_owned())
        .map_err(|_| io::Error::new(io::ErrorKind::InvalidInput, format!("{name}: no name of a host")))
}

#[cfg(test)]
mod tests;
