//! Away from the terminal, and from all that was inherited.

use std::io;
use std::os::fd::BorrowedFd;
//~daemonize #[expect(unused_imports, reason = "`daemonize` will use them")]
use std::{env, process};

//~daemonize #[expect(unused_imports, reason = "`start_afresh` will use it")]
use nix::sys::signal::SigSet;
//~daemonize #[expect(unused_imports, reason = "`start_afresh` will use it")]
use rustix::fs::Mode;
//~daemonize #[expect(unused_imports, reason = "this file will use them")]
use rustix::process::{WaitOptions, setsid, umask, waitpid};

//~daemonize #[expect(unused_imports, reason = "the daemon will use them")]
use super::descriptors::{close_all_but, leave_stdio};
//~daemonize #[expect(unused_imports, reason = "`daemonize` will use it")]
use super::ready;
use super::ready::{Answer, Report};
//~daemonize #[expect(unused_imports, reason = "this file will use them")]
use crate::sys::{self, Forked};

// region:given/side
/// Which of the two this process is, after [`daemonize`].
#[derive(Debug)]
pub enum Side {
    /// The one that was called. It waits until the daemon is ready, or has failed.
    Caller(Answer),
    /// The daemon. It reports.
    Daemon(Report),
}
// endregion:given/side

/// Makes a daemon: a process without a terminal, that is no child of the caller's and can never get a terminal again.
///
/// In the daemon, the working directory is `/`, standard input is empty, standard output and error go to `output`, and no descriptor is
/// open but these, the report, and `kept`.
///
/// # Errors
/// What fork(2) says, to the caller. What fails later is in its [`Answer`], as `cannot become a daemon: WHY`.
///
/// Source: setsid(2), credentials(7); "SysV Daemons" in daemon(7).
pub fn daemonize(kept: &[BorrowedFd<'_>], output: BorrowedFd<'_>) -> io::Result<Side> {
    // region:daemonize/daemonize A pipe, then fork, `setsid`, fork. The first child ends at once, and the caller waits for it, so that no zombie stays.
    let (report, answer) = ready::pipe()?;
    if let Forked::Parent(first) = sys::fork()? {
        // The pipe ends when the daemon's end of it is closed; so the caller must not have one.
        drop(report);
        waitpid(Some(first), WaitOptions::empty())?;
        return Ok(Side::Caller(answer));
    }
    drop(answer);
    match leave(kept, output, &report) {
        Ok(()) => Ok(Side::Daemon(report)),
        Err(error) => {
            report.failed(&format!("cannot become a daemon: {error}"));
            process::exit(1);
        }
    }
    // endregion:daemonize/daemonize
}

// region:daemonize
/// What the first child does, and then the second.
fn leave(kept: &[BorrowedFd<'_>], output: BorrowedFd<'_>, report: &Report) -> io::Result<()> {
    // A new session has no terminal. Its leader could get one by opening it; so somebody else goes on, who is no leader.
    setsid()?;
    if let Forked::Parent(_) = sys::fork()? {
        process::exit(0);
    }
    // The daemon must not keep a file system busy that somebody wants to unmount.
    env::set_current_dir("/")?;
    leave_stdio(output)?;
    let kept: Vec<BorrowedFd<'_>> = kept.iter().copied().chain(report.descriptor()).collect();
    close_all_but(&kept)
}
// endregion:daemonize

/// Sets what this process and its children start with, whatever it was started with: the permissions that new files do not get; every
/// signal unblocked; and none ignored, except `SIGPIPE`, which Rust ignores here and gives back to what it starts.
///
/// # Errors
/// What the kernel says.
pub fn start_afresh(mask: u32) -> io::Result<()> {
    // region:daemonize/afresh `umask`, an empty signal mask, and `sys::reset_signals`.
    umask(Mode::from_raw_mode(mask));
    SigSet::empty().thread_set_mask()?;
    sys::reset_signals();
    Ok(())
    // endregion:daemonize/afresh
}
