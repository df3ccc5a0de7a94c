//! Signals that are for the command.

use nix::sys::signal::Signal;
//~signals #[expect(unused_imports, reason = "`tell` will use it")]
use rustix::process::kill_process;

//~signals #[expect(unused_imports, reason = "`reload` will use it")]
use super::Phase;
use super::Supervisor;
use crate::control::error::Result;
//~signals #[expect(unused_imports, reason = "`reload` will use it")]
use crate::control::notify::Sender;
//~signals #[expect(unused_imports, reason = "`tell` will use it")]
use crate::process;

impl Supervisor<'_> {
    /// Opens the log anew and lets the command read its configuration again. A command that is still starting is not ready after that either:
    /// systemd hears of it when it is.
    pub(super) fn reload(&mut self) -> Result<()> {
        // region:signals/reload `Sender::reloading`, the log, a line in it, the configured signal, `READY=1` unless it is not ready yet.
        if let Some(systemd) = &self.systemd {
            Sender::reloading(systemd);
        }
        self.log.reopen();
        self.log.say(self.service.map(|service| service.pid), "reloading");
        self.tell(self.config.reload_signal)?;
        if !matches!(self.phase, Phase::Starting(_)) {
            self.tell_systemd("READY=1");
        }
        Ok(())
        // endregion:signals/reload
    }

    /// Sends a signal to the command, if it is running.
    pub(super) fn tell(&mut self, signal: Signal) -> Result<()> {
        // region:signals/tell To its process alone. Until it is waited for, nobody else can have its id.
        if let Some(service) = self.service {
            // It may be gone already, or belong to somebody else by now.
            if let Err(error) = kill_process(service.pid, process::plain(signal)) {
                self.log
                    .say(Some(service.pid), &format!("{}: {error}", signal.as_str()));
            }
        }
        Ok(())
        // endregion:signals/tell
    }
}
