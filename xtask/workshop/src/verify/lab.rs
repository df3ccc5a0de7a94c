//! Proves one lab: its solution, its starter, its stages, its wrong solutions.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use super::{Ledger, Pending, Proof, strict};
use crate::starter;
use xtask::cargo::{self, Say};
use xtask::course::{Course, Lab, Reader};
use xtask::runner::{self, Plan};
use xtask::subject::{Files, Subject, read_tree};
use xtask::t;
use xtask::verdict::{Kind, LabResult, Outcome, StageResult};

/// The seed of every proof: a proof must not depend on the day.
const SEED: u64 = 20;

/// How long a program may take that knows its answers by heart.
const LOOKED_UP_MS: u64 = 4_000;

/// How many cases of such a program run at the same time: most that it does not know it waits for.
const LOOKED_UP_AT_ONCE: usize = 6;

/// The fewest hints of a stage and wrong solutions of a lab.
const HINTS: usize = 3;
const WRONG_SOLUTIONS: usize = 5;

/// Proves everything about `lab`.
pub(crate) fn prove(course: &Course, lab: &Lab, ledger: &mut Ledger) {
    let mut reference = None;
    ledger.prove(&t!("verify.solution"), || {
        let result = grade(
            course,
            lab,
            &Subject::Reference,
            &Plan {
                seed: Some(SEED),
                slow: true,
                ..quiet()
            },
        )?;
        let proof = all_pass(&result);
        reference = Some(result);
        proof
    });
    ledger.prove(&t!("verify.solution_again"), || {
        let result = grade(
            course,
            lab,
            &Subject::Reference,
            &Plan {
                seed: Some(SEED),
                ..quiet()
            },
        )?;
        all_pass(&result)
    });
    ledger.prove(&t!("verify.starter_in_step"), || {
        let starter = generate(course, lab, 0)?;
        for dir in [course.starter_dir(lab), course.lab_dir(lab)] {
            equal(&starter, &dir)?;
        }
        Ok(())
    });
    ledger.prove(&t!("verify.starter_fails"), || starter_fails(course, lab));
    for solved in 1..lab.stages.len() {
        let stage = &lab.stages[solved - 1].name;
        ledger.prove(&t!("verify.solved_to", stage = stage), || {
            solved_to(course, lab, solved)
        });
    }
    deceivers(course, lab, ledger);
    ledger.prove(&t!("verify.papers"), || papers(course, lab));
    if let Some(reference) = reference {
        ledger.prove(&t!("verify.no_orphans"), || no_orphans(course, lab, &reference));
    }
}

fn quiet() -> Plan {
    Plan {
        quiet: true,
        ..Plan::default()
    }
}

fn grade(course: &Course, lab: &Lab, subject: &Subject, plan: &Plan) -> Result<LabResult, String> {
    let result = runner::grade(course, lab, subject, plan).map_err(|stop| stop.message)?;
    match &result.broken {
        Some(words) => Err(t!("verify.does_not_compile", words = words)),
        None => Ok(result),
    }
}

fn generate(course: &Course, lab: &Lab, solved: usize) -> Result<Files, String> {
    let dir = course.solutions().map_err(|stop| stop.message)?.join(&lab.dir);
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
        .filter(|case| case.outcome == Outcome::NotRun)
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

fn stage_fails(stage: &StageResult) -> Proof {
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
fn starter_fails(course: &Course, lab: &Lab) -> Proof {
    let subject =
        Subject::stage(course, lab, "starter", &generate(course, lab, 0)?).map_err(|stop| stop.message)?;
    let built = cargo::build(course, lab, &subject, Say::Keep).map_err(|stop| stop.message)?;
    if built.programs.is_none() || !built.diagnostics.trim().is_empty() {
        return Err(built.diagnostics);
    }
    let result = grade(course, lab, &subject, &quiet())?;
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
fn solved_to(course: &Course, lab: &Lab, solved: usize) -> Proof {
    let subject = Subject::stage(
        course,
        lab,
        &format!("solved-{solved}"),
        &generate(course, lab, solved)?,
    )
    .map_err(|stop| stop.message)?;
    let (here, ahead) = (&lab.stages[solved - 1].name, &lab.stages[solved].name);
    let plan = Plan {
        stages: Some(vec![here.clone()]),
        first_case_of: Some(ahead.clone()),
        seed: Some(SEED),
        ..quiet()
    };
    let result = grade(course, lab, &subject, &plan)?;
    for stage in &result.stages {
        if stage.name == *here {
            stage_passes(stage)?;
        } else if stage.passed() {
            // One case that needs nothing of the stage is no hole yet; a whole stage is.
            let plan = Plan {
                stages: Some(vec![ahead.clone()]),
                seed: Some(SEED),
                ..quiet()
            };
            for stage in &grade(course, lab, &subject, &plan)?.stages {
                stage_fails(stage)?;
            }
        }
    }
    Ok(())
}

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
fn memorised(course: &Course, lab: &Lab) -> Proof {
    let mut files = generate(course, lab, lab.stages.len())?;
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
    let subject = Subject::stage(course, lab, "memorised", &files).map_err(|stop| stop.message)?;

    // Who waits for something that no memory does, as for an answer to a signal, need not wait for long.
    let lab = &hasty(lab);
    // It looks everything up once, as somebody who collects the answers would.
    let learning = memory.join("learning");
    fs::write(&learning, "").map_err(|error| error.to_string())?;
    let plan = Plan {
        at_once: Some(LOOKED_UP_AT_ONCE),
        ..quiet()
    };
    grade(course, lab, &subject, &plan)?;
    fs::remove_file(&learning).map_err(|error| error.to_string())?;
    let result = grade(
        course,
        lab,
        &subject,
        &Plan {
            seed: Some(SEED),
            ..plan
        },
    )?;
    for stage in &result.stages {
        let of_kind = |kind| stage.cases.iter().filter(move |case| case.kind == kind);
        // What it knows it must answer, or the proof shows nothing.
        if !of_kind(Kind::Snapshot).any(|case| case.outcome == Outcome::Pass) {
            return Err(t!("verify.learned_nothing", stage = stage.name));
        }
        // A stage without seeded cases has others that no memory answers.
        stage_fails(stage)?;
        let seeded: Vec<_> = of_kind(Kind::Seeded).collect();
        if !seeded.is_empty() && seeded.iter().all(|case| case.outcome == Outcome::Pass) {
            return Err(t!("verify.fooled", stage = stage.name));
        }
    }
    Ok(())
}

/// Nobody passes who should not: neither who knows the answers by heart, nor any wrong solution, each of which is caught by the stage that
/// it names, by that stage's own cases. All of them wait more than they work.
fn deceivers(course: &Course, lab: &Lab, ledger: &mut Ledger) {
    let dir = course.root.join("tests/mutants").join(&lab.dir);
    let mut names: Vec<String> = fs::read_dir(&dir)
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| {
            entry
                .file_name()
                .to_str()?
                .strip_suffix(".toml")
                .map(str::to_owned)
        })
        .filter(|name| name != "survivors")
        .collect();
    names.sort();
    ledger.prove(&t!("verify.enough_wrong", count = names.len()), || {
        if names.len() < WRONG_SOLUTIONS {
            Err(t!("verify.too_few_wrong", least = WRONG_SOLUTIONS))
        } else {
            Ok(())
        }
    });
    let dir = &dir;
    let mut pending = vec![Pending::new(t!("verify.memorised"), |_| memorised(course, lab))];
    pending.extend(names.iter().map(|name| {
        let what = t!("verify.wrong_solution", name = name);
        Pending::new(what, move |place| wrong_solution(course, lab, dir, place, name))
    }));
    ledger.prove_all(&pending);
}

/// Builds a wrong solution in the workspace of its place, where the compiler takes over what it made of the last one and is the
/// same in this one, and runs its stage until a case has failed.
fn wrong_solution(course: &Course, lab: &Lab, dir: &Path, place: usize, name: &str) -> Proof {
    let (stage, files) = wrong_files(course, lab, dir, name)?;
    let subject =
        Subject::stage(course, lab, &format!("wrong-{place}"), &files).map_err(|stop| stop.message)?;
    // Later stages are built on earlier ones and may fail with them; what counts is that the stage needs no other to notice.
    let plan = Plan {
        stages: Some(vec![stage]),
        seed: Some(SEED),
        until_failure: true,
        ..quiet()
    };
    grade(course, lab, &subject, &plan)?
        .stages
        .iter()
        .try_for_each(stage_fails)
}

/// Reads a wrong solution: the stage that must catch it, and its files.
fn wrong_files(course: &Course, lab: &Lab, dir: &Path, name: &str) -> Result<(String, Files), String> {
    let path = dir.join(format!("{name}.toml"));
    let text = fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
    let message = |stop: xtask::exit::Stop| stop.message;
    let reader = Reader::parse(&path, &text).map_err(message)?;
    let stage = reader.string(reader.table(), "stage").map_err(message)?;
    reader.string(reader.table(), "mistake").map_err(message)?;
    if !lab.stage_names().contains(&&*stage) {
        return Err(t!("course.no_stage", lab = lab.id, name = stage));
    }
    let solution = course.solutions().map_err(message)?.join(&lab.dir);
    let mut files = Files::new();
    for part in ["src", "Cargo.toml"] {
        let path = solution.join(part);
        if path.is_dir() {
            read_tree(&path, Path::new(part), &mut files).map_err(message)?;
        } else {
            files.insert(
                part.into(),
                fs::read(&path).map_err(|error| format!("{}: {error}", path.display()))?,
            );
        }
    }
    let edits = reader.array("edit").map_err(message)?;
    for edit in edits {
        let table = edit.as_table().ok_or_else(|| message(reader.wrong("edit")))?;
        let get = |key| reader.string(table, key).map_err(message);
        let (file, find, replace) = (get("file")?, get("find")?, get("replace")?);
        let bytes = files
            .get_mut(Path::new(&file))
            .ok_or_else(|| t!("verify.no_file", file = file))?;
        let text = String::from_utf8_lossy(bytes).into_owned();
        let times = text.matches(&*find).count();
        if times != 1 {
            return Err(t!("verify.found_times", file = file, times = times));
        }
        *bytes = text.replacen(&*find, &replace, 1).into_bytes();
    }
    let whole = dir.join(name);
    if whole.is_dir() {
        read_tree(&whole, Path::new(""), &mut files).map_err(message)?;
    } else if edits.is_empty() {
        return Err(t!("verify.nothing_wrong"));
    }
    Ok((stage, files))
}

/// Every stage has hints and a heading in the chapter, and the points sum to 100.
fn papers(course: &Course, lab: &Lab) -> Proof {
    let points: u32 = lab.stages.iter().map(|stage| stage.points).sum();
    if points != 100 {
        return Err(t!("verify.points", points = points));
    }
    let path = course.root.join("book/src").join(&lab.chapter);
    let chapter = fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
    let anchors: BTreeSet<String> = chapter
        .lines()
        .filter(|line| line.starts_with('#'))
        .map(anchor)
        .collect();
    for stage in &lab.stages {
        if stage.hints.len() < HINTS || stage.hints.iter().any(|hint| hint.trim().is_empty()) {
            return Err(t!("verify.hints", stage = stage.name, least = HINTS));
        }
        if !anchors.contains(&stage.anchor) {
            return Err(t!("verify.no_section", stage = stage.name, anchor = stage.anchor));
        }
    }
    Ok(())
}

/// The anchor that mdBook gives a heading: lower case, spaces to dashes, punctuation gone.
fn anchor(heading: &str) -> String {
    let text = heading.trim_start_matches('#').trim();
    let kept = text.chars().filter(|c| c.is_alphanumeric() || " -_".contains(*c));
    kept.map(|c| if c == ' ' { '-' } else { c })
        .collect::<String>()
        .to_lowercase()
}

/// Every snapshot and every fixture is used by some case.
fn no_orphans(course: &Course, lab: &Lab, reference: &LabResult) -> Proof {
    let cases = || reference.stages.iter().flat_map(|stage| &stage.cases);
    if cases().any(|case| case.outcome == Outcome::NotRun) {
        // A case that did not run used nothing; what it would have used cannot be told.
        return Ok(());
    }
    let suite = course.suite_dir(lab);
    let snapshots: BTreeSet<String> = cases()
        .flat_map(|case| &case.snapshots)
        .map(|name| format!("{name}.snap"))
        .collect();
    let fixtures: BTreeSet<String> = cases().flat_map(|case| &case.fixtures).cloned().collect();
    for (folder, used) in [("snapshots", snapshots), ("fixtures", fixtures)] {
        let mut there = Files::new();
        if suite.join(folder).is_dir() {
            read_tree(&suite.join(folder), Path::new(""), &mut there).map_err(|stop| stop.message)?;
        }
        // A script that made the fixtures is their source, and stays beside them.
        let made = |name: &str| name.ends_with(".sh") || name.ends_with(".md") || name.starts_with('.');
        let names = there.keys().map(|path| path.display().to_string());
        let orphans: Vec<String> = names.filter(|name| !used.contains(name) && !made(name)).collect();
        if !orphans.is_empty() {
            return Err(t!("verify.orphans", folder = folder, names = orphans.join(", ")));
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

#[cfg(test)]
mod tests {
    #[test]
    fn a_heading_becomes_the_anchor_that_mdbook_gives_it() {
        assert_eq!(
            super::anchor("## Stage 1: count, like `wc`"),
            "stage-1-count-like-wc"
        );
    }

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
