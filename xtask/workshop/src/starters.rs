//! `starters`: writes what students start from, out of the solutions.

use std::collections::BTreeSet;

use crate::starter;
use xtask::check::print_quietly;
use xtask::course::{Course, Lab};
use xtask::exit::{FAILED, OK, Result};
use xtask::subject::{Files, Subject};
use xtask::term::Style;
use xtask::{cargo, t, tree, unified};

/// Writes the starters of the labs that `names` names, or of all; with `check` only compares them with what is there.
pub(crate) fn run(course: &Course, names: &[String], check: bool) -> Result<u8> {
    course.solutions()?;
    let labs: Vec<&Lab> = if names.is_empty() {
        course.labs.iter().collect()
    } else {
        let named = names
            .iter()
            .map(|name| course.target(name).map(|target| target.lab));
        named.collect::<Result<_>>()?
    };
    let mut status = OK;
    for lab in labs {
        let made = starter::generate(&course.solution_dir(lab)?, &lab.stage_names(), 0)?;
        if check {
            if !in_step(course, lab, &made)? {
                status = FAILED;
            }
        } else {
            write(course, lab, &made)?;
        }
    }
    Ok(status)
}

/// Writes one lab's starter to `tests/starters/` and to `labs/`, where nothing that somebody wrote is lost.
pub(crate) fn write(course: &Course, lab: &Lab, made: &Files) -> Result {
    let (pristine, theirs) = (
        tree::read(&course.starter_dir(lab))?,
        tree::read(&course.lab_dir(lab))?,
    );
    let mut words = String::new();
    if !theirs.is_empty() && theirs != pristine && theirs != *made {
        let kept = tree::keep_aside(course, &lab.dir, &theirs)?;
        words = format!("; {}", t!("kept.aside", dir = kept.display()));
    }
    // The pristine copy last: until it is written, what stands in labs/ is no starter yet.
    tree::write(&course.lab_dir(lab), made)?;
    tree::write(&course.starter_dir(lab), made)?;
    let line = if pristine == *made {
        t!("starters.unchanged", lab = lab.id)
    } else {
        t!("starters.written", lab = lab.id, files = made.len())
    };
    print_quietly(&format!("{line}{words}\n"))
}

/// Tells whether what is committed is what the solution makes, and says what is not.
fn in_step(course: &Course, lab: &Lab, made: &Files) -> Result<bool> {
    let style = Style::stdout();
    let mut same = true;
    for dir in [course.starter_dir(lab), course.lab_dir(lab)] {
        let there = tree::read(&dir)?;
        let shown = dir.strip_prefix(&course.root).unwrap_or(&dir);
        let paths: BTreeSet<_> = made.keys().chain(there.keys()).collect();
        for path in paths {
            let name = shown.join(path).display().to_string();
            let difference = match (there.get(path), made.get(path)) {
                (Some(there), Some(made)) => {
                    let generated = t!("starters.generated", file = name);
                    unified::draw((&name, there), (&generated, made), style)
                }
                (None, _) => format!("{}\n", t!("starters.missing", file = name)),
                (_, None) => format!("{}\n", t!("starters.unknown", file = name)),
            };
            same &= difference.is_empty();
            print_quietly(&difference)?;
        }
    }
    if !same {
        print_quietly(&format!(
            "{}\n",
            style.red(&t!("starters.not_in_step", lab = lab.id))
        ))?;
        return Ok(false);
    }
    // They are the same, so labs/ is compiled in its place, where an earlier build left most of it.
    let words = cargo::complaints(course, lab, &Subject::Labs)?;
    let line = if words.is_empty() {
        t!("starters.in_step", lab = lab.id)
    } else {
        style.red(&t!("starters.complaints", lab = lab.id, words = words))
    };
    print_quietly(&format!("{line}\n"))?;
    Ok(words.is_empty())
}
