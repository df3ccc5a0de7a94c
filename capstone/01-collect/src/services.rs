//! Services of this host that are asked for their numbers over a socket.
//!
//! A service that nobody configured has no readings. One that is configured has a reading `up`: 0 if nobody listens, or if the
//! answer is none, or comes too late. What a server sends is believed in nothing: neither its lengths nor that it ever ends.

mod line;
mod mysql;
mod nginx;

use std::{
    fmt::Write,
    io,
    path::{Path, PathBuf},
    time::Duration,
};

use crate::{Labels, Metric, Page, Problem, host::Round};

pub use mysql::Mysql;
pub use nginx::Nginx;

pub(crate) use mysql::METRICS as MYSQL;
pub(crate) use nginx::METRICS as NGINX;

/// How long an answer may take, from the connection to its last byte.
const PATIENCE: Duration = Duration::from_secs(1);

/// Says why a service cannot be asked at all.
///
/// ```
/// let error = collect::Nginx::new("http://example.org/status").expect_err("a name is no address");
/// assert_eq!(
///     error.to_string(),
///     "http://example.org/status: its host must be an address, localhost, or unix:/PATH, since a look-up of names may hang"
/// );
/// ```
#[derive(Debug, thiserror::Error)]
pub enum ServiceError {
    /// The address is none.
    #[error("{}: {what}", shown(url))]
    Url {
        /// What was given.
        url: String,
        /// What is wrong with it.
        what: &'static str,
    },
    /// The file with options cannot be read.
    #[error("cannot read {}: {why}", path.display())]
    Read {
        /// Which file.
        path: PathBuf,
        /// What the system says.
        why: io::Error,
    },
    /// The file has a password, and everybody may read it.
    #[error("{}: it holds a password, and everybody may read it (chmod o-r)", path.display())]
    Open {
        /// Which file.
        path: PathBuf,
    },
    /// A line of the file is no option. The line itself is not shown, since it may hold a password.
    #[error("{}, line {line}: {what}", path.display())]
    Option {
        /// Which file.
        path: PathBuf,
        /// Which line, from 1.
        line: usize,
        /// What is wrong with it.
        what: String,
    },
}

/// Why there are no numbers of a service.
#[derive(Debug)]
enum Failure {
    /// Nobody listens: the service does not run, which is no problem of the collector's.
    Gone,
    /// Somebody listens, and does not answer, or not as such a service does.
    Wrong(String),
}

impl Failure {
    fn wrong(what: impl Into<String>) -> Failure {
        Failure::Wrong(what.into())
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Failure {
        match error.kind() {
            io::ErrorKind::TimedOut | io::ErrorKind::WouldBlock => {
                Failure::Wrong(format!("no answer within {} s", PATIENCE.as_secs()))
            }
            _ => Failure::Wrong(error.to_string()),
        }
    }
}

/// Tells whether a service is up, and what it has answered.
fn tell<T>(
    round: &mut Round<'_>,
    up: &'static Metric,
    peer: &str,
    answer: Result<T, Failure>,
    read: impl FnOnce(T, &mut Page<'_>),
) {
    round.add(up, &Labels::none(), f64::from(u8::from(answer.is_ok())));
    match answer {
        Ok(answer) => {
            let mut page = Page::new(round.readings);
            read(answer, &mut page);
            let problem = page.problem(peer.into());
            round.problems.extend(problem);
        }
        Err(Failure::Gone) => {}
        Err(Failure::Wrong(what)) => round.problems.push(Problem::Service {
            peer: Path::new(peer).into(),
            what,
        }),
    }
}

/// Quotes what a server has said, for one line of a message.
fn shown(text: &str) -> String {
    const LIMIT: usize = 200;
    let mut shown = String::new();
    for char in text.chars() {
        let before = shown.len();
        let _ = match char {
            '\'' | '"' => shown.write_char(char),
            _ => write!(shown, "{}", char.escape_debug()),
        };
        if shown.len() > LIMIT {
            shown.truncate(before);
            return shown + "…";
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::shown;

    #[test]
    fn what_a_server_says_is_short_and_on_one_line() {
        for (said, expected) in [
            ("Access denied for 'a'", "Access denied for 'a'"),
            ("a\nb\u{1b}[2J", r"a\nb\u{1b}[2J"),
        ] {
            assert_eq!(shown(said), expected);
        }
        assert_eq!(shown(&"x".repeat(1000)), "x".repeat(200) + "…");
        assert_eq!(shown(&"\u{202e}".repeat(1000)), r"\u{202e}".repeat(25) + "…");
    }
}
