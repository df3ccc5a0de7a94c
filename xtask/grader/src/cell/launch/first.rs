//! Becoming the suite, in the outer cell.

use std::fs;
use std::io::{Read, Write};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, Stdio};

use rustix::mount::{MountPropagationFlags, mount_bind, mount_change};
use rustix::process::setsid;
use rustix::thread::UnshareFlags;

use super::spec::Needs;
use super::words::Words;
use super::{Doing, Failed, Result, at, identity, view, walls};
use crate::cell::sys;

/// The variable that names the file for the suite's number.
pub(super) const NUMBER: &str = "CELL_SUITE";

/// The variable that names the file for a user namespace which all programs share.
pub(super) const USERS: &str = "CELL_USERS";

/// The variable that says that the suite has a `/tmp` of its own.
pub(super) const TMP: &str = "CELL_TMP";

/// What that holds at most, in MiB.
const TMP_MIB: u64 = 256;

/// Becomes the suite. In tier A this is the first process of its pid namespace.
pub(super) fn suite(words: &Words) -> Result<u8> {
    match words.namespaces {
        true => own_mounts()?,
        // Where programs may signal each other, their own walls cannot keep signals in.
        false if Needs::of(&words.lab).signals => walls::keep_signals_in()?,
        false => {}
    }
    // In a session of its own nobody has a terminal, also not the one that the grader was started from.
    setsid().doing(|| "leaving the session".to_owned())?;
    if let Some(file) = std::env::var_os(NUMBER) {
        let file = Path::new(&file);
        fs::write(file, std::process::id().to_string()).doing(at("writing", file))?;
    }
    identity::drop_capabilities(false)?;
    identity::die_with_parent()?;
    let error = Command::new(&words.program)
        .args(&words.args)
        .env_remove(NUMBER)
        .exec();
    Err(Failed {
        doing: at("becoming", Path::new(&words.program))(),
        source: error,
    })
}

/// Puts the `/proc` of this process' pid namespace in the place of the other one, and what else the case has of its own.
fn own_mounts() -> Result {
    private_mounts()?;
    view::mount_proc(Path::new("/proc"))?;
    view::own_terminals()?;
    if std::env::var_os(TMP).is_some() {
        view::own_tmp(Path::new("/tmp"), TMP_MIB)?;
    }
    match std::env::var_os(USERS) {
        Some(file) => keep_users(Path::new(&file)),
        None => Ok(()),
    }
}

/// Makes a user namespace for all programs of the case, and lets `file` stand for it.
///
/// It is made by a process that ends again: what is mounted keeps the namespace.
fn keep_users(file: &Path) -> Result {
    let what = || "making a user namespace for the programs".to_owned();
    fs::write(file, "").doing(at("making", file))?;
    let program = std::env::current_exe().doing(what)?;
    let mut command = Command::new(program);
    command
        .args(["hold", "--", "users"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped());
    let mut holder = command.spawn().doing(what)?;
    let mut answer = [0];
    let told = holder
        .stdout
        .take()
        .map_or(Ok(()), |mut pipe| pipe.read_exact(&mut answer));
    told.doing(what)?;
    mount_bind(format!("/proc/{}/ns/user", holder.id()), file).doing(at("keeping", file))?;
    drop(holder.stdin.take());
    holder.wait().doing(what)?;
    Ok(())
}

/// Makes a user namespace, says so, and stays until nobody needs this process any more.
pub(super) fn hold() -> Result<u8> {
    let what = || "holding a user namespace".to_owned();
    identity::enter_namespaces(UnshareFlags::empty())?;
    std::io::stdout()
        .write_all(b".")
        .and_then(|()| std::io::stdout().flush())
        .doing(what)?;
    std::io::copy(&mut std::io::stdin(), &mut std::io::sink()).doing(what)?;
    Ok(0)
}

/// Makes a mount namespace of this process' own.
pub(super) fn private_mounts() -> Result {
    sys::unshare(UnshareFlags::NEWNS).doing(|| "unsharing mounts".to_owned())?;
    let all = MountPropagationFlags::PRIVATE | MountPropagationFlags::REC;
    mount_change("/", all).doing(|| "making mounts private".to_owned())
}
