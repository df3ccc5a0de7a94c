//! What submissions are built and run with.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use grader::cell::{Building, Cell, Layer, broken};
use xtask::cargo;
use xtask::course::{Course, Lab};
use xtask::grading::{CaseBook, Grading, Told};
use xtask::runner::{self, Plan, Ready};
use xtask::subject::{Files, Subject};

use crate::corpus::Hostile;

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
pub(crate) struct Class {
    pub(crate) course: Course,
    lab: Lab,
    ready: Ready,
    pub(crate) work: PathBuf,
    manifest: Vec<u8>,
    /// The lock file with just what the lab needs.
    lock: Vec<u8>,
}

impl Class {
    pub(crate) fn new() -> Self {
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
    pub(crate) fn build(
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
        if let Some(broken) = built.status.and_then(broken) {
            return Err(format!("{broken:?}"));
        }
        built.programs.ok_or(built.diagnostics)
    }

    /// Runs the case of a submission.
    pub(crate) fn run(&self, cell: &Cell, hostile: &Hostile, programs: &BTreeMap<String, PathBuf>) -> String {
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
