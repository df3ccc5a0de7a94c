//! Both sides in TLS, each with a certificate.

use std::path::PathBuf;

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
