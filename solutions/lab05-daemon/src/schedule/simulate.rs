//! A schedule without processes, on clocks that somebody writes down.

use std::io::{self, BufRead, Write};
use std::time::{Duration, SystemTime};

use crate::duration;
use crate::schedule::decision::{Decision, NotRunning};
use crate::schedule::{Now, Plan, Schedule};
use crate::stamp::{self, Stamp};

/// Why a simulation ends early.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The events could not be read.
    #[error("cannot read {name}")]
    Read {
        /// Where they are from.
        name: String,
        /// What the system says.
        source: io::Error,
    },
    /// The decisions could not be written.
    #[error("cannot write to standard output")]
    Write(#[from] io::Error),
    /// A line is no event, or one that cannot be.
    #[error("{name}:{line}: {wrong}")]
    Line {
        /// Where it is from.
        name: String,
        /// Which, from 1 on.
        line: usize,
        /// What is wrong with it.
        wrong: Wrong,
    },
}

/// What is wrong with an event.
#[derive(Debug, thiserror::Error)]
pub enum Wrong {
    /// The simulation has not begun.
    #[error("the simulation begins with a line such as at 2026-11-26T10:00:00Z")]
    NotBegun,
    /// It has begun before.
    #[error("the simulation has begun before")]
    Begun,
    /// The word is none.
    #[error("`{0}` is none of at, +, step, done")]
    Unknown(String),
    /// The moment is none.
    #[error(transparent)]
    Moment(#[from] stamp::Malformed),
    /// The length of time is none.
    #[error(transparent)]
    Duration(#[from] duration::Malformed),
    /// The step does not say where to.
    #[error("`{0}` is no step: write it as step +1h or step -1h")]
    Step(String),
    /// The clock cannot show that.
    #[error("the clock cannot go so far")]
    TooFar,
    /// There is no such run.
    #[error(transparent)]
    Done(#[from] NotRunning),
}

/// Plays the events that stand in `input`, a line each, and writes the decisions.
///
/// | line | what happens |
/// |---|---|
/// | `at 2026-11-26T10:00:00Z` | the simulation begins: the first line |
/// | `+90s` | both clocks go on |
/// | `step +1h`, `step -1h` | the clock on the wall is set |
/// | `done NAME` | the run of this job ends |
///
/// Empty lines and those that begin with `#` are left out. At the end there is a line for each job with its counts.
///
/// # Errors
/// [`Error`], with `name` and the line.
pub fn simulate(
    schedule: &Schedule,
    input: impl BufRead,
    name: &str,
    out: &mut impl Write,
) -> Result<(), Error> {
    let mut simulation: Option<Simulation> = None;
    for (number, line) in (1..).zip(input.lines()) {
        let line = line.map_err(|source| Error::Read {
            name: name.to_owned(),
            source,
        })?;
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let mut decided = Vec::new();
        let played = match (&mut simulation, line.strip_prefix("at ")) {
            (None, Some(moment)) => {
                begin(schedule, moment, &mut decided).map(|begun| simulation = Some(begun))
            }
            (None, None) => Err(Wrong::NotBegun),
            (Some(_), Some(_)) => Err(Wrong::Begun),
            (Some(simulation), None) => simulation.play(line, &mut decided),
        };
        for (at, decision) in decided {
            writeln!(out, "{at} {decision}")?;
        }
        if let Err(wrong) = played {
            out.flush()?;
            return Err(Error::Line {
                name: name.to_owned(),
                line: number,
                wrong,
            });
        }
    }
    if let Some(simulation) = simulation {
        let at = Stamp::from(simulation.now.wall);
        for (job, counts) in simulation.plan.counts() {
            writeln!(out, "{at} total {job}: {counts}")?;
        }
    }
    Ok(out.flush()?)
}

struct Simulation {
    plan: Plan,
    now: Now,
}

type Decided = Vec<(Stamp, Decision)>;

fn begin(schedule: &Schedule, moment: &str, decided: &mut Decided) -> Result<Simulation, Wrong> {
    let now = Now {
        monotonic: Duration::ZERO,
        wall: moment.trim().parse::<Stamp>()?.into(),
    };
    let plan = Plan::new(schedule, now);
    let mut simulation = Simulation { plan, now };
    simulation.advance(decided);
    Ok(simulation)
}

impl Simulation {
    fn play(&mut self, line: &str, decided: &mut Decided) -> Result<(), Wrong> {
        if let Some(length) = line.strip_prefix('+') {
            return self.go_on(duration::parse(length)?, decided);
        }
        match line.split_once(' ').map(|(word, rest)| (word, rest.trim())) {
            Some(("step", step)) => {
                let wall = self.now.wall;
                let stepped = match step.split_at_checked(1) {
                    Some(("+", length)) => wall.checked_add(duration::parse(length)?),
                    Some(("-", length)) => wall.checked_sub(duration::parse(length)?),
                    _ => return Err(Wrong::Step(step.to_owned())),
                };
                self.now.wall = stepped.ok_or(Wrong::TooFar)?;
                self.advance(decided);
                Ok(())
            }
            Some(("done", job)) => {
                let at = Stamp::from(self.now.wall);
                let more = self.plan.ended(job, self.now)?;
                decided.extend(more.into_iter().map(|decision| (at, decision)));
                Ok(())
            }
            _ => Err(Wrong::Unknown(line.to_owned())),
        }
    }

    /// Lets both clocks go on, from one moment at which the plan has something to decide to the next.
    fn go_on(&mut self, mut left: Duration, decided: &mut Decided) -> Result<(), Wrong> {
        loop {
            let wake = self.plan.next();
            let until_due = wake.wall.map(|due| {
                SystemTime::from(due)
                    .duration_since(self.now.wall)
                    .unwrap_or_default()
            });
            let until_timer = wake.monotonic.map(|at| at.saturating_sub(self.now.monotonic));
            let step = until_due.into_iter().chain(until_timer).fold(left, Duration::min);
            self.now = Now {
                monotonic: self.now.monotonic.checked_add(step).ok_or(Wrong::TooFar)?,
                wall: self.now.wall.checked_add(step).ok_or(Wrong::TooFar)?,
            };
            self.advance(decided);
            left -= step;
            if left.is_zero() {
                return Ok(());
            }
        }
    }

    fn advance(&mut self, decided: &mut Decided) {
        let at = Stamp::from(self.now.wall);
        let decisions = self.plan.advance(self.now);
        decided.extend(decisions.into_iter().map(|decision| (at, decision)));
    }
}
