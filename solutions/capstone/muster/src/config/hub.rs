use std::fs;
use std::net::SocketAddr;
use std::num::NonZeroU32;
use std::path::{Path, PathBuf};
use std::time::Duration;

use daemon::duration;
use serde::Deserialize;
use store::Retention;

use super::{Forward, folder, forward, read, time};
use crate::error::{Error, Result};

/// The longest and the shortest token, in bytes, that is taken.
const TOKEN: std::ops::RangeInclusive<usize> = 16..=256;

/// What `muster-hub` reads.
///
/// | key | value | if it is not there |
/// |---|---|---|
/// | `listen` | where agents and operators connect, `ADDRESS:PORT` | refused |
/// | `dashboard` | where the pages are, `ADDRESS:PORT` | refused |
/// | `interval` | how often agents report; a host that has not for three of them is down | `"10s"` |
/// | `data` | the database, a file | `"muster.db"` |
/// | `samples_days`, `minutes_days`, `hours_days` | how long samples, their minutes and their hours are kept | `15`, `90`, `730` |
/// | `rules` | what is judged, a file of cap05's rules; without it only hosts that are down are told | `"rules.toml"` |
/// | `receivers` | who is told, a file of cap05's receivers; nobody without it | `"receivers.toml"` |
/// | `alarms` | what the judge knows, a file that the hub writes | `"alarms.json"` |
/// | `revoked` | whose certificates are refused, a file that the hub writes | `"revoked"` |
/// | `users` | who may log in to the pages besides whoever has the token, a file that `muster-hub --add-user` writes | `"users"` |
/// | `token` | a file with the word that opens the dashboard | `"token"` |
/// | `remote_write` | whether a Prometheus may write its series here, with the token | `false` |
/// | `[[forward]]` | who gets by remote write what is stored: [`Forward`] | nobody |
/// | `ca` | whose certificates are believed, in PEM | `"ca.pem"` |
/// | `cert`, `key` | who the hub is, in PEM | `"hub.pem"`, `"hub.key"` |
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hub {
    /// Where agents and operators connect.
    pub listen: SocketAddr,
    /// Where the pages are.
    pub dashboard: SocketAddr,
    /// How often agents report.
    pub interval: Duration,
    /// The database.
    pub data: PathBuf,
    /// How long what is in it is kept.
    pub retention: Retention,
    /// What is judged.
    pub rules: PathBuf,
    /// Who is told.
    pub receivers: PathBuf,
    /// What the judge knows.
    pub alarms: PathBuf,
    /// Whose certificates are refused.
    pub revoked: PathBuf,
    /// Who may log in to the pages besides.
    pub users: PathBuf,
    /// What opens the dashboard.
    pub token: String,
    /// Whether a Prometheus may write its series here.
    pub remote_write: bool,
    /// Who gets what is stored.
    pub forward: Vec<Forward>,
    /// Whose certificates are believed.
    pub ca: PathBuf,
    /// Its certificate.
    pub cert: PathBuf,
    /// Its key.
    pub key: PathBuf,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct File {
    listen: SocketAddr,
    dashboard: SocketAddr,
    #[serde(default = "interval", deserialize_with = "time")]
    interval: Duration,
    data: Option<PathBuf>,
    samples_days: Option<NonZeroU32>,
    minutes_days: Option<NonZeroU32>,
    hours_days: Option<NonZeroU32>,
    rules: Option<PathBuf>,
    receivers: Option<PathBuf>,
    alarms: Option<PathBuf>,
    revoked: Option<PathBuf>,
    users: Option<PathBuf>,
    token: Option<PathBuf>,
    #[serde(default)]
    remote_write: bool,
    #[serde(default)]
    forward: Vec<forward::File>,
    ca: Option<PathBuf>,
    cert: Option<PathBuf>,
    key: Option<PathBuf>,
}

fn interval() -> Duration {
    Duration::from_secs(10)
}

impl Hub {
    /// Reads it.
    ///
    /// # Errors
    /// What is wrong with which file, and in which line.
    pub fn read(path: &Path) -> Result<Self> {
        let file: File = read(path)?;
        let folder = folder(path);
        let days = |days: Option<NonZeroU32>, usual: Duration| {
            days.map_or(usual, |days| Duration::from_secs(u64::from(days.get()) * 86_400))
        };
        let usual = Retention::default();
        let at = |path: Option<PathBuf>, name: &str| folder.join(path.unwrap_or_else(|| name.into()));
        Ok(Self {
            listen: file.listen,
            dashboard: file.dashboard,
            interval: file.interval,
            data: at(file.data, "muster.db"),
            retention: Retention {
                raw: days(file.samples_days, usual.raw),
                minutes: days(file.minutes_days, usual.minutes),
                hours: days(file.hours_days, usual.hours),
            },
            rules: at(file.rules, "rules.toml"),
            receivers: at(file.receivers, "receivers.toml"),
            alarms: at(file.alarms, "alarms.json"),
            revoked: at(file.revoked, "revoked"),
            users: at(file.users, "users"),
            token: token(&at(file.token, "token"))?,
            remote_write: file.remote_write,
            forward: Forward::all(path, folder, file.forward)?,
            ca: at(file.ca, "ca.pem"),
            cert: at(file.cert, "hub.pem"),
            key: at(file.key, "hub.key"),
        })
    }

    /// Returns a file for `muster init` to write, with every key and what it means.
    pub fn template(listen: SocketAddr, dashboard: SocketAddr, interval: Duration) -> String {
        let interval = duration::written(interval);
        format!(
            r#"# What muster-hub reads. Paths are seen from this file's folder.

# Where agents and operators connect. All of it is TLS, and everybody has to show a certificate of this fleet.
listen = "{listen}"

# Where the pages are. They are plain HTTP: let them be on this machine only, or behind something that speaks HTTPS.
dashboard = "{dashboard}"

# How often agents report. A host that has not reported for three intervals is down.
interval = "{interval}"

# The database, a file of SQLite.
data = "muster.db"

# For how many days samples are kept as they came, and what they were in each minute and in each hour.
samples_days = 15
minutes_days = 90
hours_days = 730
# What is judged, who is told, and where the hub keeps what it knows of alarms. `alarm check rules.toml` says how rules are understood.
rules = "rules.toml"
receivers = "receivers.toml"
alarms = "alarms.json"

# Whose certificates are refused: `muster revoke` has the hub write it.
revoked = "revoked"

# A file with the word that opens the dashboard, and one with who else may log in (`muster-hub --config hub.toml --add-user NAME`).
token = "token"
users = "users"

# Whether a Prometheus may write its series here: by remote write to http://DASHBOARD/api/v1/write, with the token.
remote_write = false

# Whose certificates are believed, and who this hub is, in PEM.
ca = "ca.pem"
cert = "hub.pem"
key = "hub.key"

# Who gets what is stored, by Prometheus' remote write: a table for each.
# [[forward]]
# What it is called in metrics and in the log; where it takes remote write; a file with its token, and one with the certificates that are believed.
# name = "metrics"
# url = "https://metrics.example.net/api/v1/write"
# token = "metrics.token"
# ca = "metrics-ca.pem"
# Labels for all series, and what labels are called there.
# labels = {{ fleet = "example" }}
# rename = {{ host = "instance" }}
# Whether it gets what was stored before it was named here.
# history = false
"#
        )
    }
}

/// Reads the token, which is one word in a file of its own: a configuration is shown around more easily than a secret.
pub(super) fn token(path: &Path) -> Result<String> {
    let text = fs::read_to_string(path).map_err(Error::read(path))?;
    let token = text.trim();
    match TOKEN.contains(&token.len()) && token.bytes().all(|byte| byte.is_ascii_graphic()) {
        true => Ok(token.to_owned()),
        false => Err(Error::File {
            path: path.to_owned(),
            why: "a token is one word of 16 to 256 letters, digits and signs of ASCII".to_owned(),
        }),
    }
}
