//! Proves that a program that knows the public answers by heart does not pass.

use std::fs;
use std::path::Path;

use super::Proof;
use super::lab::{Shared, grade};
use xtask::course::Lab;
use xtask::runner::{Plan, Until};
use xtask::t;
use xtask::verdict::{Kind, Outcome};

/// How long a program may take that knows its answers by heart.
const LOOKED_UP_MS: u64 = 4_000;

/// How many cases of such a program run at the same time: most that it does not know it waits for.
const LOOKED_UP_AT_ONCE: usize = 6;

/// Names the program whose root a file is, by cargo's rule: `src/main.rs`, `src/bin/NAME.rs` or `src/bin/NAME/main.rs`.
fn program_of(path: &Path, package: &str) -> Option<String> {
    let below = path.strip_prefix("src").ok()?;
    if below == Path::new("main.rs") {
        return Some(package.to_owned());
    }
    let below = below.strip_prefix("bin").ok()?.to_str()?;
    let name = match below.split_once('/') {
        Some((name, "main.rs")) => name,
        Some(_) => return None,
        None => below.strip_suffix(".rs")?,
    };
    Some(name.to_owned())
}

/// Returns the lab with as much time for each program as it takes to look an answer up, on a machine that is busy.
fn hasty(lab: &Lab) -> Lab {
    let mut lab = lab.clone();
    for stage in &mut lab.stages {
        stage.limits.wall_ms = stage.limits.wall_ms.min(LOOKED_UP_MS);
    }
    lab
}

/// A program that answers what the public cases expect, and knows nothing else, fails seeded cases of every stage.
pub(super) fn prove(shared: &Shared<'_>, place: usize) -> Proof {
    let (course, lab) = (shared.course, shared.lab);
    let mut files = shared.solved(lab.stages.len())?;
    let memory = course.work_dir().join("memory").join(&lab.id);
    let _ = fs::remove_dir_all(&memory);
    fs::create_dir_all(&memory).map_err(|error| error.to_string())?;
    let memory = fs::canonicalize(&memory).map_err(|error| error.to_string())?;
    let programs = course.work_dir().join("targets/reference/debug");
    let roots: Vec<_> = files
        .keys()
        .filter_map(|path| Some((path.clone(), program_of(path, &lab.package)?)))
        .collect();
    for (root, name) in roots {
        let solution = fs::canonicalize(programs.join(&name)).map_err(|error| format!("{name}: {error}"))?;
        let source = include_str!("memorised.rs.in")
            .replace("@MEMORY@", &memory.display().to_string())
            .replace("@SOLUTION@", &solution.display().to_string());
        files.insert(root, source.into_bytes());
    }
    let subject = shared.stage(place, &files)?;

    // Who waits for something that no memory does, as for an answer to a signal, need not wait for long.
    let lab = &hasty(lab);
    // It looks everything up once, as somebody who collects the answers would.
    let learning = memory.join("learning");
    fs::write(&learning, "").map_err(|error| error.to_string())?;
    let plan = Plan {
        at_once: Some(LOOKED_UP_AT_ONCE),
        took: Some(shared.took.clone()),
        ..shared.plan()
    };
    let public = Plan {
        seed: None,
        kinds: Some(vec![Kind::Snapshot]),
        ..plan.clone()
    };
    grade(course, lab, &subject, &public)?;
    fs::remove_file(&learning).map_err(|error| error.to_string())?;
    for stage in lab.stage_names() {
        // Cases of these kinds of the stage, until one comes to what is said.
        let outcomes = |kinds: &[Kind], until: Until| -> Result<Vec<Outcome>, String> {
            let plan = Plan {
                stages: Some(vec![stage.to_owned()]),
                kinds: Some(kinds.to_vec()),
                until: Some(until),
                ..plan.clone()
            };
            let result = grade(course, lab, &subject, &plan)?;
            let cases = result.stages.iter().flat_map(|stage| &stage.cases);
            Ok(cases.map(|case| case.outcome).collect())
        };
        // What it knows it must answer, or the proof shows nothing.
        if !outcomes(&[Kind::Snapshot], Until::Pass)?.contains(&Outcome::Pass) {
            return Err(t!("verify.learned_nothing", stage = stage));
        }
        let mut unknown = outcomes(&[Kind::Seeded], Until::Failure)?;
        if unknown.is_empty() {
            // A stage without seeded cases has others that no memory answers.
            unknown = outcomes(&[Kind::Snapshot, Kind::Hidden], Until::Failure)?;
        }
        if unknown.iter().all(|outcome| *outcome == Outcome::Pass) {
            return Err(t!("verify.fooled", stage = stage));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_program_is_named_by_the_file_that_cargo_builds_it_from() {
        let check = |path: &str, expected: Option<&str>| {
            let name = super::program_of(std::path::Path::new(path), "lab");
            assert_eq!(name.as_deref(), expected, "{path}");
        };
        check("src/main.rs", Some("lab"));
        check("src/bin/shop.rs", Some("shop"));
        check("src/bin/shop/main.rs", Some("shop"));
        check("src/bin/shop/fill.js", None);
        check("src/lib.rs", None);
        check("src/commands/main.rs", None);
    }
}
