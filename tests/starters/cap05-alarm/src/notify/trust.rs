//! Connections in TLS. They cost much to compile, so that they are behind the feature `tls`; without it whatever asks for them is refused.

use std::io::{self, Read, Write};
use std::path::Path;

use super::timed::Timed;

#[cfg(feature = "tls")]
use {
    rustls::pki_types::{CertificateDer, ServerName, pem::PemObject},
    rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned},
    std::sync::Arc,
};

/// Where a system has the certificates that it believes, the first of these that is there: Debian, Fedora, Alpine.
#[cfg(feature = "tls")]
const OF_THE_SYSTEM: [&str; 3] = [
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/cert.pem",
];

/// Whose certificates are believed.
#[derive(Debug, Clone)]
pub struct Trust {
    #[cfg(feature = "tls")]
    config: Arc<ClientConfig>,
    #[cfg(not(feature = "tls"))]
    never: std::convert::Infallible,
}

/// A connection that is in TLS or not.
pub(super) enum Stream {
    Plain(Timed),
    #[cfg(feature = "tls")]
    Secure(Box<StreamOwned<ClientConnection, Timed>>),
}

#[cfg(feature = "tls")]
impl Trust {
    /// Believes what the certificates of a file in PEM vouch for or, without a file, those of the system.
    ///
    /// # Errors
    /// Says what is wrong with the file.
    pub fn read(ca: Option<&Path>) -> Result<Trust, String> {
        let of_system = || {
            let found = OF_THE_SYSTEM.iter().map(Path::new).find(|path| path.exists());
            found.ok_or("this system has no file of certificates: name one as `ca`")
        };
        let path = ca.map_or_else(of_system, Ok)?;
        let wrong = |why: &dyn std::fmt::Display| format!("{}: {why}", path.display());
        let mut roots = RootCertStore::empty();
        for certificate in CertificateDer::pem_file_iter(path).map_err(|why| wrong(&why))? {
            let certificate = certificate.map_err(|why| wrong(&why))?;
            match (roots.add(certificate), ca) {
                // Of a system's many some may be of a kind that is not known here.
                (Ok(()), _) | (Err(_), None) => {}
                (Err(why), Some(_)) => return Err(wrong(&why)),
            }
        }
        if roots.is_empty() {
            return Err(wrong(&"there is no certificate in it"));
        }
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|why| wrong(&why))?
            .with_root_certificates(roots)
            .with_no_client_auth();
        let config = Arc::new(config);
        Ok(Trust { config })
    }

    /// Makes a connection one in TLS, to a host that its certificate must name.
    pub(super) fn secure(&self, stream: Timed, host: &str) -> io::Result<Stream> {
        let name = ServerName::try_from(host.to_owned()).map_err(io::Error::other)?;
        let config = Arc::clone(&self.config);
        let connection = ClientConnection::new(config, name).map_err(io::Error::other)?;
        let mut stream = StreamOwned::new(connection, stream);
        while stream.conn.is_handshaking() {
            stream.conn.complete_io(&mut stream.sock)?;
        }
        Ok(Stream::Secure(Box::new(stream)))
    }
}

#[cfg(not(feature = "tls"))]
impl Trust {
    /// Refuses.
    ///
    /// # Errors
    /// Always: this program was built without TLS.
    pub fn read(_: Option<&Path>) -> Result<Trust, String> {
        Err("this program was built without TLS (the feature `tls`)".to_owned())
    }

    pub(super) fn secure(&self, _: Timed, _: &str) -> io::Result<Stream> {
        match self.never {}
    }
}

impl Read for Stream {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Stream::Plain(stream) => stream.read(buffer),
            #[cfg(feature = "tls")]
            Stream::Secure(stream) => stream.read(buffer),
        }
    }
}

impl Write for Stream {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Stream::Plain(stream) => stream.write(bytes),
            #[cfg(feature = "tls")]
            Stream::Secure(stream) => stream.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Stream::Plain(stream) => stream.flush(),
            #[cfg(feature = "tls")]
            Stream::Secure(stream) => stream.flush(),
        }
    }
}
