use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::{client, folder, names, quoted, read};
use crate::error::Result;

/// What `muster` reads: `muster.toml` in its folder.
///
/// | key | value | if it is not there |
/// |---|---|---|
/// | `hub` | where the hub is, `HOST:PORT` | refused |
/// | `ca` | whose certificates are believed, in PEM | `"ca.pem"` |
/// | `cert`, `key` | who the operator is, in PEM | `"operator.pem"`, `"operator.key"` |
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Operator {
    /// Where the hub is.
    pub hub: String,
    /// Who the operator is, and whom they believe.
    pub tls: rpc::tls::Files,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct File {
    hub: String,
    ca: Option<PathBuf>,
    cert: Option<PathBuf>,
    key: Option<PathBuf>,
}

impl Operator {
    /// Reads it.
    ///
    /// # Errors
    /// What is wrong with which file, and in which line.
    pub fn read(path: &Path) -> Result<Self> {
        let file: File = read(path)?;
        let [ca, cert, key] = names("operator");
        Ok(Self {
            hub: file.hub,
            tls: client(
                folder(path),
                &file.ca.unwrap_or(ca),
                &file.cert.unwrap_or(cert),
                &file.key.unwrap_or(key),
            ),
        })
    }

    /// Returns a file for `muster init` to write, with every key and what it means.
    pub fn template(hub: &str) -> String {
        let hub = quoted(hub);
        format!(
            r#"# What muster reads. Paths are seen from this file's folder.

# Where the hub is. It is believed to be the hub by its certificate, whatever its address.
hub = {hub}

# Whose certificates are believed, and who this operator is, in PEM.
ca = "ca.pem"
cert = "operator.pem"
key = "operator.key"
"#
        )
    }
}
