//! What is done between fork and exec, for which there is no safe function.

#![expect(unsafe_code, reason = "this is the call for which this file exists")]

use std::io;
use std::os::fd::{AsRawFd as _, BorrowedFd};
use std::os::unix::process::CommandExt as _;
use std::process::Command;

use nix::libc;
use rustix::io::FdFlags;
use rustix::process::{Resource, Rlimit, setrlimit, setsid};
use rustix::thread::set_no_new_privs;

/// Lets what `command` will start be a session of its own, without any descriptor but its first three and `script`, which must be open
/// until it has started. It gets no rights that this process has not, whichever setuid program it starts, and leaves no core.
///
/// A session is a process group that nobody in it can leave for another group of ours.
///
/// Source: setsid(2), close_range(2), `PR_SET_NO_NEW_PRIVS` in prctl(2), signal-safety(7).
pub(super) fn prepare(command: &mut Command, script: BorrowedFd<'_>) {
    let script = script.as_raw_fd();
    let nothing = Rlimit {
        current: Some(0),
        maximum: Some(0),
    };
    let prepare = move || {
        setsid()?;
        // SAFETY: no descriptor is closed here, and no memory is touched.
        if unsafe { libc::close_range(3, u32::MAX, libc::CLOSE_RANGE_CLOEXEC as libc::c_int) } != 0 {
            return Err(io::Error::last_os_error());
        }
        // SAFETY: the caller keeps it open until the process has started, and this is a copy of that one.
        let script = unsafe { BorrowedFd::borrow_raw(script) };
        rustix::io::fcntl_setfd(script, FdFlags::empty())?;
        setrlimit(Resource::Core, nothing)?;
        set_no_new_privs(true)?;
        Ok(())
    };
    // SAFETY: between fork and exec only five calls of the kernel are made. None of them takes a lock or allocates.
    unsafe { command.pre_exec(prepare) };
}
