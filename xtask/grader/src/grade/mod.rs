//! `grade`: a class from its submissions to its reports.
//!
//! | module | what |
//! |---|---|
//! | `options` | the command line |
//! | [`plan`] | what is to be graded, and under which keys |
//! | `unit` | one submission of one lab: built, run, repeated where it is in doubt |
//! | `crew` | several at the same time, and how long it will still take |

mod crew;
mod options;
pub mod plan;
mod unit;

use std::collections::BTreeSet;
use std::fs::{self, File, TryLockError};
use std::path::Path;
use std::sync::Arc;

use xtask::check::print_quietly;
use xtask::course::{Course, Lab};
use xtask::exit::{FAULT, OK, Result, Stop};

use crate::cell::{Cell, Tier};
use crate::intake::Class;
use crate::journal::Journal;
use crate::model::{State, Unit};
use crate::policy::Policy;
use crate::seed::Key;
use crate::{prints, report};
use crew::Crew;
pub use options::Options;
use unit::{Bench, Job};

/// The name of the journal in the folder of a grading.
pub(crate) const JOURNAL: &str = "journal.sqlite";

/// Grades a class and writes its reports.
///
/// # Errors
/// The command line or the class makes no sense, the machine offers no cell, or the grader failed.
pub fn run(course: &Course, options: &Options) -> Result<u8> {
    let labs = options.labs(course)?;
    let mut class = Class::read(&options.submissions)?;
    let policy = match &options.policy {
        Some(file) => Policy::read(course, file)?,
        None => Policy::default(),
    };
    let key = options
        .key
        .as_deref()
        .map(|file| Key::read(course, file))
        .transpose()?;
    fs::create_dir_all(&options.out).map_err(|error| Stop::io(&options.out, error))?;
    apart(&options.submissions, &options.out)?;
    let _only = alone(&options.out)?;
    let file = options.out.join(JOURNAL);
    if file.exists() && !options.resume {
        return Err(Stop::usage(format!(
            "{} has a journal already; --resume goes on with it",
            options.out.display()
        )));
    }
    let cell = cell(course, options)?;
    if let Some((lab, why)) = labs.iter().find_map(|lab| Some((lab, cell.unfit(&lab.id)?))) {
        let why = format!("{} cannot be graded in tier {}: {why}", lab.id, cell.tier());
        return Err(Stop::usage(format!("{why}; --labs leaves it out")));
    }
    let journal = Arc::new(Journal::open(&file)?);
    let toolchain = prints::toolchain()?;
    let key_id = key.as_ref().map_or_else(String::new, Key::id);
    let names: Vec<&str> = labs.iter().map(|lab| &*lab.id).collect();
    for (name, value) in [("labs", &names.join(",")), ("key", &key_id)] {
        if let Some(before) = journal.meta(name)?.filter(|before| before != value) {
            let why = match name {
                "labs" => format!("the journal is about {before}"),
                _ => String::from("the journal was begun with another key, or without one"),
            };
            return Err(Stop::usage(why));
        }
        journal.set_meta(name, value)?;
    }
    journal.set_meta("tier", cell.tier().word())?;
    journal.set_meta("toolchain", &toolchain)?;
    let world = format!("{} {toolchain}", cell.tier());
    let units = plan::put_down(
        course,
        &labs,
        &mut class,
        options.shard,
        key.as_ref(),
        &world,
        &journal,
    )?;
    for stranger in &class.strangers {
        eprintln!("grade: `{stranger}` is no folder and no archive; left out");
    }
    let benches: Vec<Bench<'_>> = labs
        .iter()
        .map(|lab| Bench::new(course, lab, &toolchain, Arc::clone(&journal), cell.clone()))
        .collect();
    let jobs = jobs(&labs, units, &journal)?;
    Crew {
        benches: &benches,
        journal: &journal,
        at_once: options.jobs,
    }
    .grade(jobs)?;
    let faults = report::write(course, &labs, &journal, &policy, &options.out, options.apply)?;
    if options.timings {
        print_quietly(&report::timings(&journal)?)?;
    }
    Ok(if faults > 0 { FAULT } else { OK })
}

/// Makes sure that no report is taken for a submission the next time.
fn apart(submissions: &Path, out: &Path) -> Result {
    let whole = |path: &Path| fs::canonicalize(path).map_err(|error| Stop::io(path, error));
    match whole(out)?.starts_with(whole(submissions)?) {
        true => Err(Stop::usage(
            "--out lies among the submissions; it would be taken for one of them",
        )),
        false => Ok(()),
    }
}

/// Holds the folder of a grading, so that two never write into one.
pub(crate) fn alone(out: &Path) -> Result<File> {
    let path = out.join("lock");
    let file = File::create(&path).map_err(|error| Stop::io(&path, error))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(Stop::io(out, "another grading is at work here")),
        Err(TryLockError::Error(error)) => Err(Stop::io(&path, error)),
    }
}

/// Finds the strongest cell; the weakest only on demand. What each probe saw stands beside the reports.
fn cell(course: &Course, options: &Options) -> Result<Cell> {
    let scratch = course.work_dir();
    fs::create_dir_all(&scratch).map_err(|error| Stop::io(&scratch, error))?;
    let (cell, report) =
        Cell::choose(options.tier, &scratch).map_err(|error| Stop::failed(error.to_string()))?;
    let lines = report.lines().join("\n");
    if cell.tier() == Tier::C && !options.unsafely {
        let why =
            "nothing confines the students' programs on this machine (tier C); --unsafe grades all the same";
        return Err(Stop::usage(format!("{why}\n{lines}").trim_end().to_owned()));
    }
    let path = options.out.join("cell.json");
    fs::write(&path, format!("{:#}\n", report.json())).map_err(|error| Stop::io(&path, error))?;
    Ok(cell)
}

/// What is still to be graded: each key once, however many students handed in the same.
fn jobs(labs: &[&Lab], units: Vec<Unit>, journal: &Journal) -> Result<Vec<(usize, Job)>> {
    let (mut jobs, mut seen) = (Vec::new(), BTreeSet::new());
    for unit in units {
        let State::Taken { key, seed, content } = unit.state else {
            continue;
        };
        if journal.done(&key)?.is_some() || !seen.insert(key.clone()) {
            continue;
        }
        if let Some(lab) = labs.iter().position(|lab| lab.id == unit.lab) {
            jobs.push((lab, Job { key, seed, content }));
        }
    }
    Ok(jobs)
}
