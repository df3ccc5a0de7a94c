//! The loop that does what the plan decides: one thread, one place to wait, and nothing that is asked again and again.

use std::collections::HashMap;
use std::io;
use std::os::fd::OwnedFd;
use std::time::Instant;

use nix::sys::signal::Signal;
use rustix::process::Pid;

use crate::events::{Event, Events, Interest};
use crate::pool::child::Child;
use crate::pool::error::Error;
use crate::pool::output::Output;
use crate::pool::plan::{Attempt, Decision, Plan};
use crate::pool::report::{self, Outcome, Report};
use crate::pool::settings::Settings;
use crate::pool::source::Source;
use crate::process;

/// The tokens of the pool's own streams. No process has id 0, so that they are nobody else's.
const INPUT: u64 = 0;
const RESULTS: u64 = 1;
const NOTES: u64 = 2;

/// How many steps are taken before the pool looks up again: a thousand lines that are no jobs must not keep it from a signal.
const STEPS: usize = 64;

/// As much as a pipe usually holds, in bytes.
const BUFFER: usize = 64 << 10;

/// Runs all jobs of `source`; writes their results to `results` and what there is to say to `notes`. Returns whether all are done.
///
/// Whatever descends from this process is dead when this returns.
///
/// # Errors
/// Why it could not go on.
pub fn run(settings: &Settings, source: Source, results: OwnedFd, notes: OwnedFd) -> Result<bool, Error> {
    process::become_subreaper()?;
    let events = Events::new(&[Signal::SIGCHLD, Signal::SIGTERM, Signal::SIGINT])?;
    let mut pool = Pool {
        settings,
        plan: Plan::new(settings),
        source,
        watching_input: false,
        exhausted: false,
        results: Output::new(results, RESULTS),
        notes: Output::new(notes, NOTES),
        listening: true,
        events,
        children: HashMap::new(),
        buffer: vec![0; BUFFER],
        asked: 0,
        all_done: true,
    };
    pool.results.watch_reader(&pool.events)?;
    let worked = pool.work();
    process::kill_all_descendants()?;
    worked.map(|()| pool.all_done)
}

#[derive(Debug)]
#[expect(dead_code, reason = "its functions will use them")]
struct Pool<'a> {
    settings: &'a Settings,
    plan: Plan,
    source: Source,
    watching_input: bool,
    /// Whether the source has no more jobs.
    exhausted: bool,
    results: Output,
    notes: Output,
    /// Whether the jobs' standard error is watched.
    listening: bool,
    events: Events,
    children: HashMap<Pid, Child>,
    buffer: Vec<u8>,
    /// How often somebody has asked this pool to end.
    asked: u32,
    all_done: bool,
}

impl Pool<'_> {
    /// Works until everything is over: does what can be done, tells what has come of it, and waits.
    fn work(&mut self) -> Result<(), Error> {
        loop {
            let mut busy = true;
            for _ in 0..STEPS {
                busy = self.step()?;
                if !busy {
                    break;
                }
            }
            busy |= self.flush()?;
            if !busy && self.is_over() {
                return Ok(());
            }
            let until = match busy {
                true => Some(Instant::now()),
                // Nothing may be started now. When there is room again, the output tells.
                false if self.is_full() => self.plan.until_signal(),
                false => self.plan.until(),
            };
            for event in self.events.wait(until)? {
                self.handle(event)?;
            }
            for (pid, signal) in self.plan.due(Instant::now()) {
                self.kill(pid, signal);
            }
        }
    }

    /// Reads one job or starts one. Returns whether there was anything to do.
    fn step(&mut self) -> Result<bool, Error> {
        todo!(
            "pool: Neither, while one of the outputs is full. Read if the plan wants a job and the source has one; else start what is next."
        )
    }

    /// Starts a try.
    #[expect(dead_code, reason = "`step` will use it")]
    #[expect(unused_variables, reason = "goes with the todo!")]
    fn start(&mut self, attempt: Attempt) -> Result<(), Error> {
        todo!("pool: Tell the plan either way. Watch the pipes of what has started.")
    }

    /// Does what an event asks for.
    #[expect(unused_variables, reason = "goes with the todo!")]
    fn handle(&mut self, event: Event) -> Result<(), Error> {
        todo!(
            "pool: CHLD: `reap`. TERM and INT: drain, the second one kills. A pipe: its child does what it is ready for."
        )
    }

    /// Buries who has ended, with the group that it may have left.
    #[expect(dead_code, reason = "`handle` will use it")]
    fn reap(&mut self) -> Result<(), Error> {
        todo!(
            "pool: All of them. Strangers are nobody's child. Kill the group, finish the child, ask the plan, follow its decision."
        )
    }

    /// Starts nothing more, and reports whose turn will never come: also those jobs that stand in standard input already.
    fn drain(&mut self) -> Result<(), Error> {
        todo!(
            "pool: Report what the plan gives up, and close the source. What is left in it, `step` will read and report."
        )
    }
}

#[expect(dead_code, reason = "the functions above will use them")]
impl Pool<'_> {
    fn follow(&mut self, decision: Decision) -> Result<(), Error> {
        match decision {
            Decision::Again => Ok(()),
            Decision::Report(report) => self.report(&report),
            Decision::GiveUp { report, crashes } => {
                let within = self.settings.within.as_millis();
                self.say(&format!("{crashes} crashes within {within} ms: giving up"));
                self.report(&report)?;
                self.drain()
            }
        }
    }

    /// Whether there are no more jobs, and everything is told. Who is asked twice waits for nobody who does not listen.
    fn is_over(&self) -> bool {
        let told = self.exhausted && self.results.is_empty() && self.notes.is_empty();
        self.plan.is_idle() && (told || self.asked > 1)
    }

    fn report(&mut self, report: &Report) -> Result<(), Error> {
        self.all_done &= report.outcome == Outcome::Done;
        report.write(self.results.waiting()).map_err(Error::Output)
    }

    fn malformed(&mut self, line: u64, why: &impl std::fmt::Display) -> Result<(), Error> {
        self.all_done = false;
        self.say(&format!("stdin:{line}: {why}"));
        report::write_malformed(self.results.waiting(), line).map_err(Error::Output)
    }

    /// Sends a signal to a job's group. Who has changed its user may not be reached by it.
    fn kill(&mut self, group: Pid, signal: Signal) {
        if let Err(error) = process::kill_group(group, signal) {
            self.say(&format!("cannot send {signal} to process group {group}: {error}"));
        }
    }

    fn say(&mut self, message: &str) {
        let line = format!("daemon: {message}\n");
        self.notes.waiting().extend_from_slice(line.as_bytes());
    }

    /// Whether nothing should be done that makes more output.
    fn is_full(&self) -> bool {
        self.results.is_full() || self.notes.is_full()
    }

    /// Writes what is taken at once. While notes are not read, jobs that write them have to wait. Returns whether what was held back since
    /// there was no room for its output can go on: nothing else may ever tell.
    fn flush(&mut self) -> Result<bool, Error> {
        let was_full = self.is_full();
        self.results.flush(&self.events).map_err(Error::Output)?;
        if self.notes.flush(&self.events).is_err() {
            // Nobody wants to hear them. The results are another matter.
            self.notes.give_up(&self.events)?;
        }
        let listen = !self.notes.is_full();
        if self.listening != listen {
            self.listening = listen;
            for child in self.children.values() {
                child.listen(&self.events, listen)?;
            }
        }
        Ok(was_full && !self.is_full())
    }

    fn watch_input(&mut self, watch: bool) -> io::Result<()> {
        if self.watching_input == watch {
            return Ok(());
        }
        self.watching_input = watch;
        match self.source.descriptor() {
            Some(input) if watch => self.events.watch(input, INPUT, Interest::Read),
            Some(input) => self.events.forget(input),
            None => Ok(()),
        }
    }
}
