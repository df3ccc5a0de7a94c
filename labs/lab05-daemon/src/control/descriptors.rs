//! Which files a daemon has open: what it was told to keep, and nothing that happened to be there.

#[expect(unused_imports, reason = "`leave_stdio` will use it")]
use std::fs::File;
use std::io;
#[expect(unused_imports, reason = "`close_all_but` will use it")]
use std::os::fd::AsRawFd as _;
use std::os::fd::{AsFd, BorrowedFd};

#[expect(unused_imports, reason = "`leave_stdio` will use it")]
use rustix::stdio::dup2_stdin;
use rustix::stdio::{dup2_stderr, dup2_stdout};

#[expect(unused_imports, reason = "`close_all_but` will use it")]
use crate::sys;

#[expect(dead_code, reason = "`close_all_but` will use it")]
/// The first descriptor behind standard input, output and error.
const FIRST: u32 = 3;

/// Closes every descriptor above 2 except those in `kept`, however high it is and whoever opened it.
///
/// # Errors
/// What close_range(2) says.
///
/// Source: close_range(2), whose limits are both included.
#[expect(unused_variables, reason = "goes with the todo!")]
pub fn close_all_but(kept: &[BorrowedFd<'_>]) -> io::Result<()> {
    todo!(
        "daemonize: Close the ranges between those that are kept, and the one behind them. No loop over all numbers: there may be a billion of them."
    )
}

/// Lets standard input be empty, and standard output and error go to `output`: no terminal, and no pipe of whoever called.
///
/// # Errors
/// What open(2) or dup2(2) say.
#[expect(unused_variables, reason = "goes with the todo!")]
pub fn leave_stdio(output: impl AsFd) -> io::Result<()> {
    todo!("daemonize: `/dev/null` becomes descriptor 0, `output` becomes 1 and 2.")
}

/// Lets standard output and error go to `output`.
///
/// # Errors
/// What dup2(2) says.
pub fn redirect_output(output: impl AsFd) -> io::Result<()> {
    dup2_stdout(&output)?;
    dup2_stderr(&output)?;
    Ok(())
}
