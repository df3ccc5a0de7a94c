//! What a connection does next: its states, what can happen in them, and one table that says what comes of it.

use std::fmt;
use std::str::FromStr;

use crate::poller::Interest;

/// What a connection is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// It is new; a handshake may be under way.
    Accept,
    /// It waits for the header of a request, or for the rest of it.
    ReadHeader,
    /// The header is there, the body is not whole.
    ReadBody,
    /// A request is being answered.
    Process,
    /// An answer is in the output, and nothing more is read until there is room for another.
    Write,
    /// All is over; what the peer still sends is read and thrown away until it ends too.
    Close,
}

/// What can happen to a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Input {
    /// The connection is made.
    Accepted,
    /// The header of a request is whole, its body is not.
    Header,
    /// A request is whole.
    Request,
    /// Its answer is in the output.
    Answer,
    /// The output has room for another answer.
    Room,
    /// The peer will send nothing more, and no whole request is left.
    Ended,
    /// The peer has sent what is no request.
    Violated,
    /// The last answer is sent.
    Finished,
    /// The connection took longer than it may.
    Expired,
    /// The connection is broken.
    Failed,
}

/// A row of the table: in this state, what happens leads there.
pub type Transition = (State, Input, State);

/// All that can happen. What is not here cannot.
pub const TRANSITIONS: &[Transition] = {
    #[expect(unused_imports, reason = "the table will use them")]
    use {Input::*, State::*};
    &[]
};

/// Returns the state to which `input` leads, if it can happen in `state`.
#[expect(unused_variables, reason = "goes with the todo!")]
pub fn next(state: State, input: Input) -> Option<State> {
    todo!("machine: Find the row of the table.")
}

impl State {
    /// All of them, in the order of a connection's life.
    pub const ALL: [Self; 6] = [
        Self::Accept,
        Self::ReadHeader,
        Self::ReadBody,
        Self::Process,
        Self::Write,
        Self::Close,
    ];

    /// Returns what is waited for in it. Output that waits to be sent is waited for besides, in every state.
    pub fn interest(self) -> Interest {
        todo!(
            "machine: Whoever answers or has unsent answers reads nothing: what the peer sends then waits in the kernel, and at last at the peer."
        )
    }

    /// Returns whether a request is waited for, or the rest of one.
    pub fn is_reading(self) -> bool {
        matches!(self, Self::ReadHeader | Self::ReadBody)
    }

    /// Returns its name as people write it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Accept => "accept",
            Self::ReadHeader => "read-header",
            Self::ReadBody => "read-body",
            Self::Process => "process",
            Self::Write => "write",
            Self::Close => "close",
        }
    }
}

impl Input {
    /// All of them.
    pub const ALL: [Self; 10] = [
        Self::Accepted,
        Self::Header,
        Self::Request,
        Self::Answer,
        Self::Room,
        Self::Ended,
        Self::Violated,
        Self::Finished,
        Self::Expired,
        Self::Failed,
    ];

    /// Returns its name as people write it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::Header => "header",
            Self::Request => "request",
            Self::Answer => "answer",
            Self::Room => "room",
            Self::Ended => "ended",
            Self::Violated => "violated",
            Self::Finished => "finished",
            Self::Expired => "expired",
            Self::Failed => "failed",
        }
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl fmt::Display for Input {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for Input {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|input| input.name() == text)
            .ok_or_else(|| format!("{text}: there is no such input"))
    }
}

/// Returns the table as a picture, for `dot -Tsvg`: an arrow for each row, in the table's order.
///
/// Source: <https://graphviz.org/doc/info/lang.html>.
pub fn diagram() -> String {
    todo!(
        "machine: `digraph connection {{`, then a line `\"STATE\" -> \"STATE\" [label=\"INPUT\"];` for each row, indented by two spaces, then `}}`."
    )
}
