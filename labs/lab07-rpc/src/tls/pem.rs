//! Certificates and keys from files, and errors that name the file.

use std::fmt::Display;
use std::io;
use std::path::Path;

use rustls::RootCertStore;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, pem};

/// Reads whose certificates are believed.
pub(super) fn roots(path: &Path) -> io::Result<RootCertStore> {
    let mut roots = RootCertStore::empty();
    for certificate in chain(path)? {
        roots.add(certificate).map_err(|why| wrong(path, why))?;
    }
    Ok(roots)
}

/// Reads certificates: at least one.
pub(super) fn chain(path: &Path) -> io::Result<Vec<CertificateDer<'static>>> {
    let read = CertificateDer::pem_file_iter(path).and_then(Iterator::collect);
    let certificates: Vec<_> = read.map_err(|why| unreadable(path, why))?;
    match certificates.is_empty() {
        true => Err(wrong(path, "there is no certificate in it")),
        false => Ok(certificates),
    }
}

/// Reads a private key.
pub(super) fn key(path: &Path) -> io::Result<PrivateKeyDer<'static>> {
    PrivateKeyDer::from_pem_file(path).map_err(|why| match why {
        pem::Error::NoItemsFound => wrong(path, "there is no private key in it"),
        why => unreadable(path, why),
    })
}

/// Says that a file is of no use.
pub(super) fn wrong(path: &Path, why: impl Display) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, format!("{}: {why}", path.display()))
}

fn unreadable(path: &Path, why: pem::Error) -> io::Error {
    match why {
        pem::Error::Io(why) => io::Error::new(why.kind(), format!("cannot read {}: {why}", path.display())),
        why => wrong(path, why),
    }
}
