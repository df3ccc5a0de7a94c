//! Signals that are for the command.

use nix::sys::signal::Signal;
#[expect(unused_imports, reason = "`tell` will use it")]
use rustix::process::kill_process;

#[expect(unused_imports, reason = "`reload` will use it")]
use super::Phase;
use super::Supervisor;
use crate::control::error::Result;
#[expect(unused_imports, reason = "`reload` will use it")]
use crate::control::notify::Sender;
#[expect(unused_imports, reason = "`tell` will use it")]
use crate::process;

impl Supervisor<'_> {
    /// Opens the log anew and lets the command read its configuration again. A command that is still starting is not ready after that either:
    /// systemd hears of it when it is.
    pub(super) fn reload(&mut self) -> Result<()> {
        todo!(
            "signals: `Sender::reloading`, the log, a line in it, the configured signal, `READY=1` unless it is not ready yet."
        )
    }

    /// Sends a signal to the command, if it is running.
    #[expect(unused_variables, reason = "goes with the todo!")]
    pub(super) fn tell(&mut self, signal: Signal) -> Result<()> {
        todo!("signals: To its process alone. Until it is waited for, nobody else can have its id.")
    }
}
