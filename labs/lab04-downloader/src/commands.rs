//! What the program does.

use std::io::{self, IsTerminal as _, Write};
use std::os::unix::ffi::OsStrExt as _;

use downloader::{Error, Progress, Result, Saved, Say, download};

use crate::cli::{Command, HELP, Tell};

/// Does what was asked for.
///
/// # Errors
/// Why there is no file, or why that could not be told.
pub(crate) fn run(command: Command) -> Result<()> {
    let mut out = io::stdout().lock();
    match command {
        Command::Help => out.write_all(HELP.as_bytes()),
        Command::Version => writeln!(out, "downloader {}", env!("CARGO_PKG_VERSION")),
        Command::Download(job, tell) => {
            let progress = Progress::new(match tell {
                Tell::Quiet => Say::Errors,
                Tell::Name if io::stderr().is_terminal() => Say::Bars,
                Tell::Name | Tell::Json => Say::Notes,
            });
            let saved = download(&job, &progress)?;
            let mut line = match tell {
                Tell::Json => json(&saved).into_bytes(),
                Tell::Name | Tell::Quiet => saved.target.file().as_os_str().as_bytes().to_vec(),
            };
            line.push(b'\n');
            out.write_all(&line)
        }
    }
    .and_then(|()| out.flush())
    .map_err(Error::Output)
}

/// Says something on standard error. Where that is closed or full, nobody is there to be told.
pub(crate) fn say(message: &str) {
    let _ = writeln!(io::stderr(), "downloader: {message}");
}

/// Returns what `--json` prints: one object, its keys in this order.
#[expect(unused_variables, reason = "goes with the todo!")]
fn json(saved: &Saved) -> String {
    todo!(
        "polish: Write `file`, `url`, `bytes`, `fetched`, `resumed`, `sha256`, `connections`, `requests`, `retries`, `restarts`, `ms`."
    )
}
