//! Building suites and subjects with cargo, and finding what was built.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};

use serde_json::Value;

use crate::course::{Course, Lab};
use crate::exit::{BUILD, FAULT, Result, Stop};
use crate::subject::Subject;
use crate::t;
use crate::term::Status;

/// What a build made of one lab.
#[derive(Debug, Default)]
pub struct Built {
    /// The suite's executable, if it was asked for and compiles.
    pub suite: Option<PathBuf>,
    /// The subject's executables by name, if it compiles.
    pub programs: Option<BTreeMap<String, PathBuf>>,
    /// The compiler's words, where they were kept back.
    pub diagnostics: String,
    /// How cargo ended, or whatever had been put before it.
    pub status: Option<ExitStatus>,
}

/// Whether the compiler's words go to the student at once or are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Say {
    Now,
    Keep,
}

/// Builds the suite of `lab` and the student's crate in one call, or a staged subject's crate alone.
///
/// Building has no limits: a slow machine is no mistake.
pub fn build(course: &Course, lab: &Lab, subject: &Subject, say: Say) -> Result<Built> {
    build_with(course, lab, subject, &Wanted::default(), say)
}

/// What of a lab's crate is built.
#[derive(Debug, Default)]
pub struct Wanted<'a> {
    pub features: &'a [String],
    /// Only these executables; none is all of them.
    pub programs: Option<&'a [String]>,
}

/// The same of what is wanted of the lab's crate.
pub fn build_with(
    course: &Course,
    lab: &Lab,
    subject: &Subject,
    wanted: &Wanted<'_>,
    say: Say,
) -> Result<Built> {
    let with_suite = matches!(subject, Subject::Labs);
    let mut command = cargo(course, subject, "build");
    command.args(["--package", &lab.package]);
    match wanted.programs {
        None => {
            command.arg("--bins");
        }
        Some(programs) => {
            for name in programs {
                command.args(["--bin", name]);
            }
        }
    }
    for feature in wanted.features {
        command.args(["--features", &format!("{}/{feature}", lab.package)]);
    }
    if with_suite {
        // Without --keep-going a broken lab would leave the suite unbuilt, and the next check slower.
        command.args([
            "--package",
            &lab.suite_package(),
            "--test",
            "stages",
            "--keep-going",
        ]);
    }
    run(command, lab, with_suite, say)
}

/// Builds the suite of `lab` alone, in the course's own workspace.
pub fn build_suite(course: &Course, lab: &Lab, say: Say) -> Result<PathBuf> {
    let mut command = cargo(course, &Subject::Labs, "build");
    command.args(["--package", &lab.suite_package(), "--test", "stages"]);
    let built = run(command, lab, false, say)?;
    built.suite.ok_or_else(|| {
        Stop::new(
            FAULT,
            format!(
                "{}\n{}",
                t!("cargo.suite_broken", lab = lab.id),
                built.diagnostics
            ),
        )
    })
}

/// Builds all targets of a lab and returns what the compiler has to say: nothing, or warnings and errors.
pub fn complaints(course: &Course, lab: &Lab, subject: &Subject) -> Result<String> {
    let mut command = cargo(course, subject, "build");
    command.args(["--package", &lab.package, "--all-targets"]);
    let built = run(command, lab, false, Say::Keep)?;
    Ok(built.diagnostics.trim().to_owned())
}

/// Starts a cargo command over a subject's workspace.
///
/// All workspaces share one build folder, so that a crate from the registry is compiled once, but for staged subjects that name another.
pub fn cargo(course: &Course, subject: &Subject, verb: &str) -> Command {
    let (manifest, target) = subject.workspace(course);
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command
        .arg(verb)
        .arg("--manifest-path")
        .arg(manifest)
        .stdin(Stdio::null());
    // What cargo set for xtask itself would look like a change to build scripts that watch it.
    for (name, _) in std::env::vars_os() {
        let own = name
            .to_str()
            .is_some_and(|name| name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_"));
        if own {
            command.env_remove(name);
        }
    }
    if let Some(target) = target {
        command.arg("--target-dir").arg(target);
        command.env("CARGO_BUILD_BUILD_DIR", subject.build_dir(course));
    }
    if matches!(subject, Subject::Staged { .. }) {
        // Nobody looks at it in a debugger, and what no line belongs to is compiled and linked sooner.
        command.env("CARGO_PROFILE_DEV_DEBUG", "0");
    }
    command
}

/// Runs a build of one lab's crate that the caller has put together, and keeps the compiler's words.
pub fn build_as(command: Command, lab: &Lab) -> Result<Built> {
    run(command, lab, false, Say::Keep)
}

fn run(command: Command, lab: &Lab, with_suite: bool, say: Say) -> Result<Built> {
    let (artifacts, status, diagnostics) = artifacts(command, say)?;
    let success = status.success();
    let mut built = Built {
        diagnostics,
        status: Some(status),
        ..Built::default()
    };
    let mut programs = BTreeMap::new();
    for artifact in artifacts {
        match &*artifact.kind {
            "test" if artifact.package == lab.suite_package() => built.suite = Some(artifact.path),
            "bin" if artifact.package == lab.package => drop(programs.insert(artifact.name, artifact.path)),
            _ => {}
        }
    }
    // A suite that does not compile is no fault of a lab that does.
    let only_suite_broken = with_suite && built.suite.is_none() && programs.contains_key(&lab.package);
    built.programs = (success || only_suite_broken).then_some(programs);
    Ok(built)
}

/// Runs a build whose compiler's words go to the terminal and returns its executables by name.
///
/// # Errors
/// The build failed; the compiler has said why.
pub fn executables(command: Command) -> Result<BTreeMap<String, PathBuf>> {
    let (artifacts, status, _) = artifacts(command, Say::Now)?;
    if !status.success() {
        return Err(Stop::new(BUILD, ""));
    }
    Ok(artifacts
        .into_iter()
        .map(|artifact| (artifact.name, artifact.path))
        .collect())
}

/// Runs a build to its end: the executables it made, how it ended, and the compiler's words if they were kept.
fn artifacts(mut command: Command, say: Say) -> Result<(Vec<Artifact>, ExitStatus, String)> {
    command.arg("--message-format=json-render-diagnostics");
    if say == Say::Now && crate::term::stderr_has_colour() {
        command.env("CARGO_TERM_COLOR", "always");
    }
    let mut child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|error| Stop::failed(t!("cargo.cannot_start", error = error)))?;
    let (stdout, stderr) = (child.stdout.take(), child.stderr.take());
    let listener = std::thread::spawn(move || stderr.map(|stderr| relay(stderr, say)).unwrap_or_default());
    let lines = stdout
        .into_iter()
        .flat_map(|stdout| BufReader::new(stdout).lines())
        .map_while(std::result::Result::ok);
    // Most lines speak of libraries; only those of an executable are worth parsing.
    let artifacts = lines
        .filter(|line| line.contains(r#""executable":""#))
        .filter_map(|line| Artifact::read(&line))
        .collect();
    let diagnostics = listener.join().unwrap_or_default();
    let status = child
        .wait()
        .map_err(|error| Stop::failed(t!("cargo.cannot_start", error = error)))?;
    Ok((artifacts, status, diagnostics))
}

/// One executable that cargo reports.
struct Artifact {
    /// The name of the package, from its manifest's folder and id.
    package: String,
    kind: String,
    name: String,
    path: PathBuf,
}

impl Artifact {
    fn read(line: &str) -> Option<Self> {
        let value: Value = serde_json::from_str(line).ok()?;
        let target = &value["target"];
        let id = value["package_id"].as_str()?;
        // `path+file:///…/labs/lab01-wordcount#wordcount@0.1.0`; the name is left out where the folder is called the same.
        let (path, fragment) = id.rsplit_once('#')?;
        let package = match fragment.split_once('@') {
            Some((name, _)) => name,
            None => Path::new(path).file_name()?.to_str()?,
        };
        Some(Self {
            package: package.to_owned(),
            kind: target["kind"][0].as_str()?.to_owned(),
            name: target["name"].as_str()?.to_owned(),
            path: PathBuf::from(value["executable"].as_str()?),
        })
    }
}

/// Passes the compiler's words on (or keeps them) and turns cargo's own progress into one line that vanishes.
fn relay(stderr: impl Read, say: Say) -> String {
    let mut status = Status::start();
    let mut kept = String::new();
    let mut of_profiles = false;
    for line in BufReader::new(stderr).lines().map_while(std::result::Result::ok) {
        let plain = crate::term::without_escapes(&line);
        let mut words = plain.split_whitespace();
        match words.next() {
            Some("Compiling" | "Downloading" | "Downloaded" | "Fresh" | "Checking")
                if plain.starts_with(' ') =>
            {
                status.show(&t!("cargo.building", what = words.next().unwrap_or_default()));
            }
            Some("Finished" | "Updating" | "Locking" | "Adding" | "Removing" | "Blocking")
                if plain.starts_with(' ') => {}
            // A staged workspace holds one lab, and the profiles speak of all. Cargo may add what other name it knows.
            Some("warning:") if plain.starts_with("warning: profile package spec") => of_profiles = true,
            Some("help:") | None if of_profiles => {}
            _ if say == Say::Now => {
                of_profiles = false;
                status.clear();
                eprintln!("{line}");
            }
            _ => {
                of_profiles = false;
                kept.push_str(&line);
                kept.push('\n');
            }
        }
    }
    status.clear();
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cargo_says_of_profiles_is_left_out_with_its_guess_and_all_else_is_kept() {
        let said = "warning: profile package spec `xtask` in profile `dev` did not match any packages\n\n\
                    help: a package with a similar name exists: `wasi`\n   Compiling wasi v0.11.1\n\
                    warning: unused variable: `x`\n\nhelp: prefix it\n";
        assert_eq!(
            relay(said.as_bytes(), Say::Keep),
            "warning: unused variable: `x`\n\nhelp: prefix it\n"
        );
    }
}
