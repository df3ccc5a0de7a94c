//! Where a database is.

use std::fmt;
use std::path::{Path, PathBuf};

/// Where a database is: a file of SQLite, or a server of MariaDB.
///
/// ```
/// use store::Location;
///
/// let file: Location = "fleet.db".parse()?;
/// assert_eq!(file, Location::from(std::path::Path::new("fleet.db")));
/// # Ok::<(), store::NoLocation>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Location {
    /// A file of SQLite.
    File(PathBuf),
    /// A database of MariaDB or MySQL.
    #[cfg(feature = "mariadb")]
    Server(Server),
}

/// A database of MariaDB, written `mysql://USER@HOST[:PORT]/DATABASE[?password_file=FILE]`, or
/// `mysql://USER@localhost/DATABASE?socket=FILE[&password_file=FILE]`.
///
/// The word it is opened with is no part of it, so that it can be shown.
#[cfg(feature = "mariadb")]
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Server {
    /// Who connects.
    pub user: String,
    /// The server's name or address. An address of IPv6 is written in `[]`, and is without them here.
    pub host: String,
    /// Where it listens; 3306 if nothing is said.
    pub port: u16,
    /// The database.
    pub database: String,
    /// A socket that is connected to instead.
    pub socket: Option<PathBuf>,
    /// A file whose first line is the password. Others than its owner and its group must not be able to read it. None without it.
    pub password_file: Option<PathBuf>,
}

/// Says why a text is no location.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{text}: {why}")]
pub struct NoLocation {
    text: String,
    why: &'static str,
}

const SCHEME: &str = "mysql://";

impl Location {
    /// Returns the same, with what is relative seen from a folder.
    #[must_use]
    pub fn seen_from(self, folder: &Path) -> Self {
        match self {
            Self::File(path) => Self::File(folder.join(path)),
            #[cfg(feature = "mariadb")]
            Self::Server(server) => Self::Server(Server {
                socket: server.socket.map(|path| folder.join(path)),
                password_file: server.password_file.map(|path| folder.join(path)),
                ..server
            }),
        }
    }

    /// Returns the file; `None` if it is none.
    pub fn file(&self) -> Option<&Path> {
        match self {
            Self::File(path) => Some(path),
            #[cfg(feature = "mariadb")]
            Self::Server(_) => None,
        }
    }

    /// Returns what errors name it by.
    pub(crate) fn shown(&self) -> PathBuf {
        match self {
            Self::File(path) => path.clone(),
            #[cfg(feature = "mariadb")]
            Self::Server(server) => server.to_string().into(),
        }
    }
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.shown().display().fmt(f)
    }
}

impl From<&Path> for Location {
    fn from(path: &Path) -> Self {
        Self::File(path.into())
    }
}

impl From<&PathBuf> for Location {
    fn from(path: &PathBuf) -> Self {
        Self::File(path.clone())
    }
}

impl From<&Self> for Location {
    fn from(location: &Self) -> Self {
        location.clone()
    }
}

impl std::str::FromStr for Location {
    type Err = NoLocation;

    fn from_str(text: &str) -> Result<Self, NoLocation> {
        match text.strip_prefix(SCHEME) {
            None => Ok(Self::File(text.into())),
            Some(rest) => server(rest),
        }
    }
}

#[cfg(not(feature = "mariadb"))]
fn server(_: &str) -> Result<Location, NoLocation> {
    Err(NoLocation {
        text: SCHEME.to_owned(),
        why: "this program was built without the feature `mariadb`",
    })
}

#[cfg(feature = "mariadb")]
fn server(rest: &str) -> Result<Location, NoLocation> {
    // What is wrong may have a password in it, so of the text only the end is said.
    let shown = rest.rsplit_once('@').map_or(rest, |(_, end)| end);
    parse(rest).map(Location::Server).map_err(|why| NoLocation {
        text: format!("{SCHEME}...@{shown}"),
        why,
    })
}

#[cfg(feature = "mariadb")]
fn parse(rest: &str) -> Result<Server, &'static str> {
    let (before, options) = rest.split_once('?').unwrap_or((rest, ""));
    let (user, at) = before
        .rsplit_once('@')
        .ok_or("there is no USER@ in front of the host")?;
    if user.contains(':') {
        return Err("a password belongs into a file, which `?password_file=FILE` names");
    }
    let (address, database) = at
        .split_once('/')
        .ok_or("there is no /DATABASE behind the host")?;
    if user.is_empty() || address.is_empty() || database.is_empty() || database.contains('/') {
        return Err("it is not `mysql://USER@HOST:PORT/DATABASE`");
    }
    let (host, port) = match address.strip_prefix('[').and_then(|inner| inner.split_once(']')) {
        Some((host, rest)) => (host, rest.strip_prefix(':')),
        None => match address.split_once(':') {
            Some((host, port)) => (host, Some(port)),
            None => (address, None),
        },
    };
    let port = match port {
        Some(port) => port.parse().map_err(|_| "the port is no number up to 65535")?,
        None => 3306,
    };
    let mut server = Server {
        user: user.into(),
        host: host.into(),
        port,
        database: database.into(),
        socket: None,
        password_file: None,
    };
    for option in options.split('&').filter(|option| !option.is_empty()) {
        match option.split_once('=') {
            Some(("socket", path)) if !path.is_empty() => server.socket = Some(path.into()),
            Some(("password_file", path)) if !path.is_empty() => server.password_file = Some(path.into()),
            _ => return Err("only `socket=FILE` and `password_file=FILE` can stand behind the `?`"),
        }
    }
    Ok(server)
}

#[cfg(feature = "mariadb")]
impl Server {
    /// Reads the password, each time somebody connects, so that it can be changed meanwhile.
    pub(crate) fn password(&self) -> Result<Option<String>, String> {
        use std::io::Read as _;
        use std::os::unix::fs::PermissionsExt as _;

        const LONGEST: u64 = 4096;
        let Some(path) = &self.password_file else {
            return Ok(None);
        };
        let fault = |why: &dyn fmt::Display| format!("{}: {why}", path.display());
        let file = std::fs::File::open(path).map_err(|error| fault(&error))?;
        let metadata = file.metadata().map_err(|error| fault(&error))?;
        if metadata.permissions().mode() & 0o007 != 0 {
            return Err(fault(&"everybody can read or write it, and a password is in it"));
        }
        let mut text = String::new();
        file.take(LONGEST)
            .read_to_string(&mut text)
            .map_err(|error| fault(&error))?;
        Ok(text.lines().next().map(str::to_owned))
    }
}

#[cfg(feature = "mariadb")]
impl fmt::Display for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            user,
            host,
            port,
            database,
            ..
        } = self;
        match (&self.socket, host.contains(':')) {
            (Some(socket), _) => write!(f, "{SCHEME}{user}@{host}/{database}?socket={}", socket.display()),
            (None, true) => write!(f, "{SCHEME}{user}@[{host}]:{port}/{database}"),
            (None, false) => write!(f, "{SCHEME}{user}@{host}:{port}/{database}"),
        }
    }
}

#[cfg(all(test, feature = "mariadb"))]
mod tests {
    use super::*;

    #[test]
    fn a_server_is_an_address_and_never_a_password() {
        let shown = |text: &str| match text.parse::<Location>() {
            Ok(location) => location.to_string(),
            Err(error) => format!("error: {}", error.why),
        };
        for (text, expected) in [
            ("fleet.db", "fleet.db"),
            ("mysql:/x", "mysql:/x"),
            ("mysql://m@db1/fleet", "mysql://m@db1:3306/fleet"),
            (
                "mysql://m@[::1]:7/fleet?password_file=p",
                "mysql://m@[::1]:7/fleet",
            ),
            (
                "mysql://m@localhost/fleet?socket=/run/s",
                "mysql://m@localhost/fleet?socket=/run/s",
            ),
            (
                "mysql://m:secret@db1/fleet",
                "error: a password belongs into a file, which `?password_file=FILE` names",
            ),
            (
                "mysql://db1/fleet",
                "error: there is no USER@ in front of the host",
            ),
            ("mysql://m@db1", "error: there is no /DATABASE behind the host"),
            (
                "mysql://m@db1:x/fleet",
                "error: the port is no number up to 65535",
            ),
            (
                "mysql://m@db1/fleet?ssl=1",
                "error: only `socket=FILE` and `password_file=FILE` can stand behind the `?`",
            ),
        ] {
            assert_eq!(shown(text), expected, "{text}");
        }
        let error = "mysql://m:secret@db1/fleet".parse::<Location>().unwrap_err();
        assert!(!error.to_string().contains("secret"), "{error}");
    }
}
