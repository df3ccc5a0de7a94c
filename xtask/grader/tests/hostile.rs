//! The hostile corpus: every submission of `tests/hostile/` ends in its own verdict, in tier A and in tier B, and nothing outside
//! is touched. Those that can do no harm also run without a cell, to prove that each attack is a real one.
//!
//! It takes minutes, so it runs by name only: `cargo test -p grader --test hostile -- --ignored`, with NAME=… for a few.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use grader::cell::{Building, Cell, Layer, Tier, broken};
use xtask::cargo;
use xtask::course::{Course, Lab, Reader};
use xtask::grading::{CaseBook, Grading, Told};
use xtask::runner::{self, Plan, Ready};
use xtask::subject::{Files, Subject, read_tree};

/// What a submission says of itself.
#[derive(Debug, Clone)]
struct Hostile {
    name: String,
    case: String,
    verdict: String,
    without: Option<String>,
    /// The longest that it is built.
    build: Duration,
    source: Files,
}

#[derive(Debug)]
struct Forgetful;

impl CaseBook for Forgetful {
    fn known(&self, _case: &str) -> Option<Told> {
        None
    }

    fn keep(&self, _case: &str, _told: &Told) -> Result<(), String> {
        Ok(())
    }
}

/// Everything that submissions of the lab are run with.
struct Class {
    course: Course,
    lab: Lab,
    ready: Ready,
    work: PathBuf,
    manifest: Vec<u8>,
    /// The lock file with just what the lab needs.
    lock: Vec<u8>,
}

impl Class {
    fn new() -> Self {
        let course = Course::find().unwrap();
        let lab = course.target("lab01").unwrap().lab.clone();
        let ready = Ready::build(&course, &lab).unwrap();
        let work = course.work_dir().join(format!("hostile-{}", std::process::id()));
        fs::create_dir_all(&work).unwrap();
        let manifest = fs::read(course.starter_dir(&lab).join("Cargo.toml")).unwrap();
        let mut class = Self {
            course,
            lab,
            ready,
            work,
            manifest,
            lock: Vec::new(),
        };
        let first = class.stage(
            "first",
            &Files::from([
                ("src/main.rs".into(), b"fn main() {}".to_vec()),
                ("src/lib.rs".into(), b"//! Nothing.\n".to_vec()),
            ]),
        );
        let mut metadata = Command::new(std::env::var_os("CARGO").unwrap());
        metadata
            .args([
                "metadata",
                "--offline",
                "--format-version",
                "1",
                "--manifest-path",
            ])
            .arg(&first.1);
        assert!(metadata.stdout(Stdio::null()).status().unwrap().success());
        class.lock = fs::read(first.1.with_file_name("Cargo.lock")).unwrap();
        class
    }

    fn stage(&self, name: &str, source: &Files) -> (Subject, PathBuf) {
        let mut files = source.clone();
        files.insert("Cargo.toml".into(), self.manifest.clone());
        let subject = Subject::stage(&self.course, &self.lab, &format!("hostile-{name}"), &files).unwrap();
        let (manifest, _) = subject.workspace(&self.course);
        if !self.lock.is_empty() {
            fs::write(manifest.with_file_name("Cargo.lock"), &self.lock).unwrap();
        }
        (subject, manifest)
    }

    /// Builds in `cell`, in a layer over what is shared; the first time, what is shared.
    fn build(
        &self,
        cell: &Cell,
        name: &str,
        source: &Files,
        wall: Duration,
        first: bool,
    ) -> Result<BTreeMap<String, PathBuf>, String> {
        let (subject, manifest) = self.stage(name, source);
        let shared = self.work.join(format!("shared-{}", cell.tier()));
        let target = self.work.join(format!("target-{}-{name}", cell.tier()));
        fs::create_dir_all(&shared).unwrap();
        fs::create_dir_all(&target).unwrap();
        let mut command = cargo::cargo(&self.course, &subject, "build");
        command
            .args(["--offline", "--locked", "--bins", "--package", &self.lab.package])
            .arg("--target-dir")
            .arg(&target);
        command
            .env("CARGO_BUILD_BUILD_DIR", &shared)
            .current_dir(manifest.parent().unwrap());
        let place = Building {
            read: vec![manifest.parent().unwrap().to_owned()],
            write: match first {
                true => vec![target.clone(), shared.clone()],
                false => vec![target.clone()],
            },
            layer: (!first).then(|| Layer {
                shared,
                private: self.work.join(format!("private-{}-{name}", cell.tier())),
            }),
            wall,
            memory_mib: 1024,
            size_mib: 512,
        };
        // `--target-dir` of the staged subject comes first; cargo takes one only.
        let built =
            cargo::build_as(once(cell, command, &place), &self.lab).map_err(|stop| format!("{stop:?}"))?;
        built.programs.ok_or(built.diagnostics)
    }

    /// Runs the case of a submission.
    fn run(&self, cell: &Cell, hostile: &Hostile, programs: &BTreeMap<String, PathBuf>) -> String {
        let mut lab = self.lab.clone();
        for stage in &mut lab.stages {
            // Waiting for what is meant to be too long or too large is not what is tested.
            stage.limits.file_mib = 64;
            if hostile.verdict == "timed out" {
                stage.limits.wall_ms = 3000;
            }
        }
        let plan = Plan {
            case: Some(hostile.case.clone()),
            quiet: true,
            seed: Some(7),
            at_once: Some(1),
            grading: Some(Grading {
                book: Arc::new(Forgetful),
                cell: cell.confine(&self.course.root, &lab.id),
            }),
            ..Plan::default()
        };
        let result = runner::grade_built(
            &self.course,
            &lab,
            &self.ready.suite,
            programs,
            Some(&self.ready.reference),
            &plan,
        );
        match result {
            Ok(result) => {
                let case = result.stages.iter().flat_map(|stage| &stage.cases).next();
                case.map_or_else(
                    || "no case".to_owned(),
                    |case| match case.outcome.word() {
                        word if word == hostile.verdict => word.to_owned(),
                        word => format!("{word}: {}", case.what),
                    },
                )
            }
            Err(stop) => format!("stop: {stop:?}"),
        }
    }
}

impl Drop for Class {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.work);
    }
}

/// Puts a command into the cell without the target folder that it names first.
fn once(cell: &Cell, command: Command, place: &Building) -> Command {
    let mut plain = Command::new(command.get_program());
    let mut args: Vec<_> = command.get_args().map(ToOwned::to_owned).collect();
    if let Some(at) = args.iter().position(|arg| arg == "--target-dir") {
        args.drain(at..at + 2);
    }
    plain.args(args);
    for (name, value) in command.get_envs() {
        match value {
            Some(value) => plain.env(name, value),
            None => plain.env_remove(name),
        };
    }
    if let Some(dir) = command.get_current_dir() {
        plain.current_dir(dir);
    }
    let mut cell = cell.build(plain, place);
    cell.stdin(Stdio::null());
    cell
}

/// The verdict alone where it is the expected one, whole where it is not.
fn without_words<'v>(expected: &str, verdict: &'v str) -> &'v str {
    let word = verdict.split(':').next().unwrap_or_default();
    if word == expected { word } else { verdict }
}

fn corpus(course: &Course) -> Vec<Hostile> {
    let home = course.root.join("tests/hostile");
    let wanted = std::env::var("NAME").ok();
    let mut all: Vec<Hostile> = fs::read_dir(&home)
        .unwrap()
        .map(|entry| {
            let dir = entry.unwrap().path();
            let path = dir.join("hostile.toml");
            let text = fs::read_to_string(&path).unwrap();
            let reader = Reader::parse(&path, &text).unwrap();
            let string = |key: &str| reader.string(reader.table(), key).unwrap();
            let mut source = Files::new();
            read_tree(&dir.join("src"), Path::new("src"), &mut source).unwrap();
            assert!(string("about").ends_with('.') && string("lab") == "lab01");
            Hostile {
                name: dir.file_name().unwrap().to_string_lossy().into_owned(),
                case: string("case"),
                verdict: string("verdict"),
                without: reader.table().contains_key("without").then(|| string("without")),
                build: Duration::from_secs(
                    reader
                        .integer(reader.table(), "build_s")
                        .unwrap()
                        .unwrap_or(120)
                        .unsigned_abs(),
                ),
                source,
            }
        })
        .filter(|hostile| {
            wanted
                .as_ref()
                .is_none_or(|wanted| wanted.split(',').any(|name| name == hostile.name))
        })
        .collect();
    all.sort_by(|a, b| a.name.cmp(&b.name));
    all
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
                note(
                    cell.tier(),
                    "does not compile",
                    if built.is_ok() {
                        "it compiles"
                    } else {
                        "does not compile"
                    },
                );
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
    let _ = broken;
}
