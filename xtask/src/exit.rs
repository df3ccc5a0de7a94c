//! The exit statuses of `cargo xtask`, as README documents them.

use std::process::ExitCode;

/// Everything that was asked for holds.
pub const OK: u8 = 0;
/// A stage failed, or what was asked for could not be done.
pub const FAILED: u8 = 1;
/// The command line was wrong.
pub const USAGE: u8 = 2;
/// A lab does not compile.
pub const BUILD: u8 = 3;
/// The grader itself failed; nothing was scored.
pub const FAULT: u8 = 4;
/// The command needs the reference, which this copy lacks.
pub const NO_REFERENCE: u8 = 5;
/// The command needs a program that this machine lacks.
pub const NOT_INSTALLED: u8 = 6;

/// Why a command ended without doing what was asked: a sentence for stderr and an exit status.
#[derive(Debug)]
pub struct Stop {
    pub status: u8,
    pub message: String,
}

impl Stop {
    /// Ends with `status`, saying `message` unless it is empty.
    pub fn new(status: u8, message: impl Into<String>) -> Self {
        Self {
            status,
            message: message.into(),
        }
    }

    /// Ends with [`FAILED`].
    pub fn failed(message: impl Into<String>) -> Self {
        Self::new(FAILED, message)
    }

    /// Ends with [`USAGE`].
    pub fn usage(message: impl Into<String>) -> Self {
        Self::new(USAGE, message)
    }

    /// Ends with [`FAILED`], naming the file.
    pub fn io(path: &std::path::Path, error: impl std::fmt::Display) -> Self {
        Self::new(FAILED, format!("{}: {error}", path.display()))
    }
}

impl From<lexopt::Error> for Stop {
    fn from(error: lexopt::Error) -> Self {
        Self::usage(error.to_string())
    }
}

/// Says on stderr why a command stopped, and turns its result into a process's exit status.
pub fn report(result: Result<u8>) -> ExitCode {
    match result {
        Ok(status) => ExitCode::from(status),
        Err(stop) => {
            if !stop.message.is_empty() {
                eprintln!("xtask: {}", stop.message);
            }
            ExitCode::from(stop.status)
        }
    }
}

/// What every command returns.
pub type Result<T = ()> = std::result::Result<T, Stop>;
