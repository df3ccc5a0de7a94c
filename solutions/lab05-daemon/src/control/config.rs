//! What is to be run, and how: a file of TOML.

mod keys;

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use nix::sys::signal::Signal;
use toml_span::value::ValueInner;

use self::keys::{Keys, Wrong};
use super::error::{Error, Result};

// region:given/config
/// What is to be run, and how.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    /// The program and its arguments. A program with a slash in it is a path, any other is looked for in `PATH`.
    pub command: Vec<OsString>,
    /// What it is called in messages.
    pub name: String,
    /// The working directory of the command.
    pub directory: PathBuf,
    /// The file that is locked and holds the supervisor's process id.
    pub pid_file: PathBuf,
    /// Where the output of the command and the supervisor's own lines go; to standard error without it.
    pub log: Option<PathBuf>,
    /// The permissions that new files do not get.
    pub umask: u32,
    /// When the command is ready.
    pub ready: Ready,
    /// How long it may take until it is.
    pub start_timeout: Duration,
    /// The signal that asks it to stop.
    pub stop_signal: Signal,
    /// The signal that asks it to read its configuration again.
    pub reload_signal: Signal,
    /// How long it may take until it has stopped. Then it is killed.
    pub grace: Duration,
    /// Whether it is started again when it has ended.
    pub restart: Restart,
    /// The wait before it is started again for the first time.
    pub backoff: Duration,
    /// How many restarts are borne…
    pub max_restarts: usize,
    /// …within this time.
    pub within: Duration,
    /// Variables for its environment.
    pub environment: Vec<(String, String)>,
}

/// When a command is ready.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ready {
    /// When it has been executed and has lived for 100 ms.
    Started,
    /// When it has written the first line to its standard output.
    Line,
    /// When it says so: `READY=1` over `NOTIFY_SOCKET`, as sd_notify(3) does.
    Notify,
}

/// Whether a command is started again when it has ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Restart {
    /// Never.
    Never,
    /// When its status was not 0, or a signal has ended it.
    OnFailure,
    /// Always.
    Always,
}
// endregion:given/config

impl Config {
    /// Reads a configuration. Paths in it are relative to its folder, and absolute in what is returned.
    ///
    /// # Errors
    /// [`Error::File`] when it cannot be read, and [`Error::Config`] with the line of the first thing that is wrong in it.
    pub fn read(path: &Path) -> Result<Self> {
        let path = std::path::absolute(path).map_err(Error::file("find", path))?;
        let bytes = fs::read(&path).map_err(Error::file("read", &path))?;
        Self::parse(&path, &bytes).map_err(|wrong| Error::Config {
            line: 1 + bytes[..wrong.at.min(bytes.len())]
                .iter()
                .filter(|&&byte| byte == b'\n')
                .count(),
            why: wrong.why,
            path,
        })
    }

    fn parse(path: &Path, bytes: &[u8]) -> std::result::Result<Self, Wrong> {
        let text = str::from_utf8(bytes).map_err(|error| Wrong {
            at: error.valid_up_to(),
            why: "this is not UTF-8".to_owned(),
        })?;
        let mut root = toml_span::parse(text).map_err(|error| Wrong {
            at: error.span.start,
            why: error.to_string(),
        })?;
        let folder = path.parent().unwrap_or(Path::new("/"));
        let ValueInner::Table(table) = root.take() else {
            return Err(Wrong::at(root.span, "this is no table"));
        };
        let mut keys = Keys::new(table);
        let command = keys.command(folder)?;
        let file_name = Path::new(&command[0]).file_name().unwrap_or(&command[0]);
        let config = Self {
            name: keys
                .string("name")?
                .unwrap_or_else(|| file_name.to_string_lossy().into_owned()),
            directory: keys.path("directory", folder)?.unwrap_or_else(|| "/".into()),
            pid_file: keys
                .path("pid_file", folder)?
                .ok_or_else(|| Wrong::missing("pid_file"))?,
            log: keys.path("log", folder)?,
            umask: keys.umask()?.unwrap_or(0o022),
            ready: keys.one_of(
                "ready",
                &[
                    ("started", Ready::Started),
                    ("line", Ready::Line),
                    ("notify", Ready::Notify),
                ],
            )?,
            start_timeout: keys.millis("start_timeout_ms", 10_000)?,
            stop_signal: keys.signal("stop_signal")?.unwrap_or(Signal::SIGTERM),
            reload_signal: keys.signal("reload_signal")?.unwrap_or(Signal::SIGHUP),
            grace: keys.millis("grace_ms", 10_000)?,
            restart: keys.one_of(
                "restart",
                &[
                    ("on-failure", Restart::OnFailure),
                    ("never", Restart::Never),
                    ("always", Restart::Always),
                ],
            )?,
            backoff: keys.millis("backoff_ms", 100)?,
            max_restarts: keys
                .number("max_restarts")?
                .map_or(5, |number| usize::try_from(number).unwrap_or(usize::MAX)),
            within: keys.millis("within_ms", 60_000)?,
            environment: keys.environment()?,
            command,
        };
        keys.finish()?;
        Ok(config)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> std::result::Result<Config, Wrong> {
        Config::parse(Path::new("/etc/it/server.toml"), text.as_bytes())
    }

    #[test]
    fn what_is_not_said_is_as_usual() {
        let config = parse("command = ['./server', '--flag']\npid_file = 'run/it.pid'").unwrap();
        let expected = Config {
            command: vec!["/etc/it/./server".into(), "--flag".into()],
            name: "server".into(),
            directory: "/".into(),
            pid_file: "/etc/it/run/it.pid".into(),
            log: None,
            umask: 0o022,
            ready: Ready::Started,
            start_timeout: Duration::from_secs(10),
            stop_signal: Signal::SIGTERM,
            reload_signal: Signal::SIGHUP,
            grace: Duration::from_secs(10),
            restart: Restart::OnFailure,
            backoff: Duration::from_millis(100),
            max_restarts: 5,
            within: Duration::from_secs(60),
            environment: Vec::new(),
        };
        assert_eq!(config, expected);
        let in_path = parse("command = ['sleep']\npid_file = '/run/it.pid'").unwrap();
        assert_eq!(in_path.command, ["sleep"]);
        assert_eq!(in_path.pid_file, Path::new("/run/it.pid"));
    }

    #[test]
    fn what_is_wrong_is_named() {
        for (line, expected) in [
            ("comand = ['x']", "unknown key `comand`"),
            (
                "umask = '8'",
                "`umask` must be octal digits in quotes, as \"022\"",
            ),
            (
                "umask = '+22'",
                "`umask` must be octal digits in quotes, as \"022\"",
            ),
            ("umask = 22", "`umask` must be octal digits in quotes, as \"022\""),
            ("grace_ms = -1", "`grace_ms` must be a whole number, 0 or more"),
            (
                "ready = 'soon'",
                "`ready` must be \"started\" or \"line\" or \"notify\"",
            ),
            (
                "stop_signal = 'TREM'",
                "`stop_signal` must be the name of a signal, as \"TERM\"",
            ),
            (
                "environment = { A = 1 }",
                "`environment` must be a table of strings",
            ),
            ("log = ''", "`log` must be a string that is not empty"),
            ("pid_file = 'again'", "duplicate key: `pid_file`"),
        ] {
            let text = format!("command = ['x']\npid_file = 'p'\n{line}\n");
            let wrong = parse(&text).unwrap_err();
            assert_eq!(
                (wrong.why.as_str(), wrong.at >= 29),
                (expected, true),
                "{line}: {wrong:?}"
            );
        }
        for (text, expected) in [
            ("command = ['x']", "`pid_file` is missing"),
            ("pid_file = 'p'", "`command` is missing"),
            (
                "command = []",
                "`command` must be a list of strings, of which the first is not empty",
            ),
            (
                "command = 'x'",
                "`command` must be a list of strings, of which the first is not empty",
            ),
            (
                "command = [\"a\\u0000\"]",
                "`command` must be a list of strings, of which the first is not empty",
            ),
        ] {
            let wrong = parse(text).unwrap_err();
            assert_eq!(wrong.why, expected, "{text}");
        }
    }
}
