//! The program: reads the arguments, does what they say, and turns errors into an exit status.

mod commands;

use std::process::ExitCode;

fn main() -> ExitCode {
    let run = match commands::parse(std::env::args_os().skip(1)) {
        Ok(run) => run,
        Err(error) => {
            eprintln!("rpc: {error:#}\nTry `rpc --help`.");
            return ExitCode::from(2);
        }
    };
    match run() {
        Ok(status) => status,
        Err(error) if commands::common::is_broken_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("rpc: {error:#}");
            ExitCode::FAILURE
        }
    }
}
