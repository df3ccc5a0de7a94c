//! The calls for which there is no safe function, each in one that is.

#![expect(unsafe_code, reason = "these are the calls for which this file exists")]

use std::io;
use std::os::unix::process::CommandExt as _;
use std::process::Command;

use nix::libc;
use nix::unistd::{Gid, Uid, setgid, setgroups, setuid};

/// Lets `command` run as somebody else, with these groups. That needs a process that is root.
///
/// [`CommandExt::uid`] would leave it without any group but one, and `CommandExt::groups` is not there yet
/// (<https://github.com/rust-lang/rust/issues/90747>). A command like this is started by fork(2), since posix_spawn(3) knows of no users.
///
/// Source: initgroups(3), signal-safety(7).
///
/// [`CommandExt::uid`]: std::os::unix::process::CommandExt::uid
pub(super) fn run_as(command: &mut Command, user: Uid, group: Gid, groups: Vec<Gid>) {
    // The groups come first: whoever is not root any more may not change them.
    let become_them = move || {
        setgroups(&groups)?;
        setgid(group)?;
        setuid(user)?;
        Ok(())
    };
    // SAFETY: between fork and exec only three calls of the kernel are made, with what was allocated before. None of them takes a lock that
    // another thread could have held, since the C library knows after fork(2) that this thread is the only one.
    unsafe { command.pre_exec(become_them) };
}

/// Keeps every descriptor but the first three from what this process starts. Its own are kept from there anyway, but whoever has started it may
/// have left some open.
///
/// # Errors
/// What close_range(2) says: that the kernel is older than 5.11, for instance.
pub(super) fn keep_descriptors() -> io::Result<()> {
    // SAFETY: no descriptor is closed here, and no memory is touched.
    match unsafe { libc::close_range(3, u32::MAX, libc::CLOSE_RANGE_CLOEXEC as libc::c_int) } {
        0 => Ok(()),
        _ => Err(io::Error::last_os_error()),
    }
}
