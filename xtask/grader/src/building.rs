//! Building what students wrote: third-party crates once for the class, each submission in a folder of its own.
//!
//! A *base* is a target folder in which a lab's dependencies are built and the lab itself is not. Each submission gets a copy of it, whose
//! files are links to the same bytes, and builds in there. So nothing that was ever made of one submission is where another is
//! built, and cargo cannot take the one for the other, whatever their names, paths and times.

use std::fs::{self, File};
use std::os::unix::fs::chown;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use rustix::process::{Pid, test_kill_process};
use xtask::cargo;
use xtask::course::{Course, Lab};
use xtask::exit::{FAULT, Result, Stop};
use xtask::subject::{Files, Subject, write};
use xtask::tree;

use crate::cell::{self, Broken, Building, Cell};
use crate::model::Build;
use crate::prints;

/// The longest that a submission may take to compile, over crates that are compiled already.
const WALL: Duration = Duration::from_secs(300);

/// The most memory of a build, in MiB.
const MEMORY_MIB: u64 = 3 << 10;

/// The most that a build may write, in MiB.
const SIZE_MIB: u64 = 1 << 10;

/// What submissions of one lab are built upon.
#[derive(Debug)]
pub(crate) struct Base {
    /// Workspace and target folder of the dependencies.
    dir: PathBuf,
    package: String,
}

/// A submission that was built. Its folder goes when nobody needs it any more.
#[derive(Debug)]
pub(crate) struct Built {
    pub(crate) programs: std::collections::BTreeMap<String, PathBuf>,
    _dir: Folder,
}

impl Base {
    /// Builds the dependencies of a lab, unless that is done.
    pub(crate) fn of(course: &Course, lab: &Lab, toolchain: &str) -> Result<Self> {
        let starter = tree::read(&course.starter_dir(lab))?;
        let lock = course.root.join("Cargo.lock");
        let mut parts = vec![String::from(toolchain), prints::of_files(&starter)];
        parts.push(fs::read_to_string(&lock).map_err(|error| Stop::io(&lock, error))?);
        for earlier in course.earlier(lab) {
            parts.push(prints::of_files(&tree::read(&course.solution_dir(earlier)?)?));
        }
        let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
        let bases = course.work_dir().join("grader/bases");
        let dir = bases.join(format!("{}-{}", lab.id, prints::key(&parts)));
        let base = Self {
            dir: dir.clone(),
            package: lab.package.clone(),
        };
        fs::create_dir_all(&bases).map_err(|error| Stop::io(&bases, error))?;
        // Two gradings may begin at the same time; the second waits for the first.
        let gate = bases.join("lock");
        let gate = File::create(&gate).map_err(|error| Stop::io(&gate, error))?;
        gate.lock().map_err(|error| Stop::io(&bases, error))?;
        if !dir.is_dir() {
            let draft = Folder::new(&bases)?;
            base.make(course, lab, &starter, &draft.0)?;
            fs::rename(&draft.0, &dir).map_err(|error| Stop::io(&dir, error))?;
        }
        Ok(base)
    }

    fn make(&self, course: &Course, lab: &Lab, starter: &Files, draft: &Path) -> Result {
        stage(course, lab, starter, "base", draft)?;
        let mut command = self.cargo(course, draft);
        command.arg("--bins");
        let built = cargo::build_as(command, lab)?;
        if built.programs.is_none() {
            return Err(Stop::new(
                FAULT,
                format!("{}: the starter does not compile\n{}", lab.id, built.diagnostics),
            ));
        }
        // What was made of the starter itself is in nobody's way, and in nobody's copy.
        let mut clean = Command::new(cargo_program());
        clean.args(["clean", "--quiet", "--offline", "--package", &self.package]);
        clean.arg("--manifest-path").arg(draft.join("Cargo.toml"));
        clean.arg("--target-dir").arg(draft.join("target"));
        let output = clean
            .output()
            .map_err(|error| Stop::failed(format!("cargo clean: {error}")))?;
        if output.status.success() {
            Ok(())
        } else {
            Err(Stop::new(FAULT, String::from_utf8_lossy(&output.stderr)))
        }
    }

    fn cargo(&self, course: &Course, dir: &Path) -> Command {
        let mut command = Command::new(cargo_program());
        command.args(["build", "--offline", "--package", &self.package]);
        command
            .arg("--manifest-path")
            .arg(dir.join("Cargo.toml"))
            .arg("--target-dir")
            .arg(dir.join("target"));
        // What the instructor's shell or cargo itself has set must not decide how a student's code is built.
        for (name, _) in std::env::vars_os() {
            let name = name.to_string_lossy();
            let kept = ["CARGO_HOME", "CARGO"].contains(&&*name);
            if !kept
                && (name.starts_with("CARGO")
                    || name.starts_with("RUSTC")
                    || name == "RUSTFLAGS"
                    || name == "RUST_BACKTRACE")
            {
                command.env_remove(&*name);
            }
        }
        command
            .env("CARGO_PROFILE_DEV_DEBUG", "0")
            .env("CARGO_TERM_COLOR", "never");
        command
            .current_dir(&course.root)
            .stdin(std::process::Stdio::null());
        command
    }

    /// Builds one submission.
    ///
    /// # Errors
    /// The grader failed: there is no room, cargo does not start, or it ends without saying what of the student's code is wrong.
    pub(crate) fn build(
        &self,
        course: &Course,
        lab: &Lab,
        files: &Files,
        cell: &Cell,
    ) -> Result<(Build, Option<Built>)> {
        let started = Instant::now();
        let units = course.work_dir().join("grader/units");
        fs::create_dir_all(&units).map_err(|error| Stop::io(&units, error))?;
        let dir = Folder::new(&units)?;
        copy_links(&self.dir.join("target"), &dir.0.join("target"), cell.uid())?;
        stage(course, lab, files, "labs", &dir.0)?;
        let (ours, lock) = (dir.0.join("Cargo.lock"), self.dir.join("Cargo.lock"));
        fs::copy(&lock, &ours).map_err(|error| Stop::io(&lock, error))?;
        let mut command = self.cargo(course, &dir.0);
        // Programs one after the other and all of them, so that always the same errors are found.
        command.args(["--bins", "--locked", "--jobs", "1", "--keep-going"]);
        let mut read = vec![dir.0.clone()];
        for earlier in course.earlier(lab) {
            read.push(course.solution_dir(earlier)?);
        }
        if read.len() > 1 {
            // They take versions and lints from the workspace that they are in.
            read.push(course.solutions()?.join("Cargo.toml"));
        }
        let place = Building {
            read,
            write: vec![dir.0.join("target")],
            layer: None,
            wall: WALL,
            memory_mib: MEMORY_MIB,
            size_mib: SIZE_MIB,
        };
        let built = cargo::build_as(cell.build(command, &place), lab)?;
        let said = in_order(&built.diagnostics).replace(&format!("{}/", dir.0.display()), "");
        let mut build = Build {
            compiles: built.programs.is_some(),
            said,
            wall_ms: started.elapsed().as_millis() as u64,
        };
        if let Some(broken) = built.status.and_then(cell::broken) {
            build.said = match broken {
                Broken::Time => format!("the compiler took longer than {} s", WALL.as_secs()),
                Broken::Memory => format!("the compiler needed more than {MEMORY_MIB} MiB"),
                Broken::Size => format!("the compiler wrote more than {SIZE_MIB} MiB"),
                Broken::Processes => String::from("the compiler started more processes than it may"),
                Broken::Fault => return Err(Stop::new(FAULT, build.said)),
            };
            return Ok((build, None));
        }
        let Some(programs) = built.programs else {
            let theirs = format!("could not compile `{}`", self.package);
            if !build.said.contains(&theirs) || build.said.contains("No space left on device") {
                return Err(Stop::new(FAULT, build.said));
            }
            return Ok((build, None));
        };
        if !programs.contains_key(&self.package) {
            return Err(Stop::new(
                FAULT,
                format!("cargo ended well without `{}`", self.package),
            ));
        }
        // Warnings of what compiles are the student's own business, and long.
        build.said.clear();
        Ok((build, Some(Built { programs, _dir: dir })))
    }
}

/// Puts what the compiler said of several programs in an order that is always the same; cargo's is not.
fn in_order(said: &str) -> String {
    let mut parts = vec![String::new()];
    for line in said.split_inclusive('\n') {
        let part = parts.len() - 1;
        parts[part].push_str(line);
        // What cargo adds when the compiler is done with one program.
        let ends = line.starts_with("error: could not compile")
            || line.starts_with("warning: `") && line.contains("` (");
        if ends {
            parts.push(String::new());
        }
    }
    let rest = parts.pop();
    parts.sort();
    parts.concat() + &rest.unwrap_or_default()
}

fn cargo_program() -> std::ffi::OsString {
    std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into())
}

/// Writes the workspace of one lab: the student's crate below `home`, all else the course's.
fn stage(course: &Course, lab: &Lab, files: &Files, home: &str, dir: &Path) -> Result {
    let name = dir.file_name().unwrap_or_default().to_string_lossy();
    let staged = Subject::stage(course, lab, &format!("grader-{name}"), files)?;
    let Subject::Staged { name, manifest, .. } = staged else {
        return Err(Stop::new(FAULT, "a staged subject is none"));
    };
    let from = manifest.parent().unwrap_or(Path::new("."));
    let member = PathBuf::from(home).join(&lab.dir);
    let moved = fs::create_dir_all(dir.join(home))
        .and_then(|()| fs::rename(from.join(&name).join(&lab.dir), dir.join(&member)));
    moved.map_err(|error| Stop::io(dir, error))?;
    let text = fs::read_to_string(&manifest).map_err(|error| Stop::io(&manifest, error))?;
    let old = PathBuf::from(&name).join(&lab.dir).display().to_string();
    let text = text.replace(
        &format!("{old:?}"),
        &format!("{:?}", member.display().to_string()),
    );
    write(&dir.join("Cargo.toml"), text.as_bytes())?;
    let lock = from.join("Cargo.lock");
    fs::copy(&lock, dir.join("Cargo.lock")).map_err(|error| Stop::io(&lock, error))?;
    fs::remove_dir_all(from).map_err(|error| Stop::io(from, error))
}

/// Makes `to` a copy of the folder `from` whose files are links to the same bytes, but for what each must have for itself: locks, and what
/// cargo remembers of the compiler. Whoever builds (`uid`) may add files and cannot change those that are shared.
fn copy_links(from: &Path, to: &Path, uid: Option<u32>) -> Result {
    let own = |path: &Path| match uid {
        Some(uid) => chown(path, Some(uid), None).map_err(|error| Stop::io(path, error)),
        None => Ok(()),
    };
    fs::create_dir_all(to).map_err(|error| Stop::io(to, error))?;
    own(to)?;
    for entry in fs::read_dir(from).map_err(|error| Stop::io(from, error))? {
        let entry = entry.map_err(|error| Stop::io(from, error))?;
        let (path, place) = (entry.path(), to.join(entry.file_name()));
        if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            copy_links(&path, &place, uid)?;
        } else if entry.file_name() == ".rustc_info.json" {
            fs::copy(&path, &place).map_err(|error| Stop::io(&place, error))?;
            own(&place)?;
        } else if entry.file_name() != ".cargo-lock" {
            fs::hard_link(&path, &place).map_err(|error| Stop::io(&place, error))?;
        }
    }
    Ok(())
}

/// A folder of this process, removed when it is dropped. Those of processes that were killed go when the next one is made.
#[derive(Debug)]
struct Folder(PathBuf);

impl Folder {
    fn new(home: &Path) -> Result<Self> {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        for entry in fs::read_dir(home)
            .map_err(|error| Stop::io(home, error))?
            .flatten()
        {
            let name = entry.file_name();
            let pid = name
                .to_str()
                .and_then(|name| name.strip_prefix("u")?.split_once('-')?.0.parse().ok());
            if pid
                .and_then(Pid::from_raw)
                .is_some_and(|pid| test_kill_process(pid).is_err())
            {
                let _ = fs::remove_dir_all(entry.path());
            }
        }
        let dir = home.join(format!(
            "u{}-{}",
            std::process::id(),
            COUNT.fetch_add(1, Ordering::Relaxed)
        ));
        fs::create_dir_all(&dir).map_err(|error| Stop::io(&dir, error))?;
        Ok(Self(dir))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_compiler_says_of_two_programs_has_one_order() {
        let one = "error[E1]: x\n\nerror: could not compile `w` (bin \"a\") due to 1 previous error\n";
        let other = "warning: y\n\nwarning: `w` (bin \"b\") generated 1 warning\n";
        let end = "the end\n";
        assert_eq!(
            in_order(&[one, other, end].concat()),
            in_order(&[other, one, end].concat())
        );
        assert_eq!(in_order(end), end);
    }
}
