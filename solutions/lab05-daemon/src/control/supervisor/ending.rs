//! Ends: of the command, of what it has started, and of the supervisor.

use std::time::Instant;

use rustix::io::Errno;
use rustix::process::{Pid, test_kill_process_group};

use super::{End, Phase, Supervisor};
use crate::control::error::{Error, Result};
use crate::control::policy::Decision;
use crate::control::service::{Service, Stream};
use crate::process::{self, How};

impl Supervisor<'_> {
    /// Lays to rest whoever has ended: the command, what it has left behind, and, for process 1, strangers.
    pub(super) fn reap(&mut self) -> Result<()> {
        for reaped in process::reap().map_err(Error::system("wait for children"))? {
            if let Some(service) = self.service.take_if(|service| service.pid == reaped.pid) {
                self.ended(service, reaped.how)?;
            }
        }
        match self.phase {
            Phase::Stopping { group, .. } if self.service.is_none() && !has_members(group) => {
                self.kill_all()?;
                self.phase = Phase::Ended(End::Stopped);
            }
            _ => {}
        }
        Ok(())
    }

    /// The command has ended.
    fn ended(&mut self, service: Service, how: How) -> Result<()> {
        // What it has said before its end counts; so it still is the command.
        self.service = Some(service);
        self.drain()?;
        self.service = None;
        match &self.phase {
            Phase::Stopping { .. } | Phase::Ended(_) => self.log.say(Some(service.pid), &how.to_string()),
            Phase::Starting(_) if self.report.is_awaited() => {
                let sentence = format!("{how} before it was ready");
                self.log.say(Some(service.pid), &sentence);
                self.phase = Phase::Ended(End::Failed(format!("{}: {sentence}", self.config.name)));
            }
            Phase::Starting(_) | Phase::Running | Phase::Waiting(_) => {
                // region:signals/again What it has left behind would be in the way of the next one. Then the policy decides.
                self.kill_all()?;
                let now = Instant::now();
                let decision = self.policy.ended(Some(how), now - service.since, now);
                self.decide(Some(service.pid), &how.to_string(), decision, now);
                // endregion:signals/again
            }
        }
        Ok(())
    }

    /// Writes down what has happened and what follows from it, and prepares that.
    pub(super) fn decide(&mut self, pid: Option<Pid>, happened: &str, decision: Decision, now: Instant) {
        self.log.say(pid, &format!("{happened}, {decision}"));
        self.phase = match decision {
            Decision::End { well } => Phase::Ended(End::Finished { well }),
            Decision::Again { wait, .. } => {
                self.tell_systemd(&format!("STATUS={happened}, {decision}"));
                Phase::Waiting(now + wait)
            }
            Decision::GiveUp { .. } => Phase::Ended(End::Failed(format!(
                "{}: {happened}, {decision}",
                self.config.name
            ))),
        };
    }

    /// Asks the command to stop. It has the grace for that, and so has whatever is in its process group.
    pub(super) fn stop(&mut self) -> Result<()> {
        if matches!(self.phase, Phase::Stopping { .. } | Phase::Ended(_)) {
            return Ok(());
        }
        self.tell_systemd("STOPPING=1");
        let Some(Service { pid, .. }) = self.service else {
            self.log.say(None, "stopped");
            self.phase = Phase::Ended(End::Stopped);
            return Ok(());
        };
        self.log.say(Some(pid), "stopping");
        self.phase = Phase::Stopping {
            until: Instant::now() + self.config.grace,
            group: pid,
        };
        process::kill_group(pid, self.config.stop_signal).map_err(Error::system("signal the command"))
    }

    /// The grace is over.
    pub(super) fn lose_patience(&mut self) -> Result<()> {
        // region:signals/killed Say so in the log. Nobody may be left, whatever session it has moved to. Then it is over.
        let still = format!(
            "still running after {} ms: killing it",
            self.config.grace.as_millis()
        );
        self.log.say(self.service.map(|service| service.pid), &still);
        self.kill_all()?;
        self.phase = Phase::Ended(End::Stopped);
        Ok(())
        // endregion:signals/killed
    }

    /// Kills everything that has come of the command, and takes what it has still said.
    pub(super) fn kill_all(&mut self) -> Result<()> {
        let killed = process::kill_all_descendants().map_err(Error::system("kill what is left"))?;
        self.drain()?;
        for reaped in killed {
            if self
                .service
                .take_if(|service| service.pid == reaped.pid)
                .is_some()
            {
                self.log.say(Some(reaped.pid), &reaped.how.to_string());
            }
        }
        self.log.finish();
        Ok(())
    }

    /// Takes what the command has said so far.
    fn drain(&mut self) -> Result<()> {
        for stream in [Stream::Out, Stream::Err] {
            while self.read(stream)? {}
        }
        self.notified()
    }
}

/// Whether somebody is left in a process group.
fn has_members(group: Pid) -> bool {
    test_kill_process_group(group) != Err(Errno::SRCH)
}
