//! `mutants`: how much of a solution its suite notices. cargo-mutants says what can be changed; each change of a fixed sample
//! is built as a subject of its own and graded as a student's would be, until its first case fails.
//!
//! | module | what |
//! |---|---|
//! | [`mutation`] | the changes that there are, and their order |
//! | [`explained`] | survivors that somebody has looked at, from `tests/mutants/LAB/survivors.toml` |

mod explained;
mod mutation;

use std::collections::hash_map::DefaultHasher;
use std::fs;
use std::hash::{Hash as _, Hasher as _};
use std::io::IsTerminal as _;
use std::time::{Duration, Instant};

use lexopt::prelude::*;

use explained::Explained;
use mutation::Mutation;
use xtask::cargo::{self, Say};
use xtask::check::print_quietly;
use xtask::commands::at_least_one;
use xtask::course::{Course, Lab};
use xtask::exit::{FAILED, FAULT, NOT_INSTALLED, OK, Result, Stop};
use xtask::machine::find_program;
use xtask::runner::{self, Plan, Until};
use xtask::subject::{Files, Subject, read_tree};
use xtask::t;
use xtask::term::{Status, Style};
use xtask::verdict::{CaseResult, LabResult, Outcome, StageResult};

/// The percentage of mutations that must be caught or explained.
const ENOUGH: usize = 90;

/// What `mutants` was asked for.
#[derive(Debug)]
pub(crate) struct Options {
    lab: Option<String>,
    /// How many mutations that compile are tried.
    sample: usize,
    /// Another seed is another sample, and other input for the seeded cases.
    seed: u64,
    /// Only say what the sample is.
    list: bool,
}

impl Options {
    /// Reads the arguments of `mutants`.
    pub(crate) fn parse(mut parser: lexopt::Parser) -> Result<Self> {
        let mut options = Self {
            lab: None,
            sample: 60,
            seed: 1,
            list: false,
        };
        while let Some(arg) = parser.next()? {
            match arg {
                Long("sample") => options.sample = at_least_one(&mut parser)?,
                Long("seed") => options.seed = parser.value()?.parse()?,
                Long("list") => options.list = true,
                Value(name) if options.lab.is_none() => options.lab = Some(name.string()?),
                other => return Err(other.unexpected().into()),
            }
        }
        Ok(options)
    }
}

/// What became of a mutation.
enum Fate {
    /// By this case, which found this.
    Caught(String),
    Survived,
    /// It does not compile, so nobody could have written it.
    Unviable,
    /// It makes the same programs: what was changed is not compiled here, or comes to the same.
    Same,
    /// The suite or the runner failed over it: a mistake of ours that catches nothing.
    Fault(String),
}

/// Tries a sample of the mutations of a lab's solution.
pub(crate) fn run(course: &Course, options: &Options) -> Result<u8> {
    let lab = xtask::check::lab_or_current(course, options.lab.as_deref())?;
    course.solutions()?;
    if find_program("cargo-mutants").is_none() {
        return Err(Stop::new(NOT_INSTALLED, t!("mutants.no_tool")));
    }
    let mut mutations = mutation::list(course, lab)?;
    let explained = Explained::load(course, lab)?;
    for outdated in explained.outdated(&mutations) {
        eprintln!("{}", t!("mutants.outdated", name = outdated));
    }
    mutation::shuffle(&mut mutations, options.seed);
    if options.list {
        let names: String = mutations
            .iter()
            .take(options.sample)
            .map(|mutation| format!("{}\n", mutation.name))
            .collect();
        print_quietly(&names)?;
        return Ok(OK);
    }
    Hunt::start(course, lab, options)?.all(&mutations, &explained)
}

/// A hunt through the sample, and what it has found so far.
struct Hunt<'a> {
    course: &'a Course,
    lab: &'a Lab,
    options: &'a Options,
    /// The solution as it is.
    files: Files,
    started: Instant,
    caught: usize,
    survived: usize,
    explained: usize,
    unviable: usize,
    same: usize,
    faults: usize,
    /// What the unchanged solution's programs are, as a hash.
    programs: Option<u64>,
}

impl<'a> Hunt<'a> {
    /// Reads the solution and makes sure that, unchanged, it passes: or else everything would count as caught.
    fn start(course: &'a Course, lab: &'a Lab, options: &'a Options) -> Result<Self> {
        let mut files = Files::new();
        read_tree(&course.solution_dir(lab)?, "".as_ref(), &mut files)?;
        let mut hunt = Self {
            course,
            lab,
            options,
            files,
            started: Instant::now(),
            caught: 0,
            survived: 0,
            explained: 0,
            unviable: 0,
            same: 0,
            faults: 0,
            programs: None,
        };
        let mut status = Status::start();
        status.show(&t!("mutants.baseline", lab = lab.id));
        let fate = hunt.fate(&hunt.files);
        status.clear();
        match fate? {
            Fate::Survived => {}
            Fate::Caught(what) | Fate::Fault(what) => {
                return Err(Stop::failed(t!("mutants.not_green", lab = lab.id, what = what)));
            }
            Fate::Unviable | Fate::Same => {
                return Err(Stop::failed(t!("runner.reference_broken", lab = lab.id)));
            }
        }
        hunt.programs = hunt.programs_of(&hunt.staged(&hunt.files)?)?;
        hunt.started = Instant::now();
        Ok(hunt)
    }

    fn all(mut self, mutations: &[Mutation], explained: &Explained) -> Result<u8> {
        let style = Style::stdout();
        let mut status = Status::start();
        for mutation in mutations {
            if self.viable() == self.options.sample {
                break;
            }
            status.show(&self.progress(mutations.len()));
            let mut files = self.files.clone();
            mutation.apply(&mut files)?;
            let fate = self.fate(&files)?;
            log(mutation, &fate);
            match fate {
                Fate::Caught(_) => self.caught += 1,
                Fate::Unviable => self.unviable += 1,
                Fate::Same => self.same += 1,
                Fate::Survived => {
                    self.survived += 1;
                    status.clear();
                    let why = explained.why(mutation);
                    self.explained += usize::from(why.is_some());
                    let (sign, words) = match why {
                        Some(why) => (style.yellow(&t!("mutants.explained")), format!("  {why}\n")),
                        None => (style.red(&t!("mutants.survived")), String::new()),
                    };
                    let change = mutation.change(style);
                    print_quietly(&format!(
                        "\n{sign} {}\n{change}{words}",
                        style.bold(&mutation.name)
                    ))?;
                }
                Fate::Fault(what) => {
                    self.faults += 1;
                    status.clear();
                    print_quietly(&format!(
                        "\n{} {}\n  {what}\n",
                        style.red(&t!("mutants.fault")),
                        style.bold(&mutation.name)
                    ))?;
                }
            }
        }
        status.clear();
        self.report(mutations.len())
    }

    /// Grades changed files. What fails must fail a second time: on a busy machine a limit may pass by itself.
    fn fate(&self, files: &Files) -> Result<Fate> {
        let subject = self.staged(files)?;
        match self.programs_of(&subject)? {
            None => return Ok(Fate::Unviable),
            programs if programs == self.programs => return Ok(Fate::Same),
            _ => {}
        }
        let mut plan = Plan {
            seed: Some(self.options.seed),
            quiet: true,
            until: Some(Until::Failure),
            ..Plan::default()
        };
        for _ in 0..2 {
            plan.case = None;
            let result = runner::grade(self.course, self.lab, &subject, &plan)?;
            if result.broken.is_some() {
                return Ok(Fate::Unviable);
            }
            let failures = failures(&result);
            let Some((name, first)) = failures.iter().find(|(_, case)| case.outcome != Outcome::Fault) else {
                let fault = failures
                    .first()
                    .map(|(name, case)| Fate::Fault(format!("{name}: {}", case.what)));
                return Ok(fault.unwrap_or(Fate::Survived));
            };
            plan.case = Some(name.clone());
            if !runner::grade(self.course, self.lab, &subject, &plan)?.passed() {
                return Ok(Fate::Caught(format!("{name}: {}", first.what)));
            }
        }
        Ok(Fate::Survived)
    }

    /// Every one at the same place: where a crate lies is in its programs too.
    fn staged(&self, files: &Files) -> Result<Subject> {
        Subject::stage(self.course, self.lab, "mutation", files)
    }

    /// Builds the programs of a subject and returns what tells them from others; `None` if they do not compile.
    fn programs_of(&self, subject: &Subject) -> Result<Option<u64>> {
        let Some(programs) = cargo::build(self.course, self.lab, subject, Say::Keep)?.programs else {
            return Ok(None);
        };
        let mut hasher = DefaultHasher::new();
        for (name, path) in programs {
            name.hash(&mut hasher);
            fs::read(&path)
                .map_err(|error| Stop::io(&path, error))?
                .hash(&mut hasher);
        }
        Ok(Some(hasher.finish()))
    }

    /// Mutations tried that compile and make another program.
    fn viable(&self) -> usize {
        self.caught + self.survived + self.faults
    }

    fn progress(&self, all: usize) -> String {
        let of = self
            .options
            .sample
            .min(all.saturating_sub(self.unviable + self.same));
        let done = self.viable();
        let left = match u32::try_from(done) {
            Ok(tried @ 1..) => {
                minutes(self.started.elapsed() / tried * u32::try_from(of - done).unwrap_or(0))
            }
            _ => "?".to_owned(),
        };
        t!(
            "mutants.progress",
            lab = self.lab.id,
            done = done,
            of = of,
            caught = self.caught,
            left = left
        )
    }

    fn report(&self, all: usize) -> Result<u8> {
        let tried = self.viable();
        if tried == 0 {
            return Err(Stop::failed(t!("mutants.nothing", lab = self.lab.id)));
        }
        let excused = self.caught + self.explained;
        let summary = t!(
            "mutants.summary",
            lab = self.lab.id,
            tried = tried,
            all = all,
            caught = self.caught,
            share = percent(self.caught, tried),
            survived = self.survived,
            explained = self.explained,
            excused = percent(excused, tried),
            unviable = self.unviable,
            same = self.same,
            time = minutes(self.started.elapsed())
        );
        print_quietly(&format!("\n{summary}\n"))?;
        Ok(match (self.faults, excused * 100 >= ENOUGH * tried) {
            (1.., _) => FAULT,
            (0, true) => OK,
            (0, false) => FAILED,
        })
    }
}

/// Where nobody watches a status line, a line on standard error for each change tried: hours without a word look like a hang.
fn log(mutation: &Mutation, fate: &Fate) {
    if std::io::stderr().is_terminal() {
        return;
    }
    let became = match fate {
        Fate::Caught(what) => t!(
            "mutants.caught_by",
            what = what.lines().next().unwrap_or_default()
        ),
        Fate::Survived => t!("mutants.survived"),
        Fate::Unviable => t!("mutants.unviable"),
        Fate::Same => t!("mutants.same"),
        Fate::Fault(_) => t!("mutants.fault"),
    };
    eprintln!("{}: {became}", mutation.name);
}

/// The cases that failed, with their full names.
fn failures(result: &LabResult) -> Vec<(String, &CaseResult)> {
    let of_stage = |stage: &StageResult| format!("{}.", stage.name);
    let stages = result.stages.iter();
    stages
        .flat_map(|stage| {
            stage
                .failures()
                .map(move |case| (of_stage(stage) + &case.name, case))
        })
        .collect()
}

/// A share in percent, rounded down: 89.99 is not 90.
fn percent(part: usize, whole: usize) -> String {
    let tenths = part * 1000 / whole.max(1);
    format!("{}.{} %", tenths / 10, tenths % 10)
}

fn minutes(time: Duration) -> String {
    let seconds = time.as_secs();
    format!("{}:{:02} min", seconds / 60, seconds % 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_rounded_down() {
        assert_eq!(percent(8999, 10_000), "89.9 %");
        assert_eq!(percent(54, 60), "90.0 %");
    }
}
