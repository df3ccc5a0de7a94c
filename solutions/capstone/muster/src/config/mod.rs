//! What each program reads: one file of TOML. An unknown key is refused by its name, with file and line.
//!
//! Paths in a file are seen from the folder that it is in, so that a folder can be moved as it is.

mod agent;
mod forward;
mod hub;
mod operator;

pub use self::forward::Forward;
pub use agent::Agent;
pub use hub::{Hub, Upstream, template_before};
pub use operator::Operator;

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use daemon::duration;
use serde::de::{DeserializeOwned, Error as _};
use serde::{Deserialize, Deserializer};

use crate::error::{Error, Result};
use crate::pki;

/// Reads a file.
fn read<T: DeserializeOwned>(path: &Path) -> Result<T> {
    let text = fs::read_to_string(path).map_err(Error::read(path))?;
    parse(path, &text)
}

/// Reads the text of a file.
fn parse<T: DeserializeOwned>(path: &Path, text: &str) -> Result<T> {
    toml::from_str(text).map_err(|error| {
        let at = error.span().map_or(0, |span| span.start);
        let before = text.get(..at).unwrap_or_default();
        Error::Config {
            path: path.to_owned(),
            line: before.bytes().filter(|&byte| byte == b'\n').count() + 1,
            why: error.message().replace('\n', " "),
        }
    })
}

/// Returns the folder of a file.
fn folder(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}

/// Reads a length of time, such as `10s`.
fn time<'de, D: Deserializer<'de>>(from: D) -> std::result::Result<Duration, D::Error> {
    let text = String::deserialize(from)?;
    let time = duration::parse(&text).map_err(D::Error::custom)?;
    match time.is_zero() {
        true => Err(D::Error::custom("it must be longer than nothing")),
        false => Ok(time),
    }
}

/// Returns what a client of the hub needs for TLS.
fn client(folder: &Path, ca: &Path, cert: &Path, key: &Path) -> rpc::tls::Files {
    rpc::tls::Files {
        ca: folder.join(ca),
        cert: folder.join(cert),
        key: folder.join(key),
        name: Some(pki::HUB.to_owned()),
    }
}

/// Returns a text as a value of TOML, whose strings are those of JSON.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// The three files of a side, by the names that `muster init` gives them.
fn names(side: &str) -> [PathBuf; 3] {
    [
        "ca.pem".into(),
        format!("{side}.pem").into(),
        format!("{side}.key").into(),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error<T: DeserializeOwned>(text: &str) -> String {
        let read = parse::<T>(Path::new("x.toml"), text);
        read.err().map(|error| error.to_string()).unwrap_or_default()
    }

    #[test]
    fn what_is_wrong_is_named_with_its_line() {
        let hub = "listen = \"127.0.0.1:0\"\ndashboard = \"127.0.0.1:0\"\n";
        assert_eq!(error::<hub::File>(hub), "");
        for (line, part) in [
            (
                "lisen = 1",
                "x.toml:3: unknown field `lisen`, expected one of `listen`",
            ),
            ("interval = \"10\"", "x.toml:3: `10` is no duration"),
            ("interval = \"0s\"", "x.toml:3: it must be longer"),
            ("listen = \"127.0.0.1:1\"", "x.toml:3: duplicate key"),
            ("data = 5", "x.toml:3: invalid type"),
            ("data = ", "x.toml:3: "),
        ] {
            let said = error::<hub::File>(&format!("{hub}{line}\n"));
            assert!(said.starts_with(part), "{line}: {said}");
        }
        assert_eq!(
            error::<hub::File>("dashboard = \"127.0.0.1:0\"\n"),
            "x.toml:1: missing field `listen`"
        );
        assert!(error::<agent::File>("hub = \"a:1\"\nroot = 1\n").starts_with("x.toml:2: "));
        assert_eq!(
            error::<agent::File>("hub = \"a:1\"\nnginx = \"https://a/\"\n"),
            "x.toml:2: https://a/: it must begin with http://"
        );
        let services = "hub = \"a:1\"\nnginx = \"http://localhost/s\"\nmysql = \"my.cnf\"\n";
        assert_eq!(error::<agent::File>(services), "");
        assert!(
            error::<operator::File>("\nhub = \"a:1\"\nuser = 1\n").contains("x.toml:3: unknown field `user`")
        );
    }

    #[test]
    fn what_is_written_can_be_read() {
        let text = Hub::template(
            "127.0.0.1:1".parse().unwrap(),
            "127.0.0.1:2".parse().unwrap(),
            Duration::from_secs(1),
        );
        assert_eq!(error::<hub::File>(&text), "");
        assert_eq!(error::<agent::File>(&Agent::template("a\"b:1")), "");
        assert_eq!(error::<operator::File>(&Operator::template("[::1]:1")), "");
    }
}
