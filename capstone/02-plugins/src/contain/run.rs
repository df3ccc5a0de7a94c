use std::io;
use std::time::Duration;

use daemon::events::Events;
use daemon::process::How;

use super::life::Life;
use super::outcome::{Outcome, judge};
use super::process::{Came, Process, Stream};
use super::{spawn, strays};
use crate::script::Sealed;
use crate::{Form, Manifest, Name};

/// How much is read at once, in bytes.
const PIECE: usize = 64 << 10;
/// How much of standard error is kept, in bytes.
const COMPLAINT: usize = 1 << 10;

/// A run that goes on.
#[derive(Debug)]
pub(super) struct Run {
    plugin: Name,
    form: Form,
    pub(super) process: Process,
    /// What its processes have in their environment.
    pub(super) mark: String,
    began: Duration,
    life: Life,
    output: Vec<u8>,
    complaint: Vec<u8>,
    /// What it has left behind that was ended before its own end.
    pub(super) escaped: u32,
}

impl Run {
    /// Starts one.
    ///
    /// # Errors
    /// Why it cannot be started.
    pub(super) fn start(
        manifest: &Manifest,
        script: &Sealed,
        id: u64,
        now: Duration,
        events: &Events,
    ) -> io::Result<Self> {
        let mark = strays::mark();
        let mut command = spawn::command(manifest, script, &mark)?;
        Ok(Self {
            plugin: manifest.name.clone(),
            form: manifest.form,
            process: Process::spawn(&mut command, id, events)?,
            mark,
            began: now,
            life: Life::begin(manifest.timeout, now),
            output: Vec::new(),
            complaint: Vec::new(),
            escaped: 0,
        })
    }

    /// Returns when [`Run::due`] has something to do.
    pub(super) fn until(&self) -> Duration {
        self.life.until()
    }

    /// Sends the signal that is due.
    pub(super) fn due(&mut self, now: Duration) {
        if let Some(signal) = self.life.due(now) {
            self.process.signal(signal);
        }
    }

    /// Reads once from an output that has something.
    pub(super) fn read(&mut self, stream: Stream) {
        self.take(stream);
    }

    /// Reads once. Says whether there may be more.
    #[expect(unused_variables, reason = "goes with the todo!")]
    fn take(&mut self, stream: Stream) -> bool {
        todo!(
            "contain: Both outputs have one limit. Of standard error only the first COMPLAINT bytes are kept. What is too much is read all the same, and thrown away."
        )
    }

    /// Reads what stands in the pipes after the end. Nobody waits for theirs: a stranger may hold them for ever.
    pub(super) fn drain(&mut self) {
        todo!("contain: Each until there is nothing just now, or too much.")
    }

    /// Says what became of it. So many had left its group at its end.
    pub(super) fn outcome(self, how: How, escaped: u32, now: Duration) -> Outcome {
        let complaint = String::from_utf8_lossy(&self.complaint);
        Outcome {
            how: Some(how),
            took: now.saturating_sub(self.began),
            escaped: self.escaped + escaped,
            complaint: complaint.lines().next().unwrap_or_default().trim().to_owned(),
            result: judge(self.form, &self.plugin, &self.life, how, &self.output),
        }
    }
}
