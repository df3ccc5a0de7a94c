//! The program: reads the arguments, does what they say, and turns errors into an exit status.

#![expect(clippy::todo, reason = "delete this line with the last todo!")]

mod cli;
mod commands;

use std::io;
use std::process::ExitCode;

fn main() -> ExitCode {
    let command = match cli::parse(std::env::args_os().skip(1)) {
        Ok(command) => command,
        Err(error) => {
            commands::say(&format!("{error:#}\nTry `daemon --help`."));
            return ExitCode::from(2);
        }
    };
    match commands::run(command) {
        Ok(status) => status,
        // Whoever read the output has enough of it, as `head` does: that is no failure.
        Err(error)
            if error
                .downcast_ref()
                .is_some_and(|error: &io::Error| error.kind() == io::ErrorKind::BrokenPipe) =>
        {
            ExitCode::SUCCESS
        }
        Err(error) => {
            commands::say(&format!("{error:#}"));
            ExitCode::FAILURE
        }
    }
}
