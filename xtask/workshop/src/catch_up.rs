//! `catch-up`: the reference's code for the stages before the one that a student wants to work on, so that one stuck
//! stage blocks nobody.

use std::path::Path;

use crate::starter;
use xtask::cargo::{self, Say};
use xtask::check::print_quietly;
use xtask::course::{Course, Lab};
use xtask::earlier::Student;
use xtask::exit::{FAULT, OK, Result, Stop};
use xtask::progress::{Progress, Standing};
use xtask::subject::Files;
use xtask::tree::merge::{Conflict, trees};
use xtask::{t, tree};

/// Gives the stages before the one that `name` names to the reference; a lab alone means all of its stages.
///
/// Stages that the student passed stay the student's, as long as they go together with the reference's.
pub(crate) fn run(course: &Course, name: &str) -> Result<u8> {
    let target = course.target(name)?;
    let lab = target.lab;
    let solution = course.solution_dir(lab)?;
    let before = target.stage.unwrap_or(lab.stages.len());
    let mut progress = Progress::load(course);
    let passed: Vec<bool> = lab
        .stages
        .iter()
        .map(|stage| progress.standing(lab, &stage.name) == Standing::Passed)
        .collect();
    let wanted: Vec<usize> = (0..before).filter(|&stage| !passed[stage]).collect();
    if wanted.is_empty() {
        return print_quietly(&format!("{}\n", t!("catch_up.nothing", name = target.name()))).map(|()| OK);
    }

    let ours = tree::read(&course.lab_dir(lab))?;
    let stages = lab.stage_names();
    let base = match tree::read(&course.starter_dir(lab))? {
        none if none.is_empty() => starter::generate(&solution, &stages, 0)?,
        starter => starter,
    };
    let lacking = starter::generate_with(&solution, &stages, |stage| wanted.contains(&stage))?;
    let whole = starter::generate(&solution, &stages, before)?;
    let merged = |theirs: &Files| {
        let merged = trees(&base, &ours, theirs, Conflict::Theirs);
        merged
            .map(|merged| merged.files)
            .map_err(|error| Stop::failed(error.to_string()))
    };
    // From what leaves most of the student's work to what certainly goes together.
    let candidates = [
        (Taken::Lacking, merged(&lacking)?),
        (Taken::Before, merged(&whole)?),
        (Taken::Files, over(&ours, &whole)),
    ];
    let mut kept = None;
    for (taken, files) in candidates {
        if taken != Taken::Files && unwritten(&files, &stages[..before]) {
            continue;
        }
        if files != ours && kept.is_none() {
            kept = Some(tree::keep_aside(course, &lab.dir, &ours)?);
        }
        tree::write(&course.lab_dir(lab), &files)?;
        let subject = Student::find(course, lab, &progress)?.subject;
        let built = cargo::build(course, lab, &subject, Say::Keep)?;
        if built.programs.is_none() {
            continue;
        }
        let caught_up = if taken == Taken::Lacking {
            wanted
        } else {
            (0..before).collect()
        };
        for &stage in &caught_up {
            progress.set_caught_up(lab, stages[stage], true);
        }
        progress.set_last(lab);
        progress.save()?;
        let names: Vec<&str> = caught_up.iter().map(|&stage| stages[stage]).collect();
        return report(lab, &names, taken, kept.as_deref(), target.stage).map(|()| OK);
    }
    tree::write(&course.lab_dir(lab), &ours)?;
    Err(Stop::new(FAULT, t!("runner.reference_broken", lab = lab.id)))
}

/// What was taken of the reference.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Taken {
    /// The stages that the student did not pass.
    Lacking,
    /// All stages before, where the student's do not go together with them.
    Before,
    /// Whole files, where nothing else compiles.
    Files,
}

/// Lays the reference's files over the student's, whose own files outside of `src/` stay.
fn over(ours: &Files, theirs: &Files) -> Files {
    let own = ours.iter().filter(|(path, _)| !path.starts_with("src"));
    own.chain(theirs)
        .map(|(path, bytes)| (path.clone(), bytes.clone()))
        .collect()
}

/// Tells whether something of `stages` is still to be written: a merge can lose what the student had.
fn unwritten(files: &Files, stages: &[&str]) -> bool {
    let todos = |(path, bytes): (&std::path::PathBuf, &Vec<u8>)| {
        starter::todos_in(Path::new(path), &String::from_utf8_lossy(bytes))
    };
    files
        .iter()
        .flat_map(todos)
        .any(|todo| stages.contains(&&*todo.stage))
}

fn report(lab: &Lab, stages: &[&str], taken: Taken, kept: Option<&Path>, next: Option<usize>) -> Result {
    let mut out = format!(
        "{}\n",
        t!("catch_up.taken", lab = lab.id, stages = stages.join(", "))
    );
    match taken {
        Taken::Lacking => {}
        Taken::Before => out.push_str(&format!("{}\n", t!("catch_up.before"))),
        Taken::Files => out.push_str(&format!("{}\n", t!("catch_up.files"))),
    }
    if let Some(kept) = kept {
        out.push_str(&format!("{}\n", t!("kept.aside", dir = kept.display())));
    }
    let next = format!("cargo xtask check {}", lab.name_of(next));
    out.push_str(&format!("{}\n", t!("catch_up.next", command = next)));
    print_quietly(&out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use xtask::tree::scratch::files;

    #[test]
    fn a_merge_that_lost_what_the_student_had_is_noticed() {
        let lab = files(&[
            ("src/lib.rs", "fn a() { todo!(\"freq: Rank.\") }\n"),
            ("README", "todo!(\"count: x\")"),
        ]);
        assert!(unwritten(&lab, &["count", "freq"]));
        assert!(!unwritten(&lab, &["count"]));
    }

    #[test]
    fn whole_files_of_the_reference_leave_what_lies_outside_of_src() {
        let ours = files(&[
            ("src/lib.rs", "mine"),
            ("src/more.rs", "mine"),
            ("notes.md", "mine"),
        ]);
        let theirs = files(&[("src/lib.rs", "ref"), ("Cargo.toml", "ref")]);
        assert_eq!(
            over(&ours, &theirs),
            files(&[("src/lib.rs", "ref"), ("Cargo.toml", "ref"), ("notes.md", "mine")])
        );
    }
}
