//! What the commands do. Each has a file of its own.

mod control;
mod layout;
mod models;
mod pool;
mod schedule;

use std::io::{self, Write};
use std::process::ExitCode;

use crate::cli::{self, Command};

/// Does what the command line says.
///
/// # Errors
/// What went wrong, as a sentence.
pub(crate) fn run(command: Command) -> anyhow::Result<ExitCode> {
    match command {
        Command::Help => print(&cli::help()),
        Command::Version => print(&format!("daemon {}\n", env!("CARGO_PKG_VERSION"))),
        Command::Control(options) => control::run(options),
        Command::Pool(options) => pool::run(options),
        Command::Schedule(options) => schedule::run(options),
        Command::Layout(options) => layout::run(options),
        Command::Models(options) => models::run(options),
    }
}

/// Says something on standard error; that nobody may be there to hear it is no failure.
pub(crate) fn say(message: &str) {
    let _ = writeln!(io::stderr(), "daemon: {message}");
}

fn print(text: &str) -> anyhow::Result<ExitCode> {
    io::stdout().write_all(text.as_bytes())?;
    Ok(ExitCode::SUCCESS)
}
