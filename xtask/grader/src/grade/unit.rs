//! Grading one submission of one lab: built, run, and what failed run once more.

use std::collections::BTreeSet;
use std::sync::{Arc, OnceLock};

use xtask::course::{Course, Lab};
use xtask::exit::{FAULT, Result, Stop};
use xtask::grading::Grading;
use xtask::runner::{self, Plan, Ready};
use xtask::verdict::{LabResult, Outcome, StageResult};

use crate::book::Book;
use crate::building::{Base, Built};
use crate::cell::Cell;
use crate::journal::Journal;
use crate::model::Ran;

/// How often a case at most runs whose first try was a fault of the grader.
const FAULT_TRIES: usize = 3;

/// Of a stage with more failing cases than this none is repeated: that is no accident.
const REPEATED: usize = 3;

/// What all submissions of a lab are graded with, made when the first one needs it.
pub(crate) struct Bench<'c> {
    pub(crate) course: &'c Course,
    pub(crate) lab: &'c Lab,
    pub(crate) toolchain: &'c str,
    pub(crate) journal: Arc<Journal>,
    pub(crate) cell: Cell,
    ready: OnceLock<std::result::Result<Tools, String>>,
}

struct Tools {
    base: Base,
    ready: Ready,
}

/// What tells one submission from others.
pub(crate) struct Job {
    pub(crate) key: String,
    pub(crate) seed: Option<u64>,
    pub(crate) content: String,
}

impl<'c> Bench<'c> {
    pub(crate) fn new(
        course: &'c Course,
        lab: &'c Lab,
        toolchain: &'c str,
        journal: Arc<Journal>,
        cell: Cell,
    ) -> Self {
        Self {
            course,
            lab,
            toolchain,
            journal,
            cell,
            ready: OnceLock::new(),
        }
    }

    /// Builds suite, reference and dependencies, once.
    fn tools(&self) -> Result<&Tools> {
        let made = self.ready.get_or_init(|| {
            let tools = || {
                Ok(Tools {
                    ready: Ready::build(self.course, self.lab)?,
                    base: Base::of(self.course, self.lab, self.toolchain)?,
                })
            };
            tools().map_err(|stop: Stop| stop.message)
        });
        made.as_ref().map_err(|why| Stop::new(FAULT, why.clone()))
    }

    /// Grades one submission, as far as the journal does not have it yet.
    ///
    /// # Errors
    /// The grader failed. Nothing is scored.
    pub(crate) fn grade(&self, job: &Job) -> Result {
        if self.journal.done(&job.key)?.is_some() {
            return Ok(());
        }
        if let Some(build) = self.journal.build(&job.key)?
            && !build.compiles
        {
            return self.journal.set_done(&job.key, &[]);
        }
        let files = self.journal.source(&job.content)?;
        let (build, built) = self
            .tools()?
            .base
            .build(self.course, self.lab, &files, &self.cell)?;
        self.journal.set_build(&job.key, &build)?;
        let Some(built) = built else {
            return self.journal.set_done(&job.key, &[]);
        };
        let mut result = self.run(job, &built, 1, None)?;
        for _ in 1..FAULT_TRIES {
            if !result.has_fault() {
                break;
            }
            result = self.run(job, &built, 1, None)?;
        }
        if let Some(fault) = result
            .stages
            .iter()
            .flat_map(|stage| &stage.cases)
            .find(|case| case.outcome == Outcome::Fault)
        {
            return Err(Stop::new(FAULT, format!("{}: {}", fault.name, fault.what)));
        }
        let doubtful: BTreeSet<String> = result.stages.iter().flat_map(doubtful).collect();
        if !doubtful.is_empty() {
            let again = self.run(job, &built, 2, Some(doubtful))?;
            let passed: BTreeSet<String> = again
                .stages
                .iter()
                .flat_map(|stage| stage.cases.iter().map(move |case| (stage, case)))
                .filter(|(_, case)| case.outcome == Outcome::Pass)
                .map(|(stage, case)| format!("{}.{}", stage.name, case.name))
                .collect();
            if !passed.is_empty() {
                self.run(job, &built, 3, Some(passed))?;
            }
        }
        let ran = |stage: &StageResult| {
            let ran = |case: &xtask::verdict::CaseResult| Ran {
                stage: stage.name.clone(),
                name: case.name.clone(),
                kind: case.kind,
            };
            stage.cases.iter().map(ran).collect::<Vec<_>>()
        };
        let cases: Vec<Ran> = result.stages.iter().flat_map(ran).collect();
        self.journal.set_done(&job.key, &cases)
    }

    fn run(
        &self,
        job: &Job,
        built: &Built,
        attempt: u32,
        among: Option<BTreeSet<String>>,
    ) -> Result<LabResult> {
        let ready = &self.tools()?.ready;
        let book = Book {
            journal: Arc::clone(&self.journal),
            key: job.key.clone(),
            attempt,
        };
        let plan = Plan {
            seed: job.seed,
            among,
            quiet: true,
            // In their order, so that the same ones run however often the grading is interrupted.
            at_once: Some(1),
            grading: Some(Grading {
                book: Arc::new(book),
                cell: self.cell.confine(&self.course.root, &self.lab.id),
            }),
            ..Plan::default()
        };
        let reference = job.seed.map(|_| &ready.reference);
        runner::grade_built(
            self.course,
            self.lab,
            &ready.suite,
            &built.programs,
            reference,
            &plan,
        )
    }
}

/// The failing cases of a stage that are worth a second look.
fn doubtful(stage: &StageResult) -> Vec<String> {
    let failing: Vec<&str> = stage
        .failures()
        .filter(|case| case.outcome != Outcome::NotWritten)
        .map(|case| &*case.name)
        .collect();
    if failing.len() > REPEATED || stage.failures().count() > failing.len() {
        return Vec::new();
    }
    failing
        .into_iter()
        .map(|name| format!("{}.{name}", stage.name))
        .collect()
}
