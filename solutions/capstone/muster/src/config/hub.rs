use std::fs;
use std::net::SocketAddr;
use std::num::NonZeroU32;
use std::path::{Path, PathBuf};
use std::time::Duration;

use daemon::duration;
use serde::Deserialize;
use store::{Location, Retention};

use super::{Forward, client, folder, forward, names, quoted, read, time};
use crate::error::{Error, Result};

/// The longest and the shortest token, in bytes, that is taken.
const TOKEN: std::ops::RangeInclusive<usize> = 16..=256;

/// How a template says that there may be another hub.
const UPSTREAM: &str = "# upstream = \"hub.example.org:7400\"";

/// What `muster-hub` reads.
///
/// | key | value | if it is not there |
/// |---|---|---|
/// | `listen` | where agents and operators connect, `ADDRESS:PORT` | refused |
/// | `dashboard` | where the pages are, `ADDRESS:PORT` | refused |
/// | `interval` | how often agents report; a host that has not for three of them is down | `"10s"` |
/// | `data` | the database: a file, or `mysql://USER@HOST:PORT/DATABASE?password_file=FILE` | `"muster.db"` |
/// | `samples_days`, `minutes_days`, `hours_days` | how long samples, their minutes and their hours are kept; none less than the one before | `15`, `90`, `730`, and never less than the one before |
/// | `rules` | what is judged, a file of cap05's rules; without it only hosts that are down are told | `"rules.toml"` |
/// | `receivers` | who is told, a file of cap05's receivers; nobody without it | `"receivers.toml"` |
/// | `alarms` | what the judge knows and what is owed to receivers, a file that the hub writes | `"alarms.json"` |
/// | `alertmanagers` | Alertmanagers of one cluster, all of which are sent what fires: `["http://HOST:9093", …]` | none |
/// | `alertmanager_ca` | with `https`: whose certificates are believed, in PEM | those of the system |
/// | `upstream` | another hub, `HOST:PORT`: this one stands in front of it, stores and judges nothing, and passes on what agents report | it is a hub by itself |
/// | `spool`, `spool_mib` | where reports wait for that hub, and the most that they may have, in MiB; then agents keep theirs | `"spool"`, `1024` |
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
    pub data: Location,
    /// How long what is in it is kept.
    pub retention: Retention,
    /// What is judged.
    pub rules: PathBuf,
    /// Who is told.
    pub receivers: PathBuf,
    /// What the judge knows, and what is owed to receivers.
    pub alarms: PathBuf,
    /// Who else is sent what fires: URLs of Alertmanagers.
    pub alertmanagers: Vec<String>,
    /// Whose certificates are believed of them.
    pub alertmanager_ca: Option<PathBuf>,
    /// The hub behind this one.
    pub upstream: Option<Upstream>,
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

/// A hub in front of which another one stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Upstream {
    /// Where it is.
    pub hub: String,
    /// The folder where reports wait for it.
    pub folder: PathBuf,
    /// The most bytes that they may have there.
    pub most: u64,
    /// Who the one in front is, and whom it believes.
    pub tls: rpc::tls::Files,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct File {
    listen: SocketAddr,
    dashboard: SocketAddr,
    #[serde(default = "interval", deserialize_with = "time")]
    interval: Duration,
    #[serde(default = "database", deserialize_with = "location")]
    data: Location,
    samples_days: Option<NonZeroU32>,
    minutes_days: Option<NonZeroU32>,
    hours_days: Option<NonZeroU32>,
    rules: Option<PathBuf>,
    receivers: Option<PathBuf>,
    alarms: Option<PathBuf>,
    #[serde(default)]
    alertmanagers: Vec<String>,
    alertmanager_ca: Option<PathBuf>,
    upstream: Option<String>,
    spool: Option<PathBuf>,
    spool_mib: Option<std::num::NonZeroU32>,
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

fn database() -> Location {
    Location::from(Path::new("muster.db"))
}

fn location<'de, D: serde::Deserializer<'de>>(from: D) -> std::result::Result<Location, D::Error> {
    String::deserialize(from)?
        .parse()
        .map_err(serde::de::Error::custom)
}

fn interval() -> Duration {
    Duration::from_secs(10)
}

impl File {
    /// Returns how long samples and sums are kept. What is not said is as usual, or as long as what is finer.
    fn retention(&self) -> std::result::Result<Retention, String> {
        let usual = Retention::default();
        let mut finer = ("", Duration::ZERO);
        let mut next = |key: &'static str, said: Option<NonZeroU32>, usual: Duration| {
            let kept = match said {
                Some(days) => Duration::from_secs(u64::from(days.get()) * 86_400),
                None => usual.max(finer.1),
            };
            if kept < finer.1 {
                let (before, longer) = (finer.0, finer.1.as_secs() / 86_400);
                let days = kept.as_secs() / 86_400;
                return Err(format!(
                    "{key} = {days} is less than {before} = {longer}: what is coarser has to be kept as long as what is finer"
                ));
            }
            finer = (key, kept);
            Ok(kept)
        };
        Ok(Retention {
            raw: next("samples_days", self.samples_days, usual.raw)?,
            minutes: next("minutes_days", self.minutes_days, usual.minutes)?,
            hours: next("hours_days", self.hours_days, usual.hours)?,
        })
    }
}

impl Hub {
    /// Reads it.
    ///
    /// # Errors
    /// What is wrong with which file, and in which line.
    pub fn read(path: &Path) -> Result<Self> {
        let file: File = read(path)?;
        let retention = file.retention().map_err(|why| Error::File {
            path: path.to_owned(),
            why,
        })?;
        let folder = folder(path);
        let at = |path: Option<PathBuf>, name: &str| folder.join(path.unwrap_or_else(|| name.into()));
        let [ca, cert, key] = names("hub");
        let [ca, cert, key] = [
            file.ca.unwrap_or(ca),
            file.cert.unwrap_or(cert),
            file.key.unwrap_or(key),
        ];
        let upstream = file.upstream.map(|hub| Upstream {
            hub,
            folder: at(file.spool, "spool"),
            most: u64::from(file.spool_mib.map_or(1024, std::num::NonZeroU32::get)) << 20,
            tls: client(folder, &ca, &cert, &key),
        });
        Ok(Self {
            listen: file.listen,
            dashboard: file.dashboard,
            interval: file.interval,
            data: file.data.seen_from(folder),
            retention,
            rules: at(file.rules, "rules.toml"),
            receivers: at(file.receivers, "receivers.toml"),
            alarms: at(file.alarms, "alarms.json"),
            alertmanagers: file.alertmanagers,
            alertmanager_ca: file.alertmanager_ca.map(|path| folder.join(path)),
            upstream,
            revoked: at(file.revoked, "revoked"),
            users: at(file.users, "users"),
            token: token(&at(file.token, "token"))?,
            remote_write: file.remote_write,
            forward: Forward::all(path, folder, file.forward)?,
            ca: folder.join(ca),
            cert: folder.join(cert),
            key: folder.join(key),
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

# The database, a file of SQLite. Of MariaDB it is "mysql://USER@HOST:PORT/DATABASE?password_file=FILE", where FILE is for the hub's user
# only, or "mysql://USER@localhost/DATABASE?socket=FILE".
data = "muster.db"

# For how many days samples are kept as they came, and what they were in each minute and in each hour; none less than the one before.
samples_days = 15
minutes_days = 90
hours_days = 730
# What is judged, who is told, and where the hub keeps what it knows of alarms. `alarm check rules.toml` says how rules are understood.
rules = "rules.toml"
receivers = "receivers.toml"
alarms = "alarms.json"

# Alertmanagers of one cluster, such as ["http://am1:9093", "http://am2:9093"]: all are sent what fires. With https the certificates of the system are
# believed, or those of a file: alertmanager_ca = "ca.pem".
alertmanagers = []

# Another hub, in front of which this one stands: then it stores and judges nothing, and passes on what agents report, from a spool of so many MiB.
# `muster add-hub` makes the files of such a one.
{UPSTREAM}
# spool = "spool"
# spool_mib = 1024

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

/// Returns a file for `muster add-hub` to write: as [`Hub::template`]'s, of a hub in front of another.
pub fn template_before(
    listen: SocketAddr,
    dashboard: SocketAddr,
    interval: Duration,
    upstream: &str,
) -> String {
    let upstream = quoted(upstream);
    Hub::template(listen, dashboard, interval)
        .replace(UPSTREAM, &format!("upstream = {upstream}"))
        .replace("# spool", "spool")
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_coarser_is_kept_as_long_or_the_keys_are_named() {
        let kept = |lines: &str| {
            let text = format!("listen = \"127.0.0.1:0\"\ndashboard = \"127.0.0.1:0\"\n{lines}");
            let file: File = toml::from_str(&text).unwrap();
            let days = |kept: Duration| kept.as_secs() / 86_400;
            file.retention()
                .map(|kept| [days(kept.raw), days(kept.minutes), days(kept.hours)])
        };
        assert_eq!(kept(""), Ok([15, 90, 730]));
        assert_eq!(kept("samples_days = 100"), Ok([100, 100, 730]));
        assert_eq!(kept("samples_days = 1000"), Ok([1000, 1000, 1000]));
        let said = kept("samples_days = 40\nminutes_days = 30").unwrap_err();
        assert!(
            said.starts_with("minutes_days = 30 is less than samples_days = 40"),
            "{said}"
        );
        let said = kept("hours_days = 30").unwrap_err();
        assert!(
            said.starts_with("hours_days = 30 is less than minutes_days = 90"),
            "{said}"
        );
    }
}
