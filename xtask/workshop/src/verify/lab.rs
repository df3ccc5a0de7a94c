//! Proves one lab: its solution, its starter, its stages, its wrong solutions.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use super::{AT_ONCE, Ledger, Pending, Proof, lanes, memorised, papers, strict, wrong};
use crate::starter;
use xtask::cargo::{self, Say};
use xtask::course::{Course, Lab};
use xtask::runner::{self, Plan, Ready, Until};
use xtask::subject::{Files, Subject, read_tree};
use xtask::t;
use xtask::verdict::{CaseResult, LabResult, Outcome, StageResult};

/// The seed of every proof: a proof must not depend on the day.
const SEED: u64 = 20;

/// How many cases of the solution run at the same time: many of them wait.
const CASES_AT_ONCE: usize = 4;

/// How many proofs run at the same time of whose cases all must pass: while some compile, others run.
const STAGES_AT_ONCE: usize = 4;

/// The fewest wrong solutions of a lab.
const WRONG_SOLUTIONS: usize = 5;

/// Proves everything about `lab`. With `note` it writes down in each wrong solution which case catches it.
pub(crate) fn prove(course: &Course, lab: &Lab, note: bool, ledger: &mut Ledger) {
    let mut reference = None;
    ledger.prove(&t!("verify.solution"), || {
        let result = grade(
            course,
            lab,
            &Subject::Reference,
            &Plan {
                seed: Some(SEED),
                slow: true,
                at_once: Some(CASES_AT_ONCE),
                ..quiet()
            },
        )?;
        let proof = all_pass(&result);
        reference = Some(result);
        proof
    });
    let mut shared = Shared {
        course,
        lab,
        needed: of_cases(reference.as_ref(), |case| case.programs.clone()),
        took: Arc::new(of_cases(reference.as_ref(), |case| case.wall_ms)),
        ready: None,
    };
    ledger.prove(&t!("verify.solution_again"), || {
        let ready = Ready::build(course, lab).map_err(|stop| stop.message)?;
        lanes::supply(course)?;
        shared.ready = Some(Arc::new(ready));
        let plan = Plan {
            at_once: Some(CASES_AT_ONCE),
            ..shared.plan()
        };
        all_pass(&grade(course, lab, &Subject::Reference, &plan)?)
    });
    ledger.prove(&t!("verify.starter_in_step"), || {
        let starter = generate(course, lab, 0)?;
        for dir in [course.starter_dir(lab), course.lab_dir(lab)] {
            equal(&starter, &dir)?;
        }
        Ok(())
    });
    let shared = &shared;
    let mut stages = vec![Pending::new(t!("verify.starter_fails"), |place| {
        starter_fails(shared, place)
    })];
    stages.extend((1..lab.stages.len()).map(|solved| {
        let what = t!("verify.solved_to", stage = lab.stages[solved - 1].name);
        Pending::new(what, move |place| solved_to(shared, place, solved))
    }));
    ledger.prove_all(STAGES_AT_ONCE, &stages);
    deceivers(shared, note, ledger);
    ledger.prove(&t!("verify.papers"), || papers::complete(course, lab));
    if let Some(reference) = reference {
        ledger.prove(&t!("verify.no_orphans"), || {
            papers::no_orphans(course, lab, &reference)
        });
    }
}

/// Nobody passes who should not: neither who knows the answers by heart, nor any wrong solution, each of which is caught by the stage that
/// it names, by that stage's own cases. Most of them wait more than they work.
fn deceivers(shared: &Shared<'_>, note: bool, ledger: &mut Ledger) {
    let wrong = wrong::Wrong::all(shared);
    ledger.prove(&t!("verify.enough_wrong", count = wrong.len()), || {
        if wrong.len() < WRONG_SOLUTIONS {
            Err(t!("verify.too_few_wrong", least = WRONG_SOLUTIONS))
        } else {
            Ok(())
        }
    });
    // What takes longest comes first, so that nothing is left to wait for at the end.
    let mut pending = vec![Pending::new(t!("verify.memorised"), |place| {
        memorised::prove(shared, place)
    })];
    pending.extend(wrong.iter().map(|wrong| {
        let what = t!("verify.wrong_solution", name = wrong.name);
        Pending::new(what, move |place| wrong.prove(shared, place, note))
    }));
    ledger.prove_all(AT_ONCE, &pending);
}

/// What the proofs of one lab share.
pub(super) struct Shared<'a> {
    pub(super) course: &'a Course,
    pub(super) lab: &'a Lab,
    /// The executables that each case of the solution needed, by `STAGE.CASE`.
    needed: BTreeMap<String, Vec<String>>,
    /// How long each of them took.
    pub(super) took: Arc<BTreeMap<String, u64>>,
    /// None where something does not compile; then each proof says so.
    ready: Option<Arc<Ready>>,
}

impl Shared<'_> {
    /// A plan with the seed, and with what is built already.
    pub(super) fn plan(&self) -> Plan {
        Plan {
            seed: Some(SEED),
            quiet: true,
            ready: self.ready.clone(),
            ..Plan::default()
        }
    }

    /// The same for what some case must catch: no more is run than it takes, and what takes least is run first.
    pub(super) fn plan_to_catch(&self) -> Plan {
        Plan {
            until: Some(Until::Failure),
            took: Some(self.took.clone()),
            ..self.plan()
        }
    }

    /// The executables that cases need which are `meant`; none where nothing is known.
    pub(super) fn programs(&self, meant: impl Fn(&str) -> bool) -> Option<Vec<String>> {
        let cases = self.needed.iter().filter(|(case, _)| meant(case));
        let programs: BTreeSet<String> = cases.flat_map(|(_, programs)| programs.clone()).collect();
        (!programs.is_empty()).then(|| programs.into_iter().collect())
    }

    /// Stages a crate in the workspace of a place, where the compiler takes over what it made of the last one and is the same in this one.
    pub(super) fn stage(&self, place: usize, files: &Files) -> Result<Subject, String> {
        let name = format!("place-{place}");
        let subject = Subject::stage(self.course, self.lab, &name, files).map_err(|stop| stop.message)?;
        Ok(subject.built_in(lanes::folder(self.course, place)))
    }

    /// The lab as it is once so many stages are solved.
    pub(super) fn solved(&self, stages: usize) -> Result<Files, String> {
        generate(self.course, self.lab, stages)
    }

    pub(super) fn grade(&self, subject: &Subject, plan: &Plan) -> Result<LabResult, String> {
        grade(self.course, self.lab, subject, plan)
    }
}

/// Something of each case of the solution, by `STAGE.CASE`.
fn of_cases<T>(reference: Option<&LabResult>, what: fn(&CaseResult) -> T) -> BTreeMap<String, T> {
    let stages = reference.iter().flat_map(|result| &result.stages);
    let of_stage = |stage: &StageResult| {
        let named = |case: &CaseResult| (format!("{}.{}", stage.name, case.name), what(case));
        stage.cases.iter().map(named).collect::<Vec<_>>()
    };
    stages.flat_map(of_stage).collect()
}

fn quiet() -> Plan {
    Plan {
        quiet: true,
        ..Plan::default()
    }
}

pub(super) fn grade(course: &Course, lab: &Lab, subject: &Subject, plan: &Plan) -> Result<LabResult, String> {
    let result = runner::grade(course, lab, subject, plan).map_err(|stop| stop.message)?;
    match &result.broken {
        Some(words) => Err(t!("verify.does_not_compile", words = words)),
        None => Ok(result),
    }
}

fn generate(course: &Course, lab: &Lab, solved: usize) -> Result<Files, String> {
    let dir = course.solution_dir(lab).map_err(|stop| stop.message)?;
    starter::generate(&dir, &lab.stage_names(), solved).map_err(|stop| stop.message)
}

fn all_pass(result: &LabResult) -> Proof {
    for stage in &result.stages {
        stage_passes(stage)?;
    }
    Ok(())
}

fn stage_passes(stage: &StageResult) -> Proof {
    let failures: Vec<String> = stage
        .failures()
        .map(|case| {
            let (expected, actual) = (
                case.expected.as_deref().unwrap_or_default(),
                case.actual.as_deref().unwrap_or_default(),
            );
            format!(
                "{}.{}: {}: {}\n{expected}{actual}",
                stage.name,
                case.name,
                case.outcome.word(),
                case.what
            )
        })
        .collect();
    let not_run: Vec<String> = stage
        .cases
        .iter()
        .filter(|case| case.outcome == Outcome::NotRun && !impossible(case))
        .map(|case| format!("{}.{}: {}", stage.name, case.name, case.what))
        .collect();
    if !failures.is_empty() {
        Err(failures.join("\n"))
    } else if !stage.passed() {
        Err(t!("verify.no_case", stage = stage.name))
    } else if strict() && !not_run.is_empty() {
        Err(not_run.join("\n"))
    } else {
        Ok(())
    }
}

/// Whether a case was not run because this machine cannot have what it needs, rather than for something that can be installed.
pub(super) fn impossible(case: &CaseResult) -> bool {
    case.outcome == Outcome::NotRun && case.what.starts_with("needs ")
}

pub(super) fn stage_fails(stage: &StageResult) -> Proof {
    if let Some(fault) = stage.cases.iter().find(|case| case.outcome == Outcome::Fault) {
        return Err(format!("{}.{}: {}", stage.name, fault.name, fault.what));
    }
    if stage.passed() {
        Err(t!("verify.passes", stage = stage.name))
    } else {
        Ok(())
    }
}

/// The starter compiles without a warning and fails every stage because nothing is written, and for no other reason.
fn starter_fails(shared: &Shared<'_>, place: usize) -> Proof {
    let subject = shared.stage(place, &shared.solved(0)?)?;
    let built = cargo::build(shared.course, shared.lab, &subject, Say::Keep).map_err(|stop| stop.message)?;
    if built.programs.is_none() || !built.diagnostics.trim().is_empty() {
        return Err(built.diagnostics);
    }
    let plan = Plan {
        seed: None,
        ..shared.plan()
    };
    let result = shared.grade(&subject, &plan)?;
    for stage in &result.stages {
        stage_fails(stage)?;
        if let Some(case) = stage.failures().find(|case| case.outcome != Outcome::NotWritten) {
            return Err(t!(
                "verify.wrong_reason",
                stage = stage.name,
                case = case.name,
                outcome = case.outcome.word(),
                what = case.what
            ));
        }
    }
    Ok(())
}

/// Solved up to stage k, stage k passes and stage k+1 does not: a stage that passes before it is written is a hole.
fn solved_to(shared: &Shared<'_>, place: usize, solved: usize) -> Proof {
    let subject = shared.stage(place, &shared.solved(solved)?)?;
    let stages = &shared.lab.stages;
    let (here, ahead) = (&stages[solved - 1].name, &stages[solved].name);
    let plan = Plan {
        stages: Some(vec![here.clone()]),
        first_case_of: Some(ahead.clone()),
        ..shared.plan()
    };
    let result = shared.grade(&subject, &plan)?;
    for stage in &result.stages {
        if stage.name == *here {
            stage_passes(stage)?;
        } else if stage.passed() {
            // One case that needs nothing of the stage is no hole yet; a whole stage is.
            let plan = Plan {
                stages: Some(vec![ahead.clone()]),
                ..shared.plan()
            };
            for stage in &shared.grade(&subject, &plan)?.stages {
                stage_fails(stage)?;
            }
        }
    }
    Ok(())
}

/// Compares a rendering with what is committed in `dir`.
fn equal(starter: &Files, dir: &Path) -> Proof {
    let mut there = Files::new();
    read_tree(dir, Path::new(""), &mut there).map_err(|stop| stop.message)?;
    let names: BTreeSet<_> = starter.keys().chain(there.keys()).collect();
    match names
        .into_iter()
        .find(|name| starter.get(*name) != there.get(*name))
    {
        Some(name) => Err(t!("verify.not_in_step", file = dir.join(name).display())),
        None => Ok(()),
    }
}
