//! The outer cell around a suite's process, and the one around a build.

use std::ffi::OsStr;
use std::fs;
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus};
use std::time::Duration;

use rustix::mount::{MountPropagationFlags, mount_change};
use rustix::process::{getpid, set_child_subreaper};
use rustix::thread::UnshareFlags;

use super::first::{NUMBER, TMP, USERS};
use super::limits::Limits;
use super::making::Tools;
use super::settle::{settle, unlock};
use super::spec::{Needs, Spec, stand_in};
use super::watcher::{Most, end_the_rest, until_ended};
use super::words::Words;
use super::{Doing, Result, at, identity, loopback, show, view, wrong};
use crate::cell::{Broken, sys, user};

/// What a case's cell as a whole may use beyond a program of it: other programs, programs of the system, a database.
const OTHERS_MIB: u64 = 1536;
const OTHER_PROCESSES: u64 = 128;
const OTHER_FILES_MIB: u64 = 512;

/// The namespaces of both outer cells besides that of users.
fn namespaces() -> UnshareFlags {
    UnshareFlags::NEWPID | UnshareFlags::NEWNET | UnshareFlags::NEWIPC | UnshareFlags::NEWUTS
}

/// Runs one case of a suite.
pub(super) fn case(words: &Words) -> Result<u8> {
    let report = PathBuf::from(variable("COURSE_REPORT")?);
    let spec = prepare(words)?;
    if let Some(uid) = words.uid {
        let uid = if words.namespaces {
            uid
        } else {
            user::of_this_process(uid)
        };
        let base = spec.scratch.parent().unwrap_or(&spec.scratch);
        show::give(uid, &[base, &spec.scratch, &spec.root, &spec.faults])?;
        let launcher = std::env::current_exe().doing(|| "finding this program".to_owned())?;
        let suite = PathBuf::from(&words.program);
        let mut paths: Vec<&Path> = words.show.iter().map(PathBuf::as_path).collect();
        let others = [base, &*spec.programs, &*suite, &*launcher];
        paths.extend(
            others
                .iter()
                .filter(|path| !words.show.iter().any(|shown| path.starts_with(shown))),
        );
        show_to(uid, &paths)?;
        identity::become_user(uid)?;
    }
    separate(words)?;
    let mut command = again("first", words)?;
    command.env("COURSE_BIN", &spec.here).env(NUMBER, &spec.suite);
    if spec.shares_tmp {
        command.env(TMP, "own").env_remove("TMPDIR");
    }
    if spec.namespaces && spec.needs.looks {
        command.env(USERS, &spec.users);
    }
    let mut child = command.spawn().doing(|| "starting the suite".to_owned())?;
    let Limits {
        memory_mib,
        processes,
        file_mib,
        ..
    } = spec.limits;
    let most = Most {
        wall: None,
        processes: usize::try_from(processes * 4 + OTHER_PROCESSES).unwrap_or(usize::MAX),
        memory_kib: (memory_mib * 2 + OTHERS_MIB) << 10,
        folders: vec![spec.scratch.clone()],
        bytes: (file_mib * 2 + OTHER_FILES_MIB) << 20,
        with_first: false,
    };
    let (status, broken) = until_ended(&mut child, &most)?;
    if !words.namespaces {
        end_the_rest();
    }
    unlock(&spec.scratch);
    settle(&report, &spec.faults, broken)?;
    Ok(code(status))
}

/// Makes what the inner cells need, beside the case's folder.
fn prepare(words: &Words) -> Result<Spec> {
    let scratch = PathBuf::from(variable("COURSE_SCRATCH")?);
    let base = scratch
        .parent()
        .ok_or_else(|| wrong("preparing a case", "its folder has no parent"))?;
    let limits = variable("COURSE_LIMITS")?;
    let limits = Limits::parse(&limits.to_string_lossy())
        .ok_or_else(|| wrong("reading COURSE_LIMITS", "malformed"))?;
    let spec = Spec {
        namespaces: words.namespaces,
        needs: Needs::of(&words.lab),
        limits,
        programs: variable("COURSE_BIN")?.into(),
        here: base.join("bin"),
        root: base.join("root"),
        faults: base.join("faults"),
        suite: base.join("suite"),
        users: base.join("users"),
        shares_tmp: words.namespaces && !under_tmp(words, base)?,
        scratch: scratch.clone(),
    };
    stand_in(&spec.programs, &spec.here)?;
    fs::create_dir_all(&spec.root).doing(at("making", &spec.root))?;
    fs::write(&spec.faults, "").doing(at("making", &spec.faults))?;
    spec.write()?;
    Ok(spec)
}

/// Whether something that the suite needs lies in `/tmp`, so that it has to keep the machine's.
fn under_tmp(words: &Words, base: &Path) -> Result<bool> {
    let launcher = std::env::current_exe().doing(|| "finding this program".to_owned())?;
    let programs = PathBuf::from(variable("COURSE_BIN")?);
    let mut needed = words.show.iter().map(PathBuf::as_path).chain([
        base,
        &*launcher,
        &*programs,
        Path::new(&words.program),
    ]);
    Ok(needed.any(|path| path.starts_with("/tmp")))
}

fn variable(name: &str) -> Result<std::ffi::OsString> {
    std::env::var_os(name).ok_or_else(|| wrong(format!("reading {name}"), "it is not set"))
}

/// Shows paths to the user, in a mount namespace that only this process and its children have.
fn show_to(uid: u32, paths: &[&Path]) -> Result {
    if !paths.iter().any(|path| show::is_closed(uid, path)) {
        return Ok(());
    }
    sys::unshare(UnshareFlags::NEWNS).doing(|| "unsharing mounts".to_owned())?;
    let all = MountPropagationFlags::PRIVATE | MountPropagationFlags::REC;
    mount_change("/", all).doing(|| "making mounts private".to_owned())?;
    show::to_user(uid, paths)
}

/// Makes the outer cell, for the next process that this one starts.
fn separate(words: &Words) -> Result {
    match words.namespaces {
        true => {
            identity::enter_namespaces(namespaces())?;
            loopback::up()?;
            identity::hand_on_capabilities()
        }
        false => set_child_subreaper(Some(getpid())).doing(|| "becoming a subreaper".to_owned()),
    }
}

/// This program once more, with the same words.
fn again(verb: &str, words: &Words) -> Result<Command> {
    let launcher = std::env::current_exe().doing(|| "finding this program".to_owned())?;
    let mut command = Command::new(launcher);
    command
        .arg(verb)
        .args(&words.given)
        .arg("--")
        .arg(&words.program)
        .args(&words.args);
    Ok(command)
}

/// The exit status to hand on: a signal as a shell counts it.
fn code(status: ExitStatus) -> u8 {
    let code = status
        .code()
        .or_else(|| Some(128 + status.signal()?))
        .unwrap_or(255);
    u8::try_from(code & 0xff).unwrap_or(255)
}

/// Runs one build.
pub(super) fn build(words: &Words) -> Result<u8> {
    identity::die_with_parent()?;
    let tools = Tools::find(&words.program)?;
    let inner: Vec<PathBuf> = words
        .private
        .iter()
        .flat_map(|dir| [dir.clone(), dir.join("files"), dir.join("work")])
        .collect();
    for dir in &inner {
        fs::create_dir_all(dir).doing(at("making", dir))?;
    }
    if let Some(uid) = words.uid {
        let owned: Vec<&Path> = words.write.iter().chain(&inner).map(PathBuf::as_path).collect();
        for dir in owned {
            show::give_folders(uid, dir)?;
        }
        let mut paths: Vec<&Path> = words
            .read
            .iter()
            .chain(&words.write)
            .chain(&words.private)
            .chain(&words.shared)
            .map(PathBuf::as_path)
            .collect();
        let launcher = std::env::current_exe().doing(|| "finding this program".to_owned())?;
        paths.extend([&*tools.toolchain, &*tools.home, &*launcher]);
        show_to(uid, &outermost(&paths))?;
        identity::become_user(uid)?;
        identity::die_with_parent()?;
    }
    if let (Some(shared), Some(private)) = (&words.shared, &words.private)
        && (words.copy || !words.namespaces)
    {
        copy_once(shared, &private.join("files"))?;
    }
    separate(words)?;
    let mut command = again("make", words)?;
    command.env("CARGO_HOME", &tools.home);
    if Path::new(&words.program) == OsStr::new("cargo") {
        command.env("PATH", path_with(&tools.toolchain.join("bin")));
    }
    let mut child = command.spawn().doing(|| "starting the build".to_owned())?;
    let most = Most {
        wall: Some(Duration::from_millis(words.wall_ms)),
        processes: 256,
        memory_kib: words.memory_mib << 10,
        folders: words
            .write
            .iter()
            .cloned()
            .chain(words.private.iter().map(|dir| dir.join("files")))
            .collect(),
        bytes: words.size_mib << 20,
        with_first: true,
    };
    let (status, broken) = until_ended(&mut child, &most)?;
    if !words.namespaces {
        end_the_rest();
    }
    if let Some(private) = &words.private {
        unlock(&private.join("work"));
    }
    Ok(broken.map_or_else(|| code(status), Broken::status))
}

/// Lays the private folder over the shared one, as a build would, and says whether that can be done.
pub(super) fn layer(words: &Words) -> Result<u8> {
    let (Some(shared), Some(private)) = (&words.shared, &words.private) else {
        return Err(wrong("laying folders", "none is named"));
    };
    let (upper, work) = (private.join("files"), private.join("work"));
    if let Some(uid) = words.uid {
        show::give(uid, &[shared, private, &upper, &work])?;
        show_to(uid, &[shared, private])?;
        identity::become_user(uid)?;
    }
    identity::enter_namespaces(UnshareFlags::NEWNS)?;
    view::overlay(shared, &upper, &work, shared)?;
    fs::write(shared.join("new"), "").doing(at("writing below", shared))?;
    unlock(private);
    Ok(0)
}

/// Those of `paths` that are in no other of them.
fn outermost<'p>(paths: &[&'p Path]) -> Vec<&'p Path> {
    let inside = |path: &Path| {
        paths
            .iter()
            .any(|other| *other != path && path.starts_with(other))
    };
    let mut outer: Vec<&Path> = paths.iter().copied().filter(|path| !inside(path)).collect();
    outer.sort();
    outer.dedup();
    outer
}

fn path_with(dir: &Path) -> std::ffi::OsString {
    let mut path = dir.as_os_str().to_owned();
    path.push(":");
    path.push(std::env::var_os("PATH").unwrap_or_default());
    path
}

/// Copies a build folder, with the times of its files, which cargo looks at; once.
fn copy_once(shared: &Path, private: &Path) -> Result {
    let empty = fs::read_dir(private)
        .doing(at("reading", private))?
        .next()
        .is_none();
    if !empty {
        return Ok(());
    }
    let from = shared.join(".");
    let status = Command::new("cp")
        .args(["-a", "--reflink=auto", "--no-preserve=ownership"])
        .arg(&from)
        .arg(private)
        .status();
    match status.doing(at("copying", shared))?.success() {
        true => Ok(()),
        false => Err(wrong(at("copying", shared)(), "cp failed")),
    }
}
