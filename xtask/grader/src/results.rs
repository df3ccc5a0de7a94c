//! What a grading came to, as it is shown: without anything that changes from run to run, and of hidden cases nothing but names.

use std::sync::Arc;

use serde_json::Value;
use xtask::course::{Course, Lab};
use xtask::exit::Result;
use xtask::grading::Told;
use xtask::verdict::{CaseResult, Kind, Outcome, Stdin};

use crate::journal::Journal;
use crate::model::{Ran, State, Unit};
use crate::steady::Steady;

/// What a student reached in a lab, before deadlines are looked at.
#[derive(Debug, Clone)]
pub struct Graded {
    /// Whose, and in which lab.
    pub unit: Unit,
    /// What was found.
    pub verdict: Verdict,
    /// Of all stages.
    pub of: u32,
}

/// What was found of one submission.
#[derive(Debug, Clone)]
pub enum Verdict {
    /// Nothing was handed in.
    Missing,
    /// Nothing of it was taken, for this reason.
    Refused(String),
    /// It does not compile, in the compiler's words.
    Broken(String),
    /// Its stages.
    Ran(Vec<Stage>),
    /// The grader failed; nothing is scored.
    Fault(String),
    /// It was not graded yet.
    Open,
}

/// One stage.
#[derive(Debug, Clone)]
pub struct Stage {
    /// As in `lab.toml`.
    pub name: String,
    /// What it is worth.
    pub points: u32,
    /// In their order.
    pub cases: Vec<Case>,
}

/// One case, as it may be shown.
#[derive(Debug, Clone)]
pub struct Case {
    /// Without the stage.
    pub name: String,
    /// What may be shown of it.
    pub kind: Kind,
    /// What most of its tries came to.
    pub outcome: Outcome,
    /// How many of how many tries failed, if not all came to the same.
    pub flaky: Option<(usize, usize)>,
    /// What the student sees; nothing of a case that passed or is hidden.
    pub shown: Option<Shown>,
}

/// What a student sees of a case that failed.
#[derive(Debug, Clone, Default)]
pub struct Shown {
    /// What did not hold.
    pub what: String,
    /// The program with its arguments, as for a shell.
    pub command: Option<String>,
    /// What should have come.
    pub expected: Option<String>,
    /// What came.
    pub actual: Option<String>,
    /// How the program ended: `status 1`.
    pub ended: Option<String>,
    /// What it wrote there.
    pub stderr: String,
    /// The exchange that failed, for a replay file.
    pub replay: Option<Value>,
}

impl Stage {
    /// A stage passes when every case of it that could run passes, and at least one did.
    pub fn passed(&self) -> bool {
        let passed = self.count(Outcome::Pass);
        passed > 0 && passed + self.count(Outcome::NotRun) == self.cases.len()
    }

    /// How many cases came to `outcome`.
    pub fn count(&self, outcome: Outcome) -> usize {
        self.cases.iter().filter(|case| case.outcome == outcome).count()
    }

    /// The cases that keep it from passing.
    pub fn failures(&self) -> impl Iterator<Item = &Case> {
        self.cases
            .iter()
            .filter(|case| !matches!(case.outcome, Outcome::Pass | Outcome::NotRun))
    }
}

impl Graded {
    /// Points of the stages that pass.
    pub fn points(&self) -> u32 {
        self.stages()
            .iter()
            .filter(|stage| stage.passed())
            .map(|stage| stage.points)
            .sum()
    }

    /// The stages that were run.
    pub fn stages(&self) -> &[Stage] {
        match &self.verdict {
            Verdict::Ran(stages) => stages,
            _ => &[],
        }
    }

    /// The verdict in a word or two.
    pub fn word(&self) -> &'static str {
        match &self.verdict {
            Verdict::Missing => "not handed in",
            Verdict::Refused(_) => "refused",
            Verdict::Broken(_) => "does not compile",
            Verdict::Ran(stages) if stages.iter().all(Stage::passed) => "pass",
            Verdict::Ran(_) => "graded",
            Verdict::Fault(_) => "grader fault",
            Verdict::Open => "not graded yet",
        }
    }

    /// Cases that did not come to the same each time.
    pub fn flaky(&self) -> impl Iterator<Item = (&Stage, &Case)> {
        let of = |stage| -> Vec<(&Stage, &Case)> {
            let stage: &Stage = stage;
            stage
                .cases
                .iter()
                .filter(|case| case.flaky.is_some())
                .map(|case| (stage, case))
                .collect()
        };
        self.stages().iter().flat_map(of)
    }
}

/// Reads what the journal has of every unit, in the order of students and labs.
///
/// # Errors
/// The journal cannot be read.
pub fn read(course: &Course, labs: &[&Lab], journal: &Arc<Journal>) -> Result<Vec<Graded>> {
    let steady = Steady::of(course);
    let mut all = Vec::new();
    let mut units = journal.units()?;
    let place = |unit: &Unit| labs.iter().position(|lab| lab.id == unit.lab);
    units.retain(|unit| place(unit).is_some());
    units.sort_by_key(|unit| (unit.student.clone(), place(unit)));
    for unit in units {
        let Some(lab) = labs.iter().find(|lab| lab.id == unit.lab) else {
            continue;
        };
        let verdict = match &unit.state {
            State::Missing => Verdict::Missing,
            State::Refused(why) => Verdict::Refused(why.clone()),
            State::Taken { key, .. } => of_key(lab, key, journal, &steady)?,
        };
        all.push(Graded {
            unit,
            verdict,
            of: lab.stages.iter().map(|stage| stage.points).sum(),
        });
    }
    Ok(all)
}

fn of_key(lab: &Lab, key: &str, journal: &Journal, steady: &Steady) -> Result<Verdict> {
    let Some(cases) = journal.done(key)? else {
        return Ok(match journal.fault(key)? {
            Some(why) => Verdict::Fault(steady.text(&why)),
            None => Verdict::Open,
        });
    };
    if let Some(build) = journal.build(key)?
        && !build.compiles
    {
        return Ok(Verdict::Broken(steady.text(&build.said)));
    }
    let mut stages = Vec::new();
    for stage in &lab.stages {
        let mut of_stage = Vec::new();
        for ran in cases.iter().filter(|ran| ran.stage == stage.name) {
            of_stage.push(of_case(key, ran, journal, steady)?);
        }
        stages.push(Stage {
            name: stage.name.clone(),
            points: stage.points,
            cases: of_stage,
        });
    }
    Ok(Verdict::Ran(stages))
}

fn of_case(key: &str, ran: &Ran, journal: &Journal, steady: &Steady) -> Result<Case> {
    let name = format!("{}.{}", ran.stage, ran.name);
    let mut tries = Vec::new();
    for attempt in 1..=3 {
        tries.extend(journal.told(key, &name, attempt)?);
    }
    let failed: Vec<&Told> = tries
        .iter()
        .filter(|told| !matches!(told.outcome, Outcome::Pass | Outcome::NotRun))
        .collect();
    let flaky = (!failed.is_empty() && failed.len() < tries.len()).then_some((failed.len(), tries.len()));
    // Where tries differ, what came more often counts; the first one that came to it is shown.
    let passes = 2 * failed.len() < tries.len();
    let chosen = if passes {
        tries.iter().find(|told| told.outcome == Outcome::Pass)
    } else {
        failed.first().copied()
    };
    let Some(told) = chosen.or(tries.first()) else {
        return Ok(Case {
            name: ran.name.clone(),
            kind: ran.kind,
            outcome: Outcome::Fault,
            flaky: None,
            shown: None,
        });
    };
    let result = told.result(&ran.name, ran.kind);
    let show = ran.kind != Kind::Hidden && told.outcome != Outcome::Pass;
    Ok(Case {
        name: ran.name.clone(),
        kind: ran.kind,
        outcome: told.outcome,
        flaky,
        shown: show.then(|| shown(&result, steady)),
    })
}

fn shown(result: &CaseResult, steady: &Steady) -> Shown {
    let step = result.step();
    let ended = result.ended.as_ref();
    let how = ended.map(|ended| match (ended.status, ended.signal) {
        (_, Some(_)) if ended.killed => String::from("ended by the case"),
        (_, Some(signal)) => format!("signal {signal}"),
        (status, _) => format!("status {}", status.unwrap_or(-1)),
    });
    let command = step.map(|step| {
        let words: Vec<String> = std::iter::once(&step.program)
            .chain(&step.args)
            .map(|word| xtask::show::quoted(&steady.text(word)))
            .collect();
        let input = match &step.stdin {
            Stdin::None => String::new(),
            Stdin::File(file) => format!(
                " < {}",
                xtask::show::quoted(&steady.text(&file.to_string_lossy()))
            ),
            Stdin::Saved(_) | Stdin::Made => String::from("  # with input that the case makes"),
        };
        words.join(" ") + &input
    });
    let text = |text: &Option<String>| text.as_ref().map(|text| steady.text(text));
    Shown {
        what: steady.text(&result.what),
        command,
        expected: text(&result.expected),
        actual: text(&result.actual),
        ended: how,
        stderr: ended.map(|ended| steady.text(&ended.stderr)).unwrap_or_default(),
        replay: result.replay.clone(),
    }
}
