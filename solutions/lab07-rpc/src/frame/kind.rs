//! What a frame is for.

use std::fmt;
use std::str::FromStr;

/// What a frame is for.
///
/// ```
/// use rpc::frame::Kind;
///
/// assert_eq!(Kind::from_number(5), Kind::Item);
/// assert_eq!(Kind::from_number(200), Kind::Other(200));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// The first frame of each side.
    Hello,
    /// A client calls a method.
    Call,
    /// The answer, which ends the call.
    Reply,
    /// Says what went wrong, and ends the call; without a call, the connection.
    Error,
    /// A piece of a call's output, or of its input.
    Item,
    /// Allows the other side to send more items.
    Credit,
    /// A client wants no answer any more.
    Cancel,
    /// A message for a subscriber.
    Push,
    /// Asks whether the other side is there.
    Ping,
    /// It is.
    Pong,
    /// No more calls are taken.
    GoAway,
    /// One that is not known here, and that may be skipped.
    Other(u8),
}

impl Kind {
    /// All that are known, in the order of their numbers.
    pub const ALL: [Self; 11] = [
        Self::Hello,
        Self::Call,
        Self::Reply,
        Self::Error,
        Self::Item,
        Self::Credit,
        Self::Cancel,
        Self::Push,
        Self::Ping,
        Self::Pong,
        Self::GoAway,
    ];

    /// Returns its number on the wire.
    pub fn number(self) -> u8 {
        match self {
            Self::Hello => 1,
            Self::Call => 2,
            Self::Reply => 3,
            Self::Error => 4,
            Self::Item => 5,
            Self::Credit => 6,
            Self::Cancel => 7,
            Self::Push => 8,
            Self::Ping => 9,
            Self::Pong => 10,
            Self::GoAway => 11,
            Self::Other(number) => number,
        }
    }

    /// Returns the kind with this number.
    pub fn from_number(number: u8) -> Self {
        match number {
            1 => Self::Hello,
            2 => Self::Call,
            3 => Self::Reply,
            4 => Self::Error,
            5 => Self::Item,
            6 => Self::Credit,
            7 => Self::Cancel,
            8 => Self::Push,
            9 => Self::Ping,
            10 => Self::Pong,
            11 => Self::GoAway,
            other => Self::Other(other),
        }
    }

    /// Returns its name as people write it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Hello => "HELLO",
            Self::Call => "CALL",
            Self::Reply => "REPLY",
            Self::Error => "ERROR",
            Self::Item => "ITEM",
            Self::Credit => "CREDIT",
            Self::Cancel => "CANCEL",
            Self::Push => "PUSH",
            Self::Ping => "PING",
            Self::Pong => "PONG",
            Self::GoAway => "GOAWAY",
            Self::Other(_) => "frame of another kind",
        }
    }

    /// Returns whether it belongs to a call, to the connection, or (`None`) to either.
    //~frame #[expect(dead_code, reason = "`Header::decode` will use it")]
    pub(crate) fn has_id(self) -> Option<bool> {
        match self {
            Self::Hello | Self::Ping | Self::Pong | Self::GoAway => Some(false),
            Self::Call | Self::Reply | Self::Item | Self::Credit | Self::Cancel | Self::Push => Some(true),
            Self::Error | Self::Other(_) => None,
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for Kind {
    type Err = String;

    /// Reads a name, or a number for a kind that has none.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let named = Self::ALL.into_iter().find(|kind| kind.name() == text);
        named
            .or_else(|| text.parse().ok().map(Self::from_number))
            .ok_or_else(|| format!("{text}: there is no such kind"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_survives_the_wire() {
        for number in 0..=u8::MAX {
            assert_eq!(Kind::from_number(number).number(), number);
        }
        for (number, kind) in (1..).zip(Kind::ALL) {
            assert_eq!(kind.number(), number);
            assert_eq!(kind.name().parse(), Ok(kind));
        }
    }
}
