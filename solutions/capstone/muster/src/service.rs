//! What whoever supervises this process is told.

use daemon::control::notify::Sender;

use crate::error::{Error, Result};

/// Says that this process does its work from now on, if anybody wants to know: systemd, or `daemon` of the labs.
///
/// # Errors
/// [`Error::System`] if the address in `NOTIFY_SOCKET` is none.
///
/// Source: sd_notify(3).
pub fn ready() -> Result<()> {
    let supervisor = Sender::from_environment().map_err(Error::system("use NOTIFY_SOCKET"))?;
    if let Some(supervisor) = supervisor {
        supervisor.send("READY=1");
    }
    Ok(())
}
