//! The hostile corpus: every submission of `tests/hostile/` ends in its own verdict, in tier A and in tier B, and nothing outside
//! is touched. Those that can do no harm also run without a cell, to prove that each attack is a real one.
//!
//! It takes minutes, so it runs by name only: `cargo test -p grader --test hostile -- --ignored`, with NAME=… for a few.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use class::Class;
use corpus::{Hostile, corpus};
use grader::cell::{Cell, Tier};
use xtask::course::Course;
use xtask::subject::Files;

mod class;
mod corpus;

/// The verdict alone where it is the expected one, whole where it is not.
fn without_words<'v>(expected: &str, verdict: &'v str) -> &'v str {
    let word = verdict.split(':').next().unwrap_or_default();
    if word == expected { word } else { verdict }
}

/// What must not change: the files of the course, but for what is built.
fn state(course: &Course) -> BTreeMap<PathBuf, (u64, i64, i64)> {
    fn below(dir: &Path, into: &mut BTreeMap<PathBuf, (u64, i64, i64)>) {
        for entry in fs::read_dir(dir).into_iter().flatten().flatten() {
            let (path, data) = (entry.path(), entry.metadata());
            let Ok(data) = data else { continue };
            if path
                .file_name()
                .is_some_and(|name| name == "target" || name == ".git")
            {
                continue;
            }
            if data.is_dir() {
                below(&path, into);
            }
            into.insert(path, (data.len(), data.mtime(), data.mtime_nsec()));
        }
    }
    let mut all = BTreeMap::new();
    for name in [
        "tests",
        "solutions",
        "xtask/src",
        "Cargo.lock",
        "Cargo.toml",
        "labs",
    ] {
        below(&course.root.join(name), &mut all);
    }
    all
}

/// Processes of a user.
fn processes_of(uid: u32) -> Vec<String> {
    let entries = fs::read_dir("/proc").into_iter().flatten().flatten();
    let theirs = entries.filter(|entry| entry.metadata().is_ok_and(|data| data.uid() == uid));
    theirs
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect()
}

#[test]
#[ignore = "takes minutes"]
fn every_hostile_submission_ends_in_its_own_verdict() {
    let class = Class::new();
    let corpus = corpus(&class.course);
    let before = state(&class.course);
    let choose = |tier| Cell::choose(Some(tier), &class.work).unwrap().0;
    let (a, b, c) = (choose(Tier::A), choose(Tier::B), choose(Tier::C));
    let nothing = Files::from([
        ("src/main.rs".into(), b"fn main() {}".to_vec()),
        ("src/lib.rs".into(), b"//! Nothing.\n".to_vec()),
    ]);
    for cell in [&a, &b] {
        class
            .build(cell, "nothing", &nothing, Duration::from_secs(600), true)
            .unwrap();
    }
    let (next, wrong) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    let one = |hostile: &Hostile| {
        let started = Instant::now();
        let mut found = Vec::new();
        let mut note = |tier: Tier, expected: &str, verdict: &str| {
            if verdict != expected {
                let name = &hostile.name;
                wrong.lock().unwrap().push(format!(
                    "{name} in tier {tier}: expected {expected}, found {verdict}"
                ));
            }
            found.push(format!("{tier} {verdict}"));
        };
        let built = class.build(&a, &hostile.name, &hostile.source, hostile.build, false);
        if hostile.verdict == "does not compile" {
            let again = class.build(&b, &hostile.name, &hostile.source, hostile.build, false);
            for (cell, built) in [(&a, &built), (&b, &again)] {
                let verdict = match (built, &hostile.ended) {
                    (Ok(_), _) => "it compiles",
                    (Err(said), Some(ended)) if said != ended => said,
                    (Err(_), _) => "does not compile",
                };
                note(cell.tier(), "does not compile", verdict);
            }
            if let Some(without) = &hostile.without {
                let built = class.build(&c, &hostile.name, &hostile.source, hostile.build, true);
                let verdict = built.map_or_else(
                    |_| "does not compile".to_owned(),
                    |programs| class.run(&c, hostile, &programs),
                );
                note(Tier::C, without, without_words(without, &verdict));
            }
        } else {
            match &built {
                Err(said) => note(Tier::A, &hostile.verdict, &format!("does not compile: {said}")),
                Ok(programs) => {
                    for cell in [&a, &b] {
                        note(cell.tier(), &hostile.verdict, &class.run(cell, hostile, programs));
                    }
                    if let Some(without) = &hostile.without {
                        let verdict = class.run(&c, hostile, programs);
                        note(Tier::C, without, without_words(without, &verdict));
                    }
                }
            }
        }
        println!(
            "{:<22} {} {:.1} s",
            hostile.name,
            found.join(", "),
            started.elapsed().as_secs_f64()
        );
    };
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                while let Some(hostile) = corpus.get(next.fetch_add(1, Ordering::Relaxed)) {
                    one(hostile);
                }
            });
        }
    });
    let wrong = wrong.into_inner().unwrap();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_eq!(state(&class.course), before, "files of the course have changed");
    if let Some(uid) = a.uid() {
        assert_eq!(processes_of(uid), [""; 0], "processes are left");
    }
    for folder in ["/", "/usr/bin", "/etc", "/var/tmp", "/home", "/root", "/run"] {
        assert!(!Path::new(folder).join("written-outside").exists(), "{folder}");
    }
}
