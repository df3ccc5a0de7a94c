use std::{
    fmt, fs,
    net::{IpAddr, Ipv4Addr, SocketAddr},
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
};

use crate::services::{ServiceError, line::Address, shown};

/// Where a server listens, and who asks.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Options {
    pub(super) address: Address,
    pub(super) user: String,
    pub(super) password: Password,
}

/// A word that is never shown.
#[derive(Default, PartialEq, Eq)]
pub(super) struct Password(String);

impl Password {
    pub(super) fn as_bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("…")
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Address::Tcp(address) => write!(f, "{address}"),
            Address::Unix(path) => write!(f, "{}", path.display()),
        }
    }
}

/// Where Debian's server listens.
const SOCKET: &str = "/run/mysqld/mysqld.sock";

impl Options {
    pub(super) fn read(path: &Path) -> Result<Options, ServiceError> {
        let read = |why| ServiceError::Read {
            path: path.into(),
            why,
        };
        let text = fs::read_to_string(path).map_err(read)?;
        let options = parse(&text).map_err(|(line, what)| ServiceError::Option {
            path: path.into(),
            line,
            what,
        })?;
        let mode = fs::metadata(path).map_err(read)?.permissions().mode();
        if mode & 0o004 != 0 && !options.password.0.is_empty() {
            return Err(ServiceError::Open { path: path.into() });
        }
        Ok(options)
    }
}

/// Reads the group `[client]` of an option file.
///
/// Source: <https://mariadb.com/kb/en/configuring-mariadb-with-option-files/>
fn parse(text: &str) -> Result<Options, (usize, String)> {
    let (mut user, mut password) = (None, Password::default());
    let (mut socket, mut host, mut port) = (None, None, None);
    let mut group = "";
    for (index, line) in text.lines().enumerate() {
        let wrong = |what: &str| (index + 1, what.to_owned());
        let line = line.trim();
        if line.is_empty() || line.starts_with(['#', ';']) {
            continue;
        }
        if let Some(name) = line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            group = name;
            continue;
        }
        if group != "client" {
            return Err(wrong("it is not below [client]"));
        }
        let (key, value) = line
            .split_once('=')
            .ok_or_else(|| wrong("it is no `name = value`"))?;
        let value = value.trim();
        let quoted = ['"', '\'']
            .into_iter()
            .find_map(|quote| value.strip_prefix(quote)?.strip_suffix(quote));
        let value = quoted.unwrap_or(value);
        match key.trim() {
            "user" => user = Some(value.to_owned()),
            "password" => password = Password(value.into()),
            "socket" => socket = Some(PathBuf::from(value)),
            "host" => {
                host = Some(match value {
                    "localhost" => IpAddr::V4(Ipv4Addr::LOCALHOST),
                    _ => value.parse().map_err(|_| wrong("host is no address"))?,
                });
            }
            "port" => port = Some(value.parse::<u16>().map_err(|_| wrong("port is no number"))?),
            key => return Err(wrong(&format!("there is no option {}", shown(key)))),
        }
    }
    let end = text.lines().count().max(1);
    if socket.is_some() && (host.is_some() || port.is_some()) {
        return Err((end, "socket and host or port: only one of them".into()));
    }
    let address = match (host, port) {
        (None, None) => Address::Unix(socket.unwrap_or_else(|| SOCKET.into())),
        (host, port) => Address::Tcp(SocketAddr::new(
            host.unwrap_or(IpAddr::V4(Ipv4Addr::LOCALHOST)),
            port.unwrap_or(3306),
        )),
    };
    let user: String = user.ok_or((end, "user is missing".to_owned()))?;
    if user.contains('\0') {
        return Err((end, "user has a byte 0 in it".into()));
    }
    Ok(Options {
        address,
        user,
        password,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_are_those_of_the_group_client() {
        for (text, expected) in [
            (
                "# who\n[client]\nuser = a\npassword=\"b # c\"\n",
                "a /run/mysqld/mysqld.sock b # c",
            ),
            (
                "[client]\nuser=a\nhost=localhost\nport = 3307\n",
                "a 127.0.0.1:3307 ",
            ),
            ("[client]\nuser=a\nhost=::1\n", "a [::1]:3306 "),
            ("[client]\nuser=a\nsocket=/x\n", "a /x "),
        ] {
            let options = parse(text).expect("it is right");
            let found = format!("{} {} {}", options.user, options.address, options.password.0);
            assert_eq!(found, expected, "{text}");
        }
    }

    #[test]
    fn what_is_wrong_is_said_without_the_line() {
        for (text, line, what) in [
            ("user = a\n", 1, "it is not below [client]"),
            ("[client]\nsecret\n", 2, "it is no `name = value`"),
            ("[client]\npasword = secret\n", 2, "there is no option pasword"),
            ("[client]\nhost = db.example\n", 2, "host is no address"),
            ("[client]\npassword = x\n", 2, "user is missing"),
            (
                "[client]\nuser=a\nsocket=/x\nport=1\n",
                4,
                "socket and host or port: only one of them",
            ),
        ] {
            assert_eq!(parse(text), Err((line, what.to_owned())), "{text}");
        }
        let options = parse("[client]\nuser=a\npassword=secret\n").expect("it is right");
        assert!(!format!("{options:?}").contains("secret"));
    }
}
