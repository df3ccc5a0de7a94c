//! The launcher: what the program `cell` does.
//!
//! | called as | it |
//! |---|---|
//! | `cell case … -- SUITE ARGS` | makes the outer cell, starts `cell first` in it and watches what becomes of it |
//! | `cell first … -- SUITE ARGS` | becomes the suite, as the first process of the outer cell |
//! | by the name of a student's program | enters the inner cell and becomes that program |
//! | `cell build … -- cargo ARGS` | makes the cell for building, starts `cell make` in it and watches it |
//! | `cell make … -- cargo ARGS` | becomes cargo, as the first process of that cell |
//! | `cell hold` | keeps a user namespace until it has another keeper |
//! | `cell layer …` | says whether folders can be laid over each other here |
//!
//! No process here has a second thread, and none forks: what a new pid namespace needs, [`Command`](std::process::Command) starts.

mod filter;
mod first;
mod identity;
mod inner;
mod limits;
mod loopback;
mod making;
mod outer;
mod settle;
mod show;
mod spec;
mod view;
mod walls;
mod watcher;
mod words;

use std::ffi::OsString;
use std::fmt;
use std::io;
use std::path::Path;
use std::process::ExitCode;

use super::Broken;

/// What a step of the launcher could not do.
#[derive(Debug)]
struct Failed {
    doing: String,
    source: io::Error,
}

impl fmt::Display for Failed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "cell: {}: {}", self.doing, self.source)
    }
}

type Result<T = ()> = std::result::Result<T, Failed>;

/// Says what was being done when an error came.
trait Doing<T> {
    fn doing(self, what: impl FnOnce() -> String) -> Result<T>;
}

impl<T, E: Into<io::Error>> Doing<T> for std::result::Result<T, E> {
    fn doing(self, what: impl FnOnce() -> String) -> Result<T> {
        self.map_err(|error| Failed {
            doing: what(),
            source: error.into(),
        })
    }
}

/// The same with a path.
fn at(what: &str, path: &Path) -> impl FnOnce() -> String {
    move || format!("{what} {}", path.display())
}

/// An error of the launcher's own.
fn wrong(doing: impl Into<String>, why: &str) -> Failed {
    Failed {
        doing: doing.into(),
        source: io::Error::other(why.to_owned()),
    }
}

/// Does what the program `cell` was called for. Where it becomes another program it does not return.
pub fn main() -> ExitCode {
    let args: Vec<OsString> = std::env::args_os().collect();
    let done = match spec::Spec::beside_this_program() {
        Ok(Some((spec, name))) => inner::become_program(&spec, &name, args),
        Ok(None) => called(args),
        Err(failed) => Err(failed),
    };
    match done {
        Ok(status) => ExitCode::from(status),
        Err(failed) => {
            eprintln!("{failed}");
            ExitCode::from(Broken::Fault.status())
        }
    }
}

fn called(args: Vec<OsString>) -> Result<u8> {
    let mut args = args.into_iter().skip(1);
    let verb = args.next().unwrap_or_default();
    let words = words::Words::parse(args)?;
    match verb.to_str() {
        Some("case") => outer::case(&words),
        Some("first") => first::suite(&words),
        Some("build") => outer::build(&words),
        Some("make") => making::make(&words),
        Some("hold") => first::hold(),
        Some("layer") => outer::layer(&words),
        _ => Err(wrong("reading the command line", "the grader calls this program")),
    }
}
