//! How a working set of files is made: `muster init`, `muster add-host` and `muster add-hub`.
//!
//! ```text
//! DIR/ca.pem  ca.key                                   the authority; its key never leaves this folder
//! DIR/muster.toml  operator.pem  operator.key          what `muster` reads
//! DIR/hub/hub.toml  ca.pem  hub.pem  hub.key  token    goes to the machine of the hub
//! DIR/operators/NAME/muster.toml  ca.pem  operator.pem  operator.key   goes to another operator (`muster add-operator`)
//! DIR/agents/NAME/agent.toml  ca.pem  agent.pem  agent.key   goes to the host NAME
//! DIR/hubs/NAME/           as DIR/hub, of a hub that stands in front of that one
//! ```

use std::fs::{self, DirBuilder, OpenOptions};
use std::io::Write as _;
use std::net::SocketAddr;
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::config;
use crate::error::{Error, Result};
use crate::identity::{Identity, Role};
use crate::pki::{Authority, HUB, Pair};

/// How a fleet begins.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Where the hub listens.
    pub listen: SocketAddr,
    /// Where its pages are.
    pub dashboard: SocketAddr,
    /// How others reach it, `HOST:PORT`.
    pub hub: String,
    /// How often agents report.
    pub interval: Duration,
}

/// What a new hub judges.
const RULES: &str = r#"# What the hub judges. `alarm check rules.toml` says how it is understood; the chapter on cap05 has every key.
# That a host does not report is told without a rule: it is the rule host-down.

# The most notifications of all rules together in 60 s.
at_most = 20

[[rule]]
name = "load-high"
when = "min(load.1m, 6) > 16"
recover = "max(load.1m, 6) < 12"
breaches = 3
summary = "more wants to run than can"

[[rule]]
name = "no-readings"
when = "absent(load.1m, 5m)"
summary = "the agent reports, and reads nothing"
"#;

/// Who is told by a new hub: nobody yet.
const RECEIVERS: &str = r#"# Who is told. Each receiver has a name and exactly one of webhook, command and smtp.

# [[receiver]]
# name = "chat"
# webhook = "https://chat.example.org/hook"

# [[receiver]]
# name = "mail"
# smtp = "127.0.0.1:25"
# from = "muster@example.org"
# to = ["ops@example.org"]
# severity = "critical"
# tls = "starttls"                  # or "implicit"
# user = "muster"
# password_file = "relay.password"  # its first line; not everybody may read it
"#;

/// Makes the files of a new fleet in a folder, which may be there already but without one.
///
/// # Errors
/// [`Error::Write`], also if there is a fleet; [`Error::Certificate`].
pub fn init(folder: &Path, settings: &Settings) -> Result<()> {
    let (authority, own) = Authority::create()?;
    make_folder(folder)?;
    // Before anything else: whoever has an authority here keeps it.
    write_new(&folder.join("ca.key"), &own.key)?;
    write_new(&folder.join("ca.pem"), &own.certificate)?;

    let operator = authority.issue(&Identity::new(Role::Operator, "operator")?)?;
    write_pair(folder, "operator", &operator)?;
    write_new(
        &folder.join("muster.toml"),
        &config::Operator::template(&settings.hub),
    )?;

    let hub = folder.join("hub");
    make_folder(&hub)?;
    let text = config::Hub::template(settings.listen, settings.dashboard, settings.interval);
    write_hub(&hub, &authority, &own.certificate, HUB, &text)
}

/// Makes the files of a hub that stands in front of the one at `settings.hub`, in a fleet that [`init`] has made. Returns their folder.
///
/// # Errors
/// [`Error::Name`]; [`Error::Read`] if there is no fleet; [`Error::Write`], also if there is a hub of that name already; [`Error::Certificate`].
pub fn add_hub(folder: &Path, name: &str, settings: &Settings) -> Result<PathBuf> {
    crate::name::check(name)?;
    let authority = Authority::open(&folder.join("ca.key"))?;
    let ca = folder.join("ca.pem");
    let ca = fs::read_to_string(&ca).map_err(Error::read(&ca))?;
    let own = folder.join("hubs").join(name);
    make_folder(&folder.join("hubs"))?;
    DirBuilder::new()
        .mode(0o700)
        .create(&own)
        .map_err(Error::write(&own))?;
    let text = config::template_before(
        settings.listen,
        settings.dashboard,
        settings.interval,
        &settings.hub,
    );
    write_hub(&own, &authority, &ca, name, &text)?;
    Ok(own)
}

fn write_hub(hub: &Path, authority: &Authority, ca: &str, name: &str, text: &str) -> Result<()> {
    write_new(&hub.join("ca.pem"), ca)?;
    write_pair(hub, "hub", &authority.issue(&Identity::new(Role::Hub, name)?)?)?;
    write_new(&hub.join("token"), &format!("{}\n", token()?))?;
    write_new(&hub.join("hub.toml"), text)?;
    write_new(&hub.join("rules.toml"), RULES)?;
    write_new(&hub.join("receivers.toml"), RECEIVERS)
}

/// Makes the files of a host's agent in a fleet that [`init`] has made. Returns their folder.
///
/// # Errors
/// [`Error::Name`]; [`Error::Read`] if there is no fleet; [`Error::Write`], also if the host is there already; [`Error::Certificate`].
pub fn add_host(folder: &Path, name: &str, hub: &str) -> Result<PathBuf> {
    let identity = Identity::agent(name)?;
    let authority = Authority::open(&folder.join("ca.key"))?;
    let ca = folder.join("ca.pem");
    let ca = fs::read_to_string(&ca).map_err(Error::read(&ca))?;
    let agents = folder.join("agents");
    make_folder(&agents)?;
    let own = agents.join(name);
    DirBuilder::new()
        .mode(0o700)
        .create(&own)
        .map_err(Error::write(&own))?;
    write_new(&own.join("ca.pem"), &ca)?;
    write_pair(&own, "agent", &authority.issue(&identity)?)?;
    write_new(&own.join("agent.toml"), &config::Agent::template(hub))?;
    Ok(own)
}

/// Makes the files of another operator in a fleet that [`init`] has made. Returns their folder.
///
/// # Errors
/// As of [`add_host`].
pub fn add_operator(folder: &Path, name: &str, hub: &str) -> Result<PathBuf> {
    let identity = Identity::new(Role::Operator, name)?;
    let authority = Authority::open(&folder.join("ca.key"))?;
    let ca = folder.join("ca.pem");
    let ca = fs::read_to_string(&ca).map_err(Error::read(&ca))?;
    let operators = folder.join("operators");
    make_folder(&operators)?;
    let own = operators.join(name);
    DirBuilder::new()
        .mode(0o700)
        .create(&own)
        .map_err(Error::write(&own))?;
    write_new(&own.join("ca.pem"), &ca)?;
    write_pair(&own, "operator", &authority.issue(&identity)?)?;
    write_new(&own.join("muster.toml"), &config::Operator::template(hub))?;
    Ok(own)
}

fn make_folder(path: &Path) -> Result<()> {
    let mut builder = DirBuilder::new();
    builder
        .mode(0o700)
        .recursive(true)
        .create(path)
        .map_err(Error::write(path))
}

fn write_pair(folder: &Path, side: &str, pair: &Pair) -> Result<()> {
    write_new(&folder.join(format!("{side}.pem")), &pair.certificate)?;
    write_new(&folder.join(format!("{side}.key")), &pair.key)
}

/// Writes a file that nobody else may read, and that must not be there yet.
fn write_new(path: &Path, text: &str) -> Result<()> {
    let write = || {
        let mut file = OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(path)?;
        file.write_all(text.as_bytes())
    };
    write().map_err(Error::write(path))
}

/// Draws a word that nobody guesses: 32 digits of 16.
fn token() -> Result<String> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).map_err(|why| Error::System {
        what: "draw a random number",
        source: why.into(),
    })?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}
