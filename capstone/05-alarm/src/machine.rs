//! What an alarm does next: its states, what can happen in them, and one table that says what comes of it.

use std::fmt;

use serde::{Deserialize, Serialize};

/// What an alarm is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// Nothing is wrong.
    Ok,
    /// There were breaches, and not enough of them in a row.
    Breaching,
    /// There were enough.
    Firing,
    /// It fires, and somebody looks after it.
    Acknowledged,
    /// It fires, and there were good samples, not enough of them in a row.
    Recovering,
    /// The same, and somebody looks after it.
    Settling,
    /// Its series has no samples any more.
    Absent,
}

/// What can happen to an alarm.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Input {
    /// A sample in breach, and there are not enough in a row yet.
    Breach,
    /// A sample in breach, and now there are enough.
    LastBreach,
    /// A sample that is neither in breach nor good.
    Between,
    /// A good sample, and there are not enough in a row yet.
    Good,
    /// A good sample, and now there are enough.
    LastGood,
    /// Somebody looks after it.
    Ack,
    /// The series has had no sample for too long.
    Gone,
}

/// A row of the table: in this state, what happens leads there.
pub type Transition = (State, Input, State);

/// All that makes a difference. What is not here changes nothing.
pub const TRANSITIONS: &[Transition] = {
    #[expect(unused_imports, reason = "the table will use them")]
    use {Input::*, State::*};
    &[]
};

/// Returns the state to which `input` leads, if it makes a difference in `state`.
#[expect(unused_variables, reason = "goes with the todo!")]
pub fn next(state: State, input: Input) -> Option<State> {
    todo!("judge: Find the row of the table.")
}

impl State {
    /// All of them.
    pub const ALL: [State; 7] = [
        State::Ok,
        State::Breaching,
        State::Firing,
        State::Acknowledged,
        State::Recovering,
        State::Settling,
        State::Absent,
    ];

    /// Says whether it counts as firing, for dependencies and for whoever asks what is wrong.
    pub fn is_active(self) -> bool {
        matches!(
            self,
            State::Firing | State::Acknowledged | State::Recovering | State::Settling
        )
    }

    /// Returns its name as people write it.
    pub fn name(self) -> &'static str {
        match self {
            State::Ok => "ok",
            State::Breaching => "breaching",
            State::Firing => "firing",
            State::Acknowledged => "acknowledged",
            State::Recovering => "recovering",
            State::Settling => "settling",
            State::Absent => "absent",
        }
    }
}

impl Input {
    /// All of them.
    pub const ALL: [Input; 7] = [
        Input::Breach,
        Input::LastBreach,
        Input::Between,
        Input::Good,
        Input::LastGood,
        Input::Ack,
        Input::Gone,
    ];

    /// Returns its name as people write it.
    pub fn name(self) -> &'static str {
        match self {
            Input::Breach => "breach",
            Input::LastBreach => "last-breach",
            Input::Between => "between",
            Input::Good => "good",
            Input::LastGood => "last-good",
            Input::Ack => "ack",
            Input::Gone => "gone",
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

/// Returns the table as a picture, for `dot -Tsvg`: an arrow for each row, in the table's order.
///
/// Source: <https://graphviz.org/doc/info/lang.html>.
pub fn diagram() -> String {
    todo!(
        "judge: `digraph alarm {{`, then a line `\"STATE\" -> \"STATE\" [label=\"INPUT\"];` for each row, indented by two spaces, then `}}`."
    )
}
