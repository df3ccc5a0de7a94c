//! Proves what concerns the whole tree: formatting, lints, unit tests, manifests, locks, licences, the book.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use super::{Ledger, Proof, strict};
use xtask::cargo;
use xtask::course::{Course, Lab};
use xtask::measures::Spec;
use xtask::subject::Subject;
use xtask::t;

/// Proves the tree.
pub(crate) fn prove(course: &Course, ledger: &mut Ledger) {
    ledger.prove(&t!("verify.manifests"), || manifests(course));
    ledger.prove(&t!("verify.locks"), || locks(course));
    for (name, subject) in [
        ("Cargo.toml", Subject::Labs),
        ("solutions/Cargo.toml", Subject::Reference),
    ] {
        let (manifest, _) = subject.workspace(course);
        ledger.prove(&t!("verify.fmt", workspace = name), || formatted(&manifest));
        ledger.prove(&t!("verify.clippy", workspace = name), || {
            let mut command = cargo::cargo(course, &subject, "clippy");
            command.args([
                "--quiet",
                "--workspace",
                "--all-targets",
                "--",
                "--deny",
                "warnings",
            ]);
            quietly(command)
        });
        ledger.prove(&t!("verify.unit_tests", workspace = name), || {
            unit_tests(course, &subject)
        });
        ledger.prove(&t!("verify.deny", workspace = name), || deny(course, &manifest));
    }
    apart(course, ledger);
    ledger.prove(&t!("verify.book"), || {
        let mut command = cargo::cargo(course, &Subject::Labs, "run");
        command
            .args(["--quiet", "--package", "course-book", "--", "check", "--root"])
            .arg(&course.root);
        quietly(command)
    });
}

/// Runs a command and returns what it said, if it failed.
pub(crate) fn quietly(mut command: Command) -> Proof {
    let output = command
        .stdin(Stdio::null())
        .output()
        .map_err(|error| format!("{command:?}: {error}"))?;
    if output.status.success() {
        return Ok(());
    }
    let said = [output.stdout, output.stderr].concat();
    let said = String::from_utf8_lossy(&said).into_owned();
    let lines: Vec<&str> = said.lines().collect();
    // A command may say very much before it says why it failed.
    Err(format!(
        "{}\n{}",
        output.status,
        lines[lines.len().saturating_sub(60)..].join("\n")
    ))
}

/// The tests of libraries, tools and documentation; a lab's own door to `check` is not among them.
fn unit_tests(course: &Course, subject: &Subject) -> Proof {
    let mut command = cargo::cargo(course, subject, "test");
    command.arg("--quiet");
    match subject {
        // Starters have nothing to test yet, and suites are no tests of themselves.
        Subject::Labs => {
            command.args([
                "--package",
                "support",
                "--package",
                "xtask",
                "--package",
                "workshop",
                "--package",
                "grader",
                "--package",
                "course-book",
            ]);
        }
        _ => {
            command.args(["--workspace", "--lib", "--bins"]);
        }
    }
    quietly(command)?;
    if matches!(subject, Subject::Reference) {
        let mut command = cargo::cargo(course, subject, "test");
        command.args(["--quiet", "--workspace", "--doc"]);
        quietly(command)?;
    }
    Ok(())
}

/// Both workspaces have the same tables, so that a lab's manifest means the same in both.
fn manifests(course: &Course) -> Proof {
    let tables = |path: &str| -> Result<BTreeSet<String>, String> {
        let path = course.root.join(path);
        let text = fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
        let from = text
            .find("[workspace.package]")
            .ok_or_else(|| t!("verify.no_table", file = path.display()))?;
        let mut table = String::new();
        let mut lines = BTreeSet::new();
        for line in text[from..]
            .lines()
            .map(str::trim)
            .filter(|line| !line.is_empty() && !line.starts_with('#'))
        {
            if line.starts_with('[') {
                table = line.to_owned();
            }
            lines.insert(format!("{table} {line}"));
        }
        Ok(lines)
    };
    let (ours, theirs) = (tables("Cargo.toml")?, tables("solutions/Cargo.toml")?);
    match ours.symmetric_difference(&theirs).next() {
        Some(line) => Err(t!("verify.tables_differ", line = line)),
        None => Ok(()),
    }
}

/// What both lock files hold, they hold in the same version. The reference may have packages that no lab has.
fn locks(course: &Course) -> Proof {
    let packages = |path: &Path| -> Result<BTreeMap<String, BTreeSet<String>>, String> {
        let text = fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
        let value = |block: &str, key: &str| {
            block.lines().find_map(|line| {
                line.strip_prefix(key)?
                    .strip_prefix(" = \"")?
                    .strip_suffix('"')
                    .map(str::to_owned)
            })
        };
        let mut packages = BTreeMap::<_, BTreeSet<_>>::new();
        for block in text.split("[[package]]") {
            if let (Some(name), Some(version)) = (value(block, "name"), value(block, "version")) {
                packages.entry(name).or_default().insert(version);
            }
        }
        Ok(packages)
    };
    let root = packages(&course.root.join("Cargo.lock"))?;
    let solutions = packages(&course.root.join("solutions/Cargo.lock"))?;
    for (name, versions) in &solutions {
        if let Some(known) = root.get(name)
            && known.is_disjoint(versions)
        {
            let version = versions.iter().next().map_or("", String::as_str);
            return Err(t!("verify.lock_differs", name = name, version = version));
        }
    }
    Ok(())
}

/// What `bench` compares with is written in workspaces of its own. Nobody builds them here: only their form, their lock files and what these
/// bring in are looked at.
fn apart(course: &Course, ledger: &mut Ledger) {
    let measured = |lab: &&Lab| course.suite_dir(lab).join("bench.toml").is_file();
    for lab in course.labs.iter().filter(measured) {
        let spec = match Spec::load(course, lab) {
            Ok(spec) => spec,
            Err(stop) => {
                ledger.prove(&t!("verify.bench", lab = lab.id), || Err(stop.message));
                continue;
            }
        };
        for program in &spec.programs {
            let manifest = course.suite_dir(lab).join(&program.manifest);
            let name = manifest.strip_prefix(&course.root).unwrap_or(&manifest);
            let name = name.display().to_string();
            ledger.prove(&t!("verify.fmt", workspace = name), || formatted(&manifest));
            ledger.prove(&t!("verify.locked", workspace = name), || locked(&manifest));
            ledger.prove(&t!("verify.deny", workspace = name), || deny(course, &manifest));
        }
    }
}

fn formatted(manifest: &Path) -> Proof {
    let mut command = Command::new("cargo");
    command
        .args(["fmt", "--all", "--check", "--manifest-path"])
        .arg(manifest);
    quietly(command)
}

/// The lock file of a workspace is there, and holds all that the manifest asks for.
fn locked(manifest: &Path) -> Proof {
    let mut command = Command::new("cargo");
    command
        .args([
            "metadata",
            "--quiet",
            "--locked",
            "--format-version",
            "1",
            "--manifest-path",
        ])
        .arg(manifest);
    quietly(command)
}

/// Licences, sources and bans, by cargo-deny.
fn deny(course: &Course, manifest: &Path) -> Proof {
    let installed = Command::new("cargo-deny")
        .arg("--version")
        .output()
        .is_ok_and(|output| output.status.success());
    if !installed {
        let words = t!("verify.install", what = "cargo install --locked cargo-deny");
        return if strict() {
            Err(words)
        } else {
            xtask::check::print_quietly(&format!("    {words}\n")).map_err(|stop| stop.message)
        };
    }
    // It reads every crate of the lock file, also those that this system never compiles. Without a network those that are there must do.
    let _ = Command::new("cargo")
        .args(["fetch", "--quiet", "--locked", "--manifest-path"])
        .arg(manifest)
        .output();
    let mut command = Command::new("cargo-deny");
    // Only errors: an exception that one of the two workspaces does not need is no fault of it.
    command
        .args(["--log-level", "error", "--offline", "--config"])
        .arg(course.root.join("deny.toml"));
    command
        .arg("--manifest-path")
        .arg(manifest)
        .args(["check", "bans", "licenses", "sources"]);
    quietly(command)
}
