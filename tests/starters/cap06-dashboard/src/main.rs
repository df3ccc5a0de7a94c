//! The program: reads the arguments, does what they say, and turns errors into an exit status.

mod commands;

use std::{io, process::ExitCode};

fn main() -> ExitCode {
    let command = match commands::parse(lexopt::Parser::from_env()) {
        Ok(command) => command,
        Err(error) => {
            eprintln!("dashboard: {error:#}\nTry `dashboard --help`.");
            return ExitCode::from(2);
        }
    };
    match command.run() {
        Ok(status) => status,
        Err(error) if is_broken_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("dashboard: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Says whether whoever reads the output has seen enough.
fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error
        .downcast_ref::<io::Error>()
        .is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
}
