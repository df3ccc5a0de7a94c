//! What goes wrong with a call, seen by a client.

use crate::code::Code;
use crate::frame::Wrong;
use crate::message::Failure;

/// The result of what can go wrong.
pub type Result<T> = std::result::Result<T, Error>;

/// Why a call has no answer.
///
/// It can be cloned, since the end of one connection is the end of many calls.
///
/// ```
/// use rpc::{Code, Error, Failure};
///
/// let error = Error::from(Failure::new(Code::OVERLOADED, "try again"));
/// assert!(!error.may_have_run());
/// assert_eq!(error.to_string(), "overloaded (5): try again");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The server says so; or the client in its place, when time is over.
    #[error("{0}")]
    Failed(#[from] Failure),
    /// There is no connection.
    #[error("cannot connect: {why}")]
    Connect {
        /// What the system says.
        why: String,
    },
    /// The connection ended before the answer came.
    #[error("connection lost: {why}")]
    Lost {
        /// How it ended.
        why: String,
        /// Whether the server may have begun with the call. If not, it is safe to ask somebody else.
        sent: bool,
    },
    /// The server does not keep to the protocol. The call was sent.
    #[error("{0}")]
    Wrong(#[from] Wrong),
}

impl Error {
    /// Returns the code of a call that was answered with one.
    pub fn code(&self) -> Option<Code> {
        match self {
            Self::Failed(failure) => Some(failure.code),
            Self::Connect { .. } | Self::Lost { .. } | Self::Wrong(_) => None,
        }
    }

    /// Returns whether the server may have run the call.
    pub fn may_have_run(&self) -> bool {
        match self {
            Self::Connect { .. } => false,
            Self::Lost { sent, .. } => *sent,
            Self::Wrong(_) => true,
            Self::Failed(failure) => !matches!(
                failure.code,
                Code::UNKNOWN_METHOD | Code::OVERLOADED | Code::GOING_AWAY
            ),
        }
    }
}
