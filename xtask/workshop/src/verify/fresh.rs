//! Proves a fresh copy: without the reference, in a folder with an awkward name, offline, without a terminal, killed and
//! started again; and then, with the reference, every shell line of README.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use super::{Ledger, Proof};
use xtask::course::Course;
use xtask::exit;
use xtask::t;

/// What a hand-out lacks.
const KEPT_BACK: [&str; 3] = ["solutions", "tests/mutants", "tests/hidden"];

/// A name that breaks whatever forgets to quote.
const AWKWARD: &str = "a course's copy, Übung 一";

/// Proves the copy.
pub(crate) fn prove(course: &Course, ledger: &mut Ledger) {
    let dir = course.work_dir().join("fresh").join(AWKWARD);
    let mut copied = Ok(());
    ledger.prove(&t!("verify.copy"), || {
        copied = copy(course, &dir);
        copied.clone()
    });
    if copied.is_err() {
        return;
    }
    let copy = Copy { dir: &dir };
    let Some(lab) = course.labs.first() else { return };
    let stage = &lab.stages[0].name;
    let (id, of) = (&*lab.id, lab.stages.len());
    ledger.prove(&t!("verify.fresh_check", lab = id), || {
        let output = copy.xtask(&["check", id])?;
        status(&output, exit::FAILED)?;
        contains(&output, &t!("show.untouched", stages = of))?;
        plain(&output)
    });
    ledger.prove(&t!("verify.fresh_killed"), || killed(&copy, id, of));
    ledger.prove(&t!("verify.fresh_no_width"), || {
        let line = format!("stty cols 0 2>/dev/null; cargo xtask check {id}");
        let mut command = copy.command("script");
        command.args(["--quiet", "--return", "--command", &line, "/dev/null"]);
        status(&output(command)?, exit::FAILED)
    });
    let stage_name = format!("{id}.{stage}");
    let calls: [(&[&str], u8); 11] = [
        (&[], exit::OK),
        (&["check", id, "--json"], exit::FAILED),
        (&["check", "no-such-lab"], exit::USAGE),
        (&["hint", &stage_name], exit::OK),
        (&["reset", id], exit::OK),
        (&["completions", "bash"], exit::OK),
        (&["check", id, "--seed", "1"], exit::NO_REFERENCE),
        (&["check", id, "--solution"], exit::NO_REFERENCE),
        (&["diff", id, "--yes"], exit::NO_REFERENCE),
        (&["catch-up", &format!("{id}.2")], exit::NO_REFERENCE),
        (&["verify"], exit::NO_REFERENCE),
    ];
    for (args, expected) in calls {
        ledger.prove(
            &t!("verify.fresh_call", call = args.join(" "), status = expected),
            || {
                let output = copy.xtask(args)?;
                plain(&output)?;
                status(&output, expected)
            },
        );
    }
    ledger.prove(&t!("verify.fresh_whole"), || whole(course, &dir));
    match readme_lines(&course.root.join("README.md")) {
        Ok(lines) => {
            for line in lines {
                ledger.prove(&t!("verify.readme", line = line), || copy.shell(&line));
            }
        }
        Err(words) => ledger.prove("README.md", || Err(words)),
    }
    let _ = fs::remove_dir_all(course.work_dir().join("fresh"));
}

/// A copy of the course in which commands are run.
struct Copy<'a> {
    dir: &'a Path,
}

impl Copy<'_> {
    /// A command in the copy: offline, without colour, with a home that cannot be written.
    fn command(&self, program: &str) -> Command {
        let home = PathBuf::from(std::env::var_os("HOME").unwrap_or_default());
        let keep = |name: &str, folder: &str| {
            std::env::var_os(name).map_or_else(|| home.join(folder), PathBuf::from)
        };
        let mut command = Command::new(program);
        for (name, _) in std::env::vars_os() {
            // What cargo set for this process belongs to this copy of the course, not to that one.
            if name.to_str().is_some_and(|name| {
                name.starts_with("CARGO") && name != "CARGO_HOME" || name.starts_with("COURSE_")
            }) {
                command.env_remove(name);
            }
        }
        command
            .env("CARGO_HOME", keep("CARGO_HOME", ".cargo"))
            .env("RUSTUP_HOME", keep("RUSTUP_HOME", ".rustup"));
        command
            .env("HOME", "/proc")
            .env("CARGO_NET_OFFLINE", "true")
            .env("NO_COLOR", "1");
        command.current_dir(self.dir).stdin(Stdio::null());
        command
    }

    fn xtask(&self, args: &[&str]) -> Result<Output, String> {
        let mut command = self.command("cargo");
        command.arg("xtask").args(args);
        output(command)
    }

    /// Runs a line of README as a reader would. Grading an unsolved lab ends in 1, which is no fault of the line.
    fn shell(&self, line: &str) -> Proof {
        let mut command = self.command("bash");
        command.args(["-c", line]);
        let output = output(command)?;
        match output.status.code() {
            Some(0 | 1) => Ok(()),
            _ => status(&output, exit::OK),
        }
    }
}

fn output(mut command: Command) -> Result<Output, String> {
    command.output().map_err(|error| format!("{command:?}: {error}"))
}

/// Copies what git tracks, as the work tree holds it, without what a hand-out lacks.
fn copy(course: &Course, dir: &Path) -> Proof {
    let _ = fs::remove_dir_all(dir);
    for path in tracked(course)? {
        if !KEPT_BACK.iter().any(|back| path.starts_with(back)) {
            copy_file(&course.root.join(&path), &dir.join(&path))?;
        }
    }
    Ok(())
}

/// Adds what [`copy`] left out.
fn whole(course: &Course, dir: &Path) -> Proof {
    for path in tracked(course)? {
        if KEPT_BACK.iter().any(|back| path.starts_with(back)) {
            copy_file(&course.root.join(&path), &dir.join(&path))?;
        }
    }
    Ok(())
}

fn copy_file(from: &Path, to: &Path) -> Proof {
    let named = |path: &Path, error: std::io::Error| format!("{}: {error}", path.display());
    if let Some(parent) = to.parent() {
        fs::create_dir_all(parent).map_err(|error| named(parent, error))?;
    }
    fs::copy(from, to).map(|_| ()).map_err(|error| named(from, error))
}

fn tracked(course: &Course) -> Result<Vec<PathBuf>, String> {
    let mut command = Command::new("git");
    command
        .args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"])
        .current_dir(&course.root);
    let output = output(command)?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into_owned());
    }
    let names = String::from_utf8_lossy(&output.stdout).into_owned();
    Ok(names
        .split_terminator('\0')
        .map(PathBuf::from)
        .filter(|path| course.root.join(path).is_file())
        .collect())
}

/// Killed at several moments, `check` starts again as if nothing had been.
fn killed(copy: &Copy<'_>, lab: &str, stages: usize) -> Proof {
    for moment in [20, 60, 120, 200] {
        let mut command = copy.command("cargo");
        command
            .args(["xtask", "check", lab])
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        // In a group of its own, so that what is killed is the whole of it: cargo, xtask and its children.
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
        let mut child = command.spawn().map_err(|error| error.to_string())?;
        let started = Instant::now();
        while started.elapsed() < Duration::from_millis(moment)
            && child.try_wait().is_ok_and(|ended| ended.is_none())
        {
            std::thread::yield_now();
        }
        let group = rustix::process::Pid::from_child(&child);
        let _ = rustix::process::kill_process_group(group, rustix::process::Signal::KILL);
        let _ = child.wait();
    }
    let output = copy.xtask(&["check", lab])?;
    status(&output, exit::FAILED)?;
    contains(&output, &t!("show.untouched", stages = stages))?;
    let runs = fs::read_dir(copy.dir.join("target/course/runs"))
        .into_iter()
        .flatten()
        .count();
    if runs == 0 {
        Ok(())
    } else {
        Err(t!("verify.left_behind", count = runs))
    }
}

fn status(output: &Output, expected: u8) -> Proof {
    if output.status.code() == Some(i32::from(expected)) {
        return Ok(());
    }
    let said = [&*output.stdout, &*output.stderr].concat();
    Err(format!("{}\n{}", output.status, String::from_utf8_lossy(&said)))
}

fn contains(output: &Output, words: &str) -> Proof {
    let said = String::from_utf8_lossy(&output.stdout);
    if said.contains(words) {
        Ok(())
    } else {
        Err(t!("verify.not_said", words = words, said = said))
    }
}

/// Nothing that is written to a pipe holds a terminal's escapes.
fn plain(output: &Output) -> Proof {
    let escape = output.stdout.contains(&0x1b) || output.stderr.contains(&0x1b);
    if escape { Err(t!("verify.escapes")) } else { Ok(()) }
}

/// The lines of README's `sh` blocks that can be run in a copy: not those that fetch one, nor the proof that runs this.
fn readme_lines(path: &Path) -> Result<Vec<String>, String> {
    let text = fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
    let mut lines = Vec::new();
    let mut inside = false;
    for line in text.lines() {
        match line.trim() {
            "```sh" => inside = true,
            "```" => inside = false,
            line if inside && !line.is_empty() && !line.starts_with('#') => lines.push(line.to_owned()),
            _ => {}
        }
    }
    if lines.is_empty() {
        return Err(t!("verify.no_lines"));
    }
    lines.retain(|line| {
        !["git clone", "cd ", "cargo xtask verify", "cargo xtask watch"]
            .iter()
            .any(|start| line.starts_with(start))
    });
    Ok(lines)
}
