//! The call for which there is no safe function, in one that is.

#![expect(unsafe_code, reason = "this is the call for which this file exists")]

use std::io;
use std::os::fd::OwnedFd;

use tokio::io::Interest;
use tokio::io::unix::AsyncFd;

/// Watches a descriptor for something to read.
///
/// # Errors
/// What epoll_ctl(2) says.
pub(super) fn watch(fd: OwnedFd) -> io::Result<AsyncFd<OwnedFd>> {
    // SAFETY: an `OwnedFd` is open as long as it lives, always gives the same descriptor, and lives in the `AsyncFd` from now on.
    Ok(unsafe { AsyncFd::register_with_interest(fd, Interest::READABLE) }?)
}
