//! Runs the suites of labs over the reference in a tier of the cell, and says what became of each case and how long it took.
//!
//! `cargo run -p grader --example cells -- TIER LAB…`, with tier A, B or C: the cell has to make no difference to a program that is right.

use std::process::ExitCode;
use std::sync::Arc;
use std::time::Instant;

use grader::cell::{Cell, Tier};
use xtask::cargo::{self, Say};
use xtask::course::Course;
use xtask::exit::{Result, Stop};
use xtask::grading::{CaseBook, Grading, Told};
use xtask::runner::{self, Plan};
use xtask::subject::Subject;
use xtask::verdict::{Kind, Outcome};

/// A book that forgets.
#[derive(Debug)]
struct Forgetful;

impl CaseBook for Forgetful {
    fn known(&self, _case: &str) -> Option<Told> {
        None
    }

    fn keep(&self, _case: &str, _told: &Told) -> std::result::Result<(), String> {
        Ok(())
    }
}

fn main() -> ExitCode {
    xtask::exit::report(run())
}

fn run() -> Result<u8> {
    let mut args = std::env::args().skip(1);
    let usage = || Stop::usage("usage: cells TIER LAB…".to_owned());
    let tier = args
        .next()
        .and_then(|word| Tier::parse(&word))
        .ok_or_else(usage)?;
    let course = Course::find()?;
    let started = Instant::now();
    let (cell, report) =
        Cell::choose(Some(tier), &course.work_dir()).map_err(|error| Stop::failed(error.to_string()))?;
    println!(
        "tier {} proved in {:?}, user {:?}",
        report.tier,
        started.elapsed(),
        report.uid
    );
    let mut bad = 0;
    let only = std::env::var("CASE").ok();
    for name in args {
        let target = course.target(&name)?;
        let lab = target.lab;
        let suite = cargo::build_suite(&course, lab, Say::Now)?;
        let built = cargo::build(&course, lab, &Subject::Reference, Say::Now)?;
        let programs = built
            .programs
            .ok_or_else(|| Stop::failed("the reference is broken".to_owned()))?;
        let plan = Plan {
            quiet: true,
            seed: Some(7),
            case: only.clone(),
            kinds: Some(vec![Kind::Snapshot, Kind::Seeded, Kind::Hidden]),
            grading: Some(Grading {
                book: Arc::new(Forgetful),
                cell: cell.confine(&course.root, &lab.id),
            }),
            ..Plan::default()
        };
        let started = Instant::now();
        let result = runner::grade_built(&course, lab, &suite, &programs, Some(&programs), &plan)?;
        let mut count = 0;
        for stage in &result.stages {
            for case in &stage.cases {
                count += 1;
                if case.outcome != Outcome::Pass {
                    bad += 1;
                    println!("{:?}\n{:?}", case.expected, case.actual);
                    println!(
                        "{} {}.{}: {}: {}",
                        lab.id,
                        stage.name,
                        case.name,
                        case.outcome.word(),
                        case.what
                    );
                }
            }
        }
        println!("{}: {count} cases in {:?}", lab.id, started.elapsed());
    }
    Ok(u8::from(bad > 0))
}
