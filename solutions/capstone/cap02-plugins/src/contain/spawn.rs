use std::io;
use std::os::fd::{AsFd as _, AsRawFd as _};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use nix::unistd::User;
use rustix::process::geteuid;

use super::{strays, sys};
use crate::Manifest;
use crate::script::Sealed;

/// Where a plug-in finds programs.
const PATH: &str = "/usr/local/bin:/usr/bin:/bin:/usr/local/sbin:/usr/sbin:/sbin";

/// Prepares a plug-in's process.
///
/// # Errors
/// It is to run as somebody who is not there, or as whom this user may not.
pub(super) fn command(manifest: &Manifest, script: &Sealed, mark: &str) -> io::Result<Command> {
    // region:contain/command The sealed copy is executed, by its descriptor in /proc/self/fd. Nothing is inherited: see the table of variables in the chapter. sys::prepare does what is between fork and exec.
    let mut command = Command::new(format!("/proc/self/fd/{}", script.fd.as_raw_fd()));
    command
        .arg0(&manifest.script)
        .args(&manifest.arguments)
        .env_clear()
        .env("PATH", PATH)
        .env("LC_ALL", "C")
        .env("HOME", "/")
        .envs(&manifest.environment)
        .env("PLUGIN_NAME", manifest.name.as_str())
        .env("PLUGIN_SCRIPT", absolute(&manifest.script))
        .env(strays::VARIABLE, mark)
        .current_dir(manifest.folder())
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    if let Some(name) = &manifest.user {
        become_user(&mut command, name)?;
    }
    sys::prepare(&mut command, script.fd.as_fd());
    Ok(command)
    // endregion:contain/command
}

// region:contain/become
fn absolute(path: &Path) -> PathBuf {
    std::path::absolute(path).unwrap_or_else(|_| path.to_owned())
}

/// Lets a command run as somebody, with their group and no others.
fn become_user(command: &mut Command, name: &str) -> io::Result<()> {
    let user = User::from_name(name)?;
    let user = user.ok_or_else(|| io::Error::other(format!("there is no user {name}")))?;
    let own = geteuid();
    if user.uid.as_raw() == own.as_raw() {
        return Ok(());
    }
    if !own.is_root() {
        return Err(io::Error::other(format!("only root can run it as {name}")));
    }
    // Being root, it is left without any other group.
    command.uid(user.uid.as_raw()).gid(user.gid.as_raw());
    Ok(())
}
// endregion:contain/become
