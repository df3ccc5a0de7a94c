//! What went wrong with a call, as a number.

use std::fmt;

/// Why a call failed. Numbers from 100 on are the application's.
///
/// ```
/// use rpc::Code;
///
/// assert_eq!(Code::DEADLINE.to_string(), "deadline (3)");
/// assert_eq!(Code(100).to_string(), "application (100)");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Code(pub u16);

impl Code {
    /// There is no such method.
    pub const UNKNOWN_METHOD: Self = Self(1);
    /// The method cannot read its parameters.
    pub const BAD_PARAMS: Self = Self(2);
    /// The time of the call is over.
    pub const DEADLINE: Self = Self(3);
    /// The client wants no answer any more.
    pub const CANCELLED: Self = Self(4);
    /// There is too much to do already.
    pub const OVERLOADED: Self = Self(5);
    /// The server is ending, and takes no more calls.
    pub const GOING_AWAY: Self = Self(6);
    /// A payload is larger than the other side takes.
    pub const TOO_LARGE: Self = Self(7);
    /// The method says that it has failed.
    pub const FAILED: Self = Self(8);
    /// The caller may not do this.
    pub const REFUSED: Self = Self(9);
    /// The method has a mistake: it panicked, or forgot to answer.
    pub const INTERNAL: Self = Self(10);
    /// The other side does not keep to the protocol. Ends the connection.
    pub const PROTOCOL: Self = Self(11);
    /// The first of the application's.
    pub const APPLICATION: Self = Self(100);

    /// Returns its name as people write it.
    pub fn name(self) -> &'static str {
        match self {
            Self::UNKNOWN_METHOD => "unknown method",
            Self::BAD_PARAMS => "bad params",
            Self::DEADLINE => "deadline",
            Self::CANCELLED => "cancelled",
            Self::OVERLOADED => "overloaded",
            Self::GOING_AWAY => "going away",
            Self::TOO_LARGE => "too large",
            Self::FAILED => "failed",
            Self::REFUSED => "refused",
            Self::INTERNAL => "internal",
            Self::PROTOCOL => "protocol",
            Self(100..) => "application",
            Self(_) => "unknown",
        }
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.name(), self.0)
    }
}
