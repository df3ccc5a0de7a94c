//! Standard output, with its end as no failure.

use std::io::{self, ErrorKind, Write as _};

/// Writes a text at once.
///
/// # Errors
/// What the system says.
pub(crate) fn print(text: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes())?;
    out.flush()
}

/// Returns whether an error says that nobody reads standard output any more.
pub(crate) fn is_closed(error: &anyhow::Error) -> bool {
    error
        .downcast_ref::<io::Error>()
        .is_some_and(|error| error.kind() == ErrorKind::BrokenPipe)
}
