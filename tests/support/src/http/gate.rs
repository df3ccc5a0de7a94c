//! Waiting inside a response: for a time, for the case, or for the client to leave.

use std::net::TcpStream;
use std::os::fd::{AsFd, OwnedFd};
use std::sync::Arc;
use std::time::Instant;

use rustix::event::{EventfdFlags, PollFd, PollFlags, Timespec, eventfd, poll};

/// Holds responses until the case opens it; then it stays open. Clones are the same gate.
#[derive(Debug, Clone)]
pub struct Gate(Arc<OwnedFd>);

impl Gate {
    /// Makes a gate that is closed.
    ///
    /// # Panics
    /// When the process has no descriptor left.
    #[expect(
        clippy::new_without_default,
        reason = "a gate is made on purpose, to be shared"
    )]
    pub fn new() -> Self {
        let fd = eventfd(0, EventfdFlags::CLOEXEC).expect("a descriptor for a gate");
        Self(Arc::new(fd))
    }

    /// Lets every response go on that waits here, now or later.
    pub fn open(&self) {
        // Nobody reads the counter, so that the descriptor stays readable. It cannot overflow in the life of a case.
        let _ = rustix::io::write(&*self.0, &1_u64.to_ne_bytes());
    }
}

impl AsFd for Gate {
    fn as_fd(&self) -> std::os::fd::BorrowedFd<'_> {
        self.0.as_fd()
    }
}

/// Why a wait ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Woken {
    Time,
    Gate,
    /// The client hung up, or the server is being dropped, which shuts its connections down.
    Gone,
}

/// Waits until `until` (`None` is for ever), until `gate` opens, or until the client leaves.
///
/// A client that closes only its sending half has left, too: nobody could tell it from one that closed both.
pub(super) fn wait(stream: &TcpStream, until: Option<Instant>, gate: Option<&Gate>) -> Woken {
    loop {
        let timeout = until.map(|until| {
            let left = until.saturating_duration_since(Instant::now());
            Timespec {
                tv_sec: left.as_secs().cast_signed(),
                tv_nsec: left.subsec_nanos().into(),
            }
        });
        let mut fds = vec![PollFd::new(stream, PollFlags::RDHUP)];
        fds.extend(gate.map(|gate| PollFd::new(gate, PollFlags::IN)));
        match poll(&mut fds, timeout.as_ref()) {
            Ok(0) => return Woken::Time,
            Ok(_) if !fds[0].revents().is_empty() => return Woken::Gone,
            Ok(_) => return Woken::Gate,
            Err(rustix::io::Errno::INTR) => {}
            Err(_) => return Woken::Gone,
        }
    }
}
