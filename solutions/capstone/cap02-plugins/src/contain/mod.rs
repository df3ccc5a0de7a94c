//! One run of a plug-in: its process, and all that this starts.
//!
//! What a plug-in can do, and what becomes of it:
//!
//! | it | so |
//! |---|---|
//! | hangs | its group is sent SIGTERM at the time limit, and SIGKILL [`GRACE`](life::GRACE) later |
//! | writes without end | SIGKILL at [`MOST_OUTPUT`](crate::form::MOST_OUTPUT) bytes of both outputs together |
//! | starts something and ends | what is in its group is killed at once, and nobody waits for its pipes |
//! | leaves its group: setsid(2), a daemon | this process is a subreaper, so it comes back as a child, is found and killed ([`strays`]) |
//! | wants to become somebody else by a setuid program | it cannot: `no_new_privs` |
//! | changes its file while it waits for its turn | what was hashed is what is executed ([`Sealed`]) |
//!
//! What is *not* possible without more rights: a plug-in that runs as the same user as this process can send it any
//! signal, SIGKILL included; and one that forks new sessions faster than they are found can stay ahead for as long as it
//! does. The first needs a `user` of its own, the second a cgroup.

pub mod life;
mod outcome;
mod process;
mod run;
mod spawn;
pub mod strays;
mod sys;

pub use outcome::{Failed, Outcome, Reason};

use std::collections::BTreeMap;
use std::io;
use std::time::{Duration, Instant};

use daemon::events::{Event, Events};
use nix::sys::signal::Signal;

use crate::Manifest;
use crate::script::Sealed;
use process::Source;
use run::Run;

/// How often this looks for strays while something runs.
const LOOK: Duration = Duration::from_secs(1);

/// Runs of plug-ins, any number at the same time, in one thread.
///
/// There may be one of these in a process, and the process may have no other children.
#[derive(Debug)]
pub struct Runs {
    events: Events,
    began: Instant,
    runs: BTreeMap<u64, Run>,
    next: u64,
    ended: Vec<(u64, Outcome)>,
    /// When to look for strays.
    look: Duration,
}

impl Runs {
    /// The first token that is free for what others watch with [`Runs::events`].
    pub const OTHERS: u64 = 1 << 62;

    /// Begins without any. From now on `signals` come as events.
    ///
    /// # Errors
    /// What the system says.
    pub fn new(signals: &[Signal]) -> io::Result<Self> {
        daemon::process::become_subreaper()?;
        Ok(Self {
            events: Events::new(signals)?,
            began: Instant::now(),
            runs: BTreeMap::new(),
            next: 0,
            ended: Vec::new(),
            look: Duration::ZERO,
        })
    }

    /// Returns where others can have their descriptors watched.
    pub fn events(&self) -> &Events {
        &self.events
    }

    /// Starts a plug-in, and returns the number of the run. One that cannot be started has ended at once.
    pub fn start(&mut self, manifest: &Manifest) -> u64 {
        let id = self.next;
        self.next += 1;
        let now = self.began.elapsed();
        let started = Sealed::copy(&manifest.script, manifest.sha256)
            .map_err(Failed::from)
            .and_then(|script| {
                Run::start(manifest, &script, id, now, &self.events)
                    .map_err(|why| Failed::new(Reason::Start, format!("cannot start it: {why}")))
            });
        match started {
            Ok(run) => {
                self.look = now + LOOK;
                self.runs.insert(id, run);
            }
            Err(failed) => self.ended.push((id, Outcome::not_started(failed))),
        }
        id
    }

    /// Returns how many run.
    pub fn running(&self) -> usize {
        self.runs.len()
    }

    /// Returns the runs that have ended since this was last asked.
    pub fn take_ended(&mut self) -> Vec<(u64, Outcome)> {
        std::mem::take(&mut self.ended)
    }

    /// Waits until something happens, or until a moment, and does what is to be done for runs. Returns what is not theirs.
    ///
    /// # Errors
    /// What the system says to a wait.
    pub fn step(&mut self, until: Option<Instant>) -> io::Result<Vec<Event>> {
        if !self.ended.is_empty() {
            return Ok(Vec::new());
        }
        let own = self.runs.values().map(Run::until).min();
        let own = own.map(|own| self.began + own.min(self.look));
        let until = until.into_iter().chain(own).min();
        let mut others = Vec::new();
        for event in self.events.wait(until)? {
            match event {
                Event::Ready { token } if token < Self::OTHERS => self.ready(token),
                other => others.push(other),
            }
        }
        let now = self.began.elapsed();
        for run in self.runs.values_mut() {
            run.due(now);
        }
        if !self.runs.is_empty() && now >= self.look {
            self.look = now + LOOK;
            self.look_for_strays();
        }
        Ok(others)
    }

    /// Ends what belongs to no run that goes on, before any of them has ended. Whose it was it does not say, for it has thrown its mark away: it counts for the
    /// run that has begun first of those that go on. With one it is certain, and with several none is forgotten.
    fn look_for_strays(&mut self) {
        let escaped = self.end_strays(None);
        if let Some(oldest) = self.runs.values_mut().next() {
            oldest.escaped += escaped;
        }
    }

    fn ready(&mut self, token: u64) {
        let (id, source) = Source::of(token);
        // Its run may have ended by an event just before.
        let Some(run) = self.runs.get_mut(&id) else { return };
        match source {
            Source::Output(stream) => run.read(stream),
            Source::End => self.end(id),
        }
    }

    /// Ends a run whose process has ended: with all that this has left, wherever it is.
    fn end(&mut self, id: u64) {
        // region:contain/end Kill the group while its number is still its own, then reap; then strays; then what stands in the pipes; and the outcome goes to `ended`.
        let Some(run) = self.runs.get_mut(&id) else { return };
        let Some(how) = run.process.reap() else { return };
        let Some(mut run) = self.runs.remove(&id) else {
            return;
        };
        let escaped = self.end_strays(Some(run.process.group()));
        run.drain();
        let outcome = run.outcome(how, escaped, self.began.elapsed());
        self.ended.push((id, outcome));
        // endregion:contain/end
    }

    /// Ends what belongs to no run that goes on. Returns how many of them had left this group.
    fn end_strays(&self, group: Option<rustix::process::Pid>) -> u32 {
        let mains: Vec<_> = self.runs.values().map(|run| run.process.group()).collect();
        let marks: Vec<_> = self.runs.values().map(|run| run.mark.as_str()).collect();
        strays::end(&mains, &marks, group)
    }
}

impl Drop for Runs {
    /// Kills all that run.
    fn drop(&mut self) {
        for run in self.runs.values_mut() {
            run.process.bury();
        }
        strays::end(&[], &[], None);
    }
}
