//! Which files a daemon has open: what it was told to keep, and nothing that happened to be there.

//~daemonize #[expect(unused_imports, reason = "`leave_stdio` will use it")]
use std::fs::File;
use std::io;
//~daemonize #[expect(unused_imports, reason = "`close_all_but` will use it")]
use std::os::fd::AsRawFd as _;
use std::os::fd::{AsFd, BorrowedFd};

//~daemonize #[expect(unused_imports, reason = "`leave_stdio` will use it")]
use rustix::stdio::dup2_stdin;
use rustix::stdio::{dup2_stderr, dup2_stdout};

//~daemonize #[expect(unused_imports, reason = "`close_all_but` will use it")]
use crate::sys;

//~daemonize #[expect(dead_code, reason = "`close_all_but` will use it")]
/// The first descriptor behind standard input, output and error.
const FIRST: u32 = 3;

/// Closes every descriptor above 2 except those in `kept`, however high it is and whoever opened it.
///
/// # Errors
/// What close_range(2) says.
///
/// Source: close_range(2), whose limits are both included.
pub fn close_all_but(kept: &[BorrowedFd<'_>]) -> io::Result<()> {
    // region:daemonize/close Close the ranges between those that are kept, and the one behind them. No loop over all numbers: there may be a billion of them.
    let mut kept: Vec<u32> = kept
        .iter()
        .filter_map(|descriptor| u32::try_from(descriptor.as_raw_fd()).ok())
        .filter(|&number| number >= FIRST)
        .collect();
    kept.sort_unstable();
    let mut next = FIRST;
    for number in kept {
        if number > next {
            sys::close_range(next, number - 1)?;
        }
        next = number + 1;
    }
    sys::close_range(next, u32::MAX)
    // endregion:daemonize/close
}

/// Lets standard input be empty, and standard output and error go to `output`: no terminal, and no pipe of whoever called.
///
/// # Errors
/// What open(2) or dup2(2) say.
pub fn leave_stdio(output: impl AsFd) -> io::Result<()> {
    // region:daemonize/stdio `/dev/null` becomes descriptor 0, `output` becomes 1 and 2.
    dup2_stdin(File::open("/dev/null")?)?;
    redirect_output(output)
    // endregion:daemonize/stdio
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
