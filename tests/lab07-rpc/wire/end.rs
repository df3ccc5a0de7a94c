//! Sides and ends of a connection.

use std::fmt;

/// The side on which the suite is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Side {
    Client,
    Server,
}

/// How a connection ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum End {
    /// The subject closed it in order.
    Closed,
    /// The subject reset it.
    Reset,
    /// It did not end within a peer's patience.
    Late,
    /// There never was one: nobody listened any more.
    Refused,
}

impl End {
    /// Whether the subject has ended it, in whichever way.
    pub(crate) fn is_an_end(self) -> bool {
        matches!(self, Self::Closed | Self::Reset)
    }
}

impl fmt::Display for End {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Closed => "the connection was closed",
            Self::Reset => "the connection was reset",
            Self::Late => "the connection stayed open",
            Self::Refused => "nobody listened any more",
        })
    }
}
