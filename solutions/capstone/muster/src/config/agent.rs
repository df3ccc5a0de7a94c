use std::path::{Path, PathBuf};

use collect::Nginx;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer};

use super::{client, folder, names, quoted, read};
use crate::error::Result;

/// What `muster-agent` reads.
///
/// | key | value | if it is not there |
/// |---|---|---|
/// | `hub` | where its hub is, `HOST:PORT` | refused |
/// | `commands` | whether the hub may run commands here | `true` |
/// | `at_once` | how many of them at a time | `8` |
/// | `root` | where `proc/` and `sys/` are | `"/"` |
/// | `plugins` | the folder with the manifests of its plug-ins | it has none |
/// | `spool` | the folder where reports wait that the hub has not stored yet; they outlive the agent | `"spool"` |
/// | `spool_mib` | the most that these may have, in MiB; the oldest are given up then. 0 keeps them in memory instead, up to 4 MiB | `64` |
/// | `nginx` | the URL of nginx's `stub_status`, as [`Nginx::new`] takes it | nginx is not asked |
/// | `mysql` | an option file that says where MySQL or MariaDB is, and who asks, as [`collect::Mysql`] reads it | it is not asked |
/// | `ca` | whose certificates are believed, in PEM | `"ca.pem"` |
/// | `cert`, `key` | who the agent is, in PEM | `"agent.pem"`, `"agent.key"` |
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Agent {
    /// Where its hub is.
    pub hub: String,
    /// Whether the hub may run commands here.
    pub commands: bool,
    /// How many of them at a time.
    pub at_once: usize,
    /// Where `proc/` and `sys/` are.
    pub root: PathBuf,
    /// The folder with the manifests of its plug-ins.
    pub plugins: Option<PathBuf>,
    /// Where reports wait that the hub has not stored yet.
    pub spool: crate::agent::Place,
    /// Which nginx is asked for its numbers.
    pub nginx: Option<Nginx>,
    /// The file that says which MySQL is.
    pub mysql: Option<PathBuf>,
    /// Who it is, and whom it believes.
    pub tls: rpc::tls::Files,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct File {
    hub: String,
    #[serde(default = "yes")]
    commands: bool,
    #[serde(default = "eight")]
    at_once: std::num::NonZeroU16,
    root: Option<PathBuf>,
    plugins: Option<PathBuf>,
    spool: Option<PathBuf>,
    #[serde(default = "sixty_four")]
    spool_mib: u16,
    #[serde(default, deserialize_with = "nginx")]
    nginx: Option<Nginx>,
    mysql: Option<PathBuf>,
    ca: Option<PathBuf>,
    cert: Option<PathBuf>,
    key: Option<PathBuf>,
}

fn yes() -> bool {
    true
}

fn eight() -> std::num::NonZeroU16 {
    const { std::num::NonZeroU16::new(8).unwrap() }
}

fn sixty_four() -> u16 {
    64
}

/// Reads a URL. What is wrong with it is said with its line, when the agent starts.
fn nginx<'de, D: Deserializer<'de>>(from: D) -> std::result::Result<Option<Nginx>, D::Error> {
    let url = String::deserialize(from)?;
    Nginx::new(&url).map(Some).map_err(D::Error::custom)
}

impl Agent {
    /// Reads it.
    ///
    /// # Errors
    /// What is wrong with which file, and in which line.
    pub fn read(path: &Path) -> Result<Self> {
        let file: File = read(path)?;
        let folder = folder(path);
        let [ca, cert, key] = names("agent");
        Ok(Self {
            hub: file.hub,
            commands: file.commands,
            at_once: file.at_once.get().into(),
            root: folder.join(file.root.unwrap_or_else(|| "/".into())),
            plugins: file.plugins.map(|plugins| folder.join(plugins)),
            spool: crate::agent::Place {
                folder: folder.join(file.spool.unwrap_or_else(|| "spool".into())),
                most: u64::from(file.spool_mib) << 20,
            },
            nginx: file.nginx,
            mysql: file.mysql.map(|path| folder.join(path)),
            tls: client(
                folder,
                &file.ca.unwrap_or(ca),
                &file.cert.unwrap_or(cert),
                &file.key.unwrap_or(key),
            ),
        })
    }

    /// Returns a file for `muster add-host` to write, with every key and what it means.
    pub fn template(hub: &str) -> String {
        let hub = quoted(hub);
        format!(
            r#"# What muster-agent reads. Paths are seen from this file's folder. The host's name is in its certificate.

# Where its hub is. It is believed to be the hub by its certificate, whatever its address.
hub = {hub}

# Whether operators may run commands here, and how many at a time.
commands = true
at_once = 8

# Where proc/ and sys/ are.
root = "/"

# A folder of plug-ins: scripts whose output is reported too, each with a manifest, NAME.plugin.toml. `plugins check DIR` checks them.
# plugins = "plugins"

# Where reports wait that the hub has not stored yet, also while the agent does not run, and how many MiB of them;
# then the oldest are given up. 0 keeps them in memory instead.
spool = "spool"
spool_mib = 64

# Servers on this host that are asked for their numbers too. nginx by its stub_status; MySQL or MariaDB as an option file says: below [client],
# user, socket or host and port, and password if there must be one (the file is then yours alone: chmod 600).
# nginx = "http://127.0.0.1/status"
# mysql = "mysql.cnf"

# Whose certificates are believed, and who this agent is, in PEM.
ca = "ca.pem"
cert = "agent.pem"
key = "agent.key"
"#
        )
    }
}
