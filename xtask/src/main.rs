//! `cargo xtask`: reads the command line, runs the command, and turns a stop into an exit status.

use std::process::ExitCode;

fn main() -> ExitCode {
    xtask::exit::report(xtask::commands::run())
}
