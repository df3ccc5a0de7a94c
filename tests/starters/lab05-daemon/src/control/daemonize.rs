//! Away from the terminal, and from all that was inherited.

use std::io;
use std::os::fd::BorrowedFd;
#[expect(unused_imports, reason = "`daemonize` will use them")]
use std::{env, process};

#[expect(unused_imports, reason = "`start_afresh` will use it")]
use nix::sys::signal::SigSet;
#[expect(unused_imports, reason = "`start_afresh` will use it")]
use rustix::fs::Mode;
#[expect(unused_imports, reason = "this file will use them")]
use rustix::process::{WaitOptions, setsid, umask, waitpid};

#[expect(unused_imports, reason = "the daemon will use them")]
use super::descriptors::{close_all_but, leave_stdio};
#[expect(unused_imports, reason = "`daemonize` will use it")]
use super::ready;
use super::ready::{Answer, Report};
#[expect(unused_imports, reason = "this file will use them")]
use crate::sys::{self, Forked};

/// Which of the two this process is, after [`daemonize`].
#[derive(Debug)]
pub enum Side {
    /// The one that was called. It waits until the daemon is ready, or has failed.
    Caller(Answer),
    /// The daemon. It reports.
    Daemon(Report),
}

/// Makes a daemon: a process without a terminal, that is no child of the caller's and can never get a terminal again.
///
/// In the daemon, the working directory is `/`, standard input is empty, standard output and error go to `output`, and no descriptor is
/// open but these, the report, and `kept`.
///
/// # Errors
/// What fork(2) says, to the caller. What fails later is in its [`Answer`], as `cannot become a daemon: WHY`.
///
/// Source: setsid(2), credentials(7); "SysV Daemons" in daemon(7).
#[expect(unused_variables, reason = "goes with the todo!")]
pub fn daemonize(kept: &[BorrowedFd<'_>], output: BorrowedFd<'_>) -> io::Result<Side> {
    todo!(
        "daemonize: A pipe, then fork, `setsid`, fork. The first child ends at once, and the caller waits for it, so that no zombie stays."
    )
}

/// Sets what this process and its children start with, whatever it was started with: the permissions that new files do not get; every
/// signal unblocked; and none ignored, except `SIGPIPE`, which Rust ignores here and gives back to what it starts.
///
/// # Errors
/// What the kernel says.
#[expect(unused_variables, reason = "goes with the todo!")]
pub fn start_afresh(mask: u32) -> io::Result<()> {
    todo!("daemonize: `umask`, an empty signal mask, and `sys::reset_signals`.")
}
