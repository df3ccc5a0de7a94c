//! Reports: what was found, for the student, the instructor and other systems.
//!
//! All of them are written from the journal alone, and have nothing in them that changes from run to run.
//!
//! | module | what |
//! |---|---|
//! | `document` | the whole as one value, which the others are drawn from |
//! | `escape` | students' text in HTML, XML and Markdown |
//! | `student`, `markdown` | a student's page, the same as Markdown, and replay files |
//! | `class`, `style` | the class's page, and how pages look |
//! | `changes` | what a new grading would change |
//! | `tables` | CSV: the class, Canvas, Moodle |
//! | `others` | Gradescope's `results.json`, JUnit XML |

mod changes;
mod class;
mod document;
pub(crate) mod escape;
mod markdown;
mod others;
mod student;
pub(crate) mod style;
mod tables;

use std::path::Path;
use std::sync::Arc;

use xtask::check::print_quietly;
use xtask::course::{Course, Lab};
use xtask::exit::{Result, Stop};
use xtask::subject::Files;
use xtask::tree;

use crate::alike::{self, Works};
use crate::journal::Journal;
use crate::model::State;
use crate::policy::Policy;
use crate::results::{self, Verdict};
use document::Document;

/// Where the reports of a grading stand.
const REPORTS: &str = "reports";

/// Writes all reports of a grading into `out`, and returns with how many submissions the grader failed.
///
/// Reports that are there already are replaced only if nobody's points change or `apply` says so.
///
/// # Errors
/// The journal cannot be read, a file cannot be written, or points would change.
pub fn write(
    course: &Course,
    labs: &[&Lab],
    journal: &Arc<Journal>,
    policy: &Policy,
    out: &Path,
    apply: bool,
) -> Result<usize> {
    let document = Document::make(labs, results::read(course, labs, journal)?, journal, policy)?;
    let place = out.join(REPORTS);
    let changes = changes::between(&place.join("results.json"), &document)?;
    if !changes.is_empty() && !apply {
        let lines = changes.join("\n");
        return Err(Stop::failed(format!(
            "points would change; --apply writes the reports anew\n{lines}"
        )));
    }
    let mut files = Files::new();
    files.insert(
        "results.json".into(),
        format!("{:#}\n", document.json()).into_bytes(),
    );
    files.insert("class.csv".into(), tables::class(&document).into_bytes());
    files.insert("canvas.csv".into(), tables::canvas(&document).into_bytes());
    files.insert("moodle.csv".into(), tables::moodle(&document).into_bytes());
    files.insert("class.html".into(), class::page(&document).into_bytes());
    for person in &document.people {
        student::files(&document, person, &mut files);
        others::files(&document, person, &mut files);
    }
    alike::pages(&works(course, labs, journal)?, &mut files);
    tree::write(&place, &files)?;
    let faults = document.faults();
    print_quietly(&summary(&document, &place))?;
    Ok(faults)
}

/// What was taken of each student, by lab.
fn works(course: &Course, labs: &[&Lab], journal: &Journal) -> Result<Vec<Works>> {
    let mut all = Vec::new();
    for lab in labs {
        let mut works = Vec::new();
        for unit in journal.units()?.into_iter().filter(|unit| unit.lab == lab.id) {
            if let State::Taken { content, .. } = unit.state {
                works.push((unit.student, journal.source(&content)?));
            }
        }
        all.push(Works {
            lab: lab.id.clone(),
            starter: tree::read(&course.starter_dir(lab))?,
            works,
        });
    }
    Ok(all)
}

fn summary(document: &Document<'_>, place: &Path) -> String {
    let all = || document.people.iter().flat_map(|person| &person.labs);
    let count = |wanted: fn(&Verdict) -> bool| all().filter(|(graded, _)| wanted(&graded.verdict)).count();
    let mut out = format!(
        "{} students, {} labs: {} graded, {} do not compile, {} refused, {} not handed in, {} grader faults\n",
        document.people.len(),
        document.labs.len(),
        count(|verdict| matches!(verdict, Verdict::Ran(_))),
        count(|verdict| matches!(verdict, Verdict::Broken(_))),
        count(|verdict| matches!(verdict, Verdict::Refused(_))),
        count(|verdict| matches!(verdict, Verdict::Missing)),
        count(|verdict| matches!(verdict, Verdict::Fault(_))),
    );
    let flaky: usize = all().map(|(graded, _)| graded.flaky().count()).sum();
    if flaky > 0 {
        out.push_str(&format!(
            "{flaky} cases failed only sometimes; class.html names them\n"
        ));
    }
    out.push_str(&format!("{}\n", place.join("class.html").display()));
    out
}

/// What took how long, in a few lines.
pub fn timings(journal: &Journal) -> Result<String> {
    let times = journal.times()?;
    let count = times.len().max(1) as u64;
    let sum = |of: fn(&(String, u64, u64, u64)) -> u64| times.iter().map(of).sum::<u64>();
    let (builds, cases, ran) = (sum(|time| time.1), sum(|time| time.2), sum(|time| time.3));
    Ok(format!(
        "{} submissions built: {} ms each; {ran} cases run: {} ms each, {} ms a submission\n",
        times.len(),
        builds / count,
        cases / ran.max(1),
        cases / count,
    ))
}

#[cfg(test)]
mod tests;
