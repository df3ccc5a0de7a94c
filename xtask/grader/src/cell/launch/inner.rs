//! The inner cell: this process puts it around itself and becomes a program of the student.

use std::ffi::{OsStr, OsString};
use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, Write};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use rustix::thread::UnshareFlags;

use super::filter::Filter;
use super::first::private_mounts;
use super::spec::Spec;
use super::view::{ETC, Proc, SYSTEM, View};
use super::walls::Walls;
use super::{Doing, Failed, Result, at, identity, limits};

/// What `/tmp` and `/dev/shm` hold at most, in MiB.
const TMP_MIB: u64 = 64;

/// Enters the cell and becomes the program `name`, with the arguments that this process was given.
///
/// What goes wrong is written down where the outer cell finds it, since the student's program might end with any status.
pub(super) fn become_program(spec: &Spec, name: &OsStr, args: Vec<OsString>) -> Result<u8> {
    let opened = OpenOptions::new().append(true).open(&spec.faults);
    if !spec.namespaces
        && opened
            .as_ref()
            .is_err_and(|error| error.kind() == ErrorKind::PermissionDenied)
    {
        // A program in a cell has started another one, by the name that the suite told it. It is in the cell already.
        return Err(exec(&spec.programs.join(name), args));
    }
    let mut faults = opened.doing(at("opening", &spec.faults))?;
    let failed = match enter(spec) {
        Ok(dir) => exec(&dir.join(name), args),
        Err(failed) => failed,
    };
    note(&mut faults, &failed);
    Err(failed)
}

fn note(faults: &mut File, failed: &Failed) {
    // The status of this process still says that something went wrong.
    let _ = writeln!(faults, "{failed}");
}

/// Puts the cell around this process, and returns the folder where the real programs are now.
fn enter(spec: &Spec) -> Result<PathBuf> {
    let dir = match spec.namespaces {
        true => {
            match spec.needs.looks && identity::join_users(&spec.users).is_ok() {
                true => private_mounts()?,
                false => identity::enter_namespaces(UnshareFlags::NEWNS)?,
            }
            view(spec).enter()?;
            spec.limits.set(0)?;
            spec.here.clone()
        }
        false => {
            spec.limits.set(limits::tasks_of_this_user())?;
            spec.programs.clone()
        }
    };
    // The number of the suite is of use as long as its file can be read.
    let guarded = match spec.namespaces {
        true => None,
        false => spec.suite_pid().map(|pid| (pid, group_of(pid).unwrap_or(pid))),
    };
    identity::drop_capabilities(true)?;
    raise_walls(spec)?;
    Filter {
        needs: spec.needs,
        guarded,
    }
    .apply()?;
    Ok(dir)
}

fn view(spec: &Spec) -> View<'_> {
    let tmp = Path::new("/tmp");
    let mut write: Vec<(&Path, &Path)> = vec![(&spec.scratch, &spec.scratch)];
    if spec.shares_tmp {
        write.push((tmp, tmp));
    }
    View {
        root: &spec.root,
        read: vec![(&spec.programs, &spec.here)],
        write,
        own_tmp: !spec.shares_tmp,
        over: None,
        // Who is the first process of a namespace, made by a program of the system, needs to see itself.
        proc: match rustix::process::getpid().is_init() {
            true => Proc::Seen,
            false => Proc::HideFirst,
        },
        tmp_mib: TMP_MIB,
    }
}

fn raise_walls(spec: &Spec) -> Result {
    let (tmp, shm) = (Path::new("/tmp"), Path::new("/dev/shm"));
    if spec.namespaces && spec.needs.looks {
        // Landlock lets nobody look into a process outside of its own walls, and every program has walls of its own. The view is left.
        return Ok(());
    }
    if spec.namespaces {
        return Walls {
            read: vec![Path::new("/")],
            write: vec![&spec.scratch, tmp, shm],
            no_tcp: !spec.needs.tcp,
            terminals: true,
            ..Walls::default()
        }
        .raise();
    }
    let etc: Vec<PathBuf> = ETC.iter().map(|name| Path::new("/etc").join(name)).collect();
    let mut read: Vec<&Path> = SYSTEM.iter().map(Path::new).collect();
    read.extend(etc.iter().map(PathBuf::as_path));
    read.extend([Path::new("/proc"), &*spec.programs, &*spec.here]);
    Walls {
        read,
        write: vec![&spec.scratch],
        no_tcp: !spec.needs.tcp,
        terminals: false,
        alone: !spec.needs.signals,
        no_abstract_sockets: !spec.needs.signals,
    }
    .raise()
}

/// The process group of `pid`.
fn group_of(pid: i32) -> Option<i32> {
    let group = rustix::process::getpgid(rustix::process::Pid::from_raw(pid)).ok()?;
    Some(group.as_raw_nonzero().get())
}

/// Becomes `program`; returns only where that fails.
fn exec(program: &Path, args: Vec<OsString>) -> Failed {
    let mut args = args.into_iter();
    let mut command = Command::new(program);
    if let Some(name) = args.next() {
        command.arg0(name);
    }
    command.args(args);
    // Some suites hand their whole environment on, and in it the grader's.
    for (name, _) in std::env::vars_os() {
        let name_text = name.to_string_lossy();
        if ["COURSE_", "INSTA_", "CARGO", "RUSTUP_", "RUSTC"]
            .iter()
            .any(|own| name_text.starts_with(own))
        {
            command.env_remove(&name);
        }
    }
    Failed {
        doing: at("becoming", program)(),
        source: command.exec(),
    }
}
