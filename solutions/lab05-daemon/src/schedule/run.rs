//! A schedule with processes, on the clocks of this machine.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::io::{self, Write};
use std::os::fd::AsFd as _;
use std::os::unix::process::CommandExt as _;
use std::process::{Command, Stdio};
use std::time::{Duration, SystemTime};

use nix::sys::signal::Signal;
use rustix::process::Pid;

use crate::events::{Event, Events, Interest};
use crate::process::{Reaped, kill_group, reap};
use crate::schedule::clock::{Alarm, Clock};
use crate::schedule::{Decision, Job, Plan, Schedule};
use crate::stamp::Stamp;

/// The token of the alarm.
const ALARM: u64 = 0;

/// How a schedule ended that was asked to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// All jobs ended by themselves.
    Drained,
    /// Some had to be killed.
    Killed,
}

/// Runs the jobs at their times, and writes a line for whatever happens, until `SIGTERM` or `SIGINT` come. Then what runs may go on for
/// the schedule's grace, unless there is a second signal.
///
/// What jobs print goes to standard error.
///
/// # Errors
/// What the system says when it refuses to wait, or to write the lines. Then the jobs are killed.
pub fn run(schedule: &Schedule, out: &mut impl Write) -> io::Result<End> {
    let events = Events::new(&[Signal::SIGCHLD, Signal::SIGTERM, Signal::SIGINT])?;
    let alarm = Alarm::new()?;
    events.watch(&alarm, ALARM, Interest::Read)?;
    let clock = Clock::start();
    let mut driver = Driver {
        plan: Plan::new(schedule, clock.now()),
        jobs: schedule.jobs.iter().map(|job| (&*job.name, job)).collect(),
        running: Running::default(),
        clock,
        out,
    };
    let mut end = End::Drained;
    let mut drained_by: Option<Duration> = None;
    loop {
        let now = driver.clock.now();
        let decisions = driver.plan.advance(now);
        driver.carry_out(decisions)?;
        if drained_by.is_some() && driver.running.0.is_empty() {
            break;
        }
        if drained_by.is_some_and(|by| by <= now.monotonic) {
            end = End::Killed;
            driver.running.kill();
        }
        let wake = driver.plan.next();
        alarm.set(wake.wall)?;
        let drained_by_later = drained_by.filter(|by| *by > now.monotonic);
        let until = wake.monotonic.into_iter().chain(drained_by_later).min();
        let until = until.and_then(|until| driver.clock.instant(until));
        for event in events.wait(until)? {
            match event {
                Event::Signal {
                    signal: Signal::SIGCHLD,
                    ..
                } => driver.bury(reap()?)?,
                Event::Signal { .. } => {
                    driver.plan.drain();
                    let by = driver.clock.now().monotonic;
                    drained_by = Some(drained_by.map_or(by + schedule.grace, |_| by));
                }
                // The loop looks at the clock in any case, and sets the alarm anew.
                Event::Ready { .. } => {}
            }
        }
    }
    let counts: Vec<String> = driver
        .plan
        .counts()
        .map(|(job, counts)| format!("total {job}: {counts}"))
        .collect();
    for line in counts {
        driver.say(&line)?;
    }
    Ok(end)
}

struct Driver<'a, W> {
    plan: Plan,
    jobs: BTreeMap<&'a str, &'a Job>,
    running: Running,
    clock: Clock,
    out: W,
}

/// What runs. Whoever drops it, because a line could not be written, say, kills them all.
#[derive(Default)]
struct Running(HashMap<Pid, Process>);

struct Process {
    job: String,
    since: Duration,
    /// Whether it was asked to end.
    stopped: bool,
}

impl<W: Write> Driver<'_, W> {
    fn carry_out(&mut self, decisions: Vec<Decision>) -> io::Result<()> {
        // A program that cannot be started makes room for another, whose start is decided on the way.
        let mut decisions = VecDeque::from(decisions);
        while let Some(decision) = decisions.pop_front() {
            self.say(&decision.to_string())?;
            match decision {
                Decision::Start(name) => {
                    let Err(error) = self.start(&name) else {
                        continue;
                    };
                    self.say(&format!("end {name}: cannot start: {error}"))?;
                    decisions.extend(self.ended(&name));
                }
                Decision::Stop(name, _) => self.signal(&name, Signal::SIGTERM),
                Decision::Kill(name, _) => self.signal(&name, Signal::SIGKILL),
                Decision::Skip(..) | Decision::Wait(..) | Decision::Missed(..) => {}
            }
        }
        Ok(())
    }

    fn start(&mut self, name: &str) -> io::Result<()> {
        let [program, args @ ..] = &*self.jobs[name].command else {
            return Err(io::ErrorKind::InvalidInput.into());
        };
        let since = self.clock.now().monotonic;
        // Standard output belongs to the lines of this program.
        let stdout = io::stderr().as_fd().try_clone_to_owned()?;
        let child = Command::new(program)
            .args(args)
            .stdin(Stdio::null())
            .stdout(stdout)
            .process_group(0)
            .spawn()?;
        let process = Process {
            job: name.to_owned(),
            since,
            stopped: false,
        };
        self.running.0.insert(Pid::from_child(&child), process);
        Ok(())
    }

    fn signal(&mut self, name: &str, signal: Signal) {
        for (pid, process) in &mut self.running.0 {
            if process.job == name {
                process.stopped = true;
                // It may have ended just now, which the next SIGCHLD tells.
                let _ = kill_group(*pid, signal);
            }
        }
    }

    /// Takes note of those that have ended.
    fn bury(&mut self, reaped: Vec<Reaped>) -> io::Result<()> {
        for Reaped { pid, how } in reaped {
            let Some(process) = self.running.0.remove(&pid) else {
                continue;
            };
            if process.stopped {
                // What the job has started in its group shall not outlive it. Nobody else can have this group as long as one of them lives.
                let _ = kill_group(pid, Signal::SIGKILL);
            }
            let took = self.clock.now().monotonic.saturating_sub(process.since);
            self.say(&format!(
                "end {}: {how} after {} ms",
                process.job,
                took.as_millis()
            ))?;
            let decisions = self.ended(&process.job);
            self.carry_out(decisions)?;
        }
        Ok(())
    }

    fn ended(&mut self, name: &str) -> Vec<Decision> {
        let now = self.clock.now();
        self.plan.ended(name, now).unwrap_or_default()
    }

    fn say(&mut self, what: &str) -> io::Result<()> {
        writeln!(self.out, "{} {what}", Stamp::from(SystemTime::now()))?;
        self.out.flush()
    }
}

impl Running {
    fn kill(&mut self) {
        for (pid, process) in &mut self.0 {
            process.stopped = true;
            let _ = kill_group(*pid, Signal::SIGKILL);
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.kill();
    }
}
