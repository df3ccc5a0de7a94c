//! What the system is asked to start.

use std::env;
use std::ffi::CString;
use std::fs;
use std::io::{self, ErrorKind};
use std::os::unix::process::CommandExt as _;
use std::process::{Command, Stdio};

use nix::errno::Errno;
use nix::unistd::{User, geteuid, getgrouplist};

use super::params::Params;
use super::{NOT_EXECUTABLE, NOT_FOUND, sys};
use crate::{Code, Failure};

/// What begins like this in the environment is the server's own business.
const OWN: &[u8] = b"RPC_";

/// Makes the command of a call: in a process group of its own, its outputs piped.
///
/// As a rule the standard library starts it by posix_spawn(3), which does not copy the tables of this process's memory. It takes fork(2) for another
/// user, and where `PATH` is another one (`env`, `clear_env`) and the program has to be looked for in it; not for another folder.
///
/// # Errors
/// Why there will be none: the folder or the user.
pub(super) fn command(params: &Params) -> Result<Command, Failure> {
    let mut command = match params.shell {
        true => {
            let mut shell = Command::new("/bin/sh");
            shell.arg("-c");
            shell
        }
        false => Command::new(&params.argv[0]),
    };
    command
        .args(&params.argv[usize::from(!params.shell)..])
        .process_group(0)
        .stdin(if params.stdin {
            Stdio::piped()
        } else {
            Stdio::null()
        })
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    if params.clear_env {
        command.env_clear();
        command.envs(env::var_os("PATH").map(|path| ("PATH", path)));
    } else {
        let own = env::vars_os().map(|(name, _)| name);
        for name in own.filter(|name| name.as_encoded_bytes().starts_with(OWN)) {
            command.env_remove(name);
        }
    }
    if let Some(user) = &params.user {
        run_as(&mut command, user, params.clear_env)?;
    }
    command.envs(&params.env);
    if let Some(folder) = &params.cwd {
        // What fails when it is started says nothing about the reason: "no such file" could be the program as well.
        is_folder(folder)
            .map_err(|why| Failure::failed(format!("cannot change to {folder}: {}", plain(&why))))?;
        command.current_dir(folder);
    }
    Ok(command)
}

/// Returns what is answered if the command cannot be started.
pub(super) fn not_started(params: &Params, why: &io::Error) -> Failure {
    let program = if params.shell { "/bin/sh" } else { &params.argv[0] };
    let code = match (why.kind(), Errno::from_raw(why.raw_os_error().unwrap_or(0))) {
        (ErrorKind::NotFound, _) => NOT_FOUND,
        // Another time, or on another machine, it may well be started.
        (_, Errno::EAGAIN | Errno::ENOMEM | Errno::EMFILE | Errno::ENFILE | Errno::EPERM) => Code::FAILED,
        _ => NOT_EXECUTABLE,
    };
    Failure::new(code, format!("cannot start {program}: {}", plain(why)))
}

/// Lets the command run as a user, with all groups that the system's databases know.
fn run_as(command: &mut Command, name: &str, clear_env: bool) -> Result<(), Failure> {
    let refuse = |why: &str| Failure::new(Code::REFUSED, format!("user: {why}"));
    if !geteuid().is_root() {
        return Err(refuse(
            "only a server that is root can run commands as somebody else",
        ));
    }
    let user = User::from_name(name)
        .map_err(|why| refuse(why.desc()))?
        .ok_or_else(|| Failure::bad_params(format!("user: there is no user {name}")))?;
    let groups = CString::new(name)
        .map_err(|_| Errno::EINVAL)
        .and_then(|name| getgrouplist(&name, user.gid))
        .map_err(|why| refuse(why.desc()))?;
    sys::run_as(command, user.uid, user.gid, groups);
    if !clear_env {
        command
            .env("HOME", &user.dir)
            .env("USER", name)
            .env("LOGNAME", name);
    }
    Ok(())
}

fn is_folder(path: &str) -> io::Result<()> {
    match fs::metadata(path)?.is_dir() {
        true => Ok(()),
        false => Err(Errno::ENOTDIR.into()),
    }
}

/// Returns what an error says, without its number.
fn plain(why: &io::Error) -> String {
    match why.raw_os_error() {
        Some(number) => Errno::from_raw(number).desc().to_owned(),
        None => why.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn why_it_was_not_started_has_a_code() {
        let params = |shell| Params {
            argv: vec!["x".to_owned()],
            shell,
            ..Params::default()
        };
        for (errno, code, shell, message) in [
            (
                Errno::ENOENT,
                NOT_FOUND,
                false,
                "cannot start x: No such file or directory",
            ),
            (
                Errno::EACCES,
                NOT_EXECUTABLE,
                false,
                "cannot start x: Permission denied",
            ),
            (
                Errno::ENOEXEC,
                NOT_EXECUTABLE,
                true,
                "cannot start /bin/sh: Exec format error",
            ),
            (Errno::EAGAIN, Code::FAILED, false, "cannot start x: Try again"),
        ] {
            let failure = not_started(&params(shell), &errno.into());
            assert_eq!((failure.code, failure.message.as_str()), (code, message));
        }
    }

    #[test]
    fn a_folder_that_is_none_is_told_from_a_program_that_is_none() {
        for (folder, message) in [
            (
                "/there/is/none",
                "cannot change to /there/is/none: No such file or directory",
            ),
            ("/dev/null", "cannot change to /dev/null: Not a directory"),
        ] {
            let params = Params {
                argv: vec!["true".to_owned()],
                cwd: Some(folder.to_owned()),
                ..Params::default()
            };
            let failure = command(&params).expect_err(folder);
            assert_eq!((failure.code, failure.message.as_str()), (Code::FAILED, message));
        }
    }
}
