//! What goes wrong with a server. What goes wrong with one of its peers is a [`Violation`](crate::service::Violation), or an end.

use std::io;
use std::net::SocketAddr;

/// The result of what can go wrong.
pub type Result<T> = std::result::Result<T, Error>;

/// Why a server cannot begin, or cannot go on.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The address cannot be had.
    #[error("cannot listen on {address}: {why}")]
    Listen {
        /// Which.
        address: SocketAddr,
        /// What the system says.
        why: io::Error,
    },
    /// A call failed that is about no peer.
    #[error("cannot {operation}: {why}")]
    System {
        /// What was tried.
        operation: &'static str,
        /// What the system says.
        why: io::Error,
    },
    /// A second signal came while the server was ending.
    #[error("ended at once by a second signal")]
    Interrupted,
}

impl Error {
    /// Returns what makes the error of a call from what the system says: for `map_err`.
    pub fn system<E: Into<io::Error>>(operation: &'static str) -> impl FnOnce(E) -> Self {
        move |why| Self::System {
            operation,
            why: why.into(),
        }
    }
}
