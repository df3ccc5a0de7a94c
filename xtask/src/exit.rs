//! The exit statuses of `cargo xtask`, as README documents them.

/// Everything that was asked for holds.
pub(crate) const OK: u8 = 0;
/// A stage failed, or what was asked for could not be done.
pub(crate) const FAILED: u8 = 1;
/// The command line was wrong.
pub(crate) const USAGE: u8 = 2;
/// A lab does not compile.
pub(crate) const BUILD: u8 = 3;
/// The grader itself failed; nothing was scored.
pub(crate) const FAULT: u8 = 4;
/// The command needs the reference, which this copy lacks.
pub(crate) const NO_REFERENCE: u8 = 5;
/// The command needs a program that this machine lacks.
pub(crate) const NOT_INSTALLED: u8 = 6;

/// Why a command ended without doing what was asked: a sentence for stderr and an exit status.
#[derive(Debug)]
pub(crate) struct Stop {
    pub(crate) status: u8,
    pub(crate) message: String,
}

impl Stop {
    /// Ends with `status`, saying `message` unless it is empty.
    pub(crate) fn new(status: u8, message: impl Into<String>) -> Self {
        Self {
            status,
            message: message.into(),
        }
    }

    /// Ends with [`FAILED`].
    pub(crate) fn failed(message: impl Into<String>) -> Self {
        Self::new(FAILED, message)
    }

    /// Ends with [`USAGE`].
    pub(crate) fn usage(message: impl Into<String>) -> Self {
        Self::new(USAGE, message)
    }

    /// Ends with [`FAILED`], naming the file.
    pub(crate) fn io(path: &std::path::Path, error: impl std::fmt::Display) -> Self {
        Self::new(FAILED, format!("{}: {error}", path.display()))
    }
}

impl From<lexopt::Error> for Stop {
    fn from(error: lexopt::Error) -> Self {
        Self::usage(error.to_string())
    }
}

/// What every command returns.
pub(crate) type Result<T = ()> = std::result::Result<T, Stop>;
