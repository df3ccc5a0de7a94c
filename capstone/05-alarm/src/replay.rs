//! What rules would have said of what has been: before they go live.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use crate::event::{Event, Key, What};
use crate::{Name, Rules, Time};

/// What became of one rule.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tally {
    /// How often an alarm of it began to fire.
    pub fired: usize,
    /// On which hosts.
    pub hosts: BTreeSet<Name>,
    /// For how long, all series added up.
    pub together: Duration,
    /// The longest of them.
    pub longest: Duration,
    /// How many notifications it made, of whichever kind.
    pub notified: usize,
    /// How often something was not told.
    pub withheld: usize,
}

/// Adds up events, which are in their order, by rule. What still fires at the `end` counts until then.
#[expect(unused_variables, reason = "goes with the todo!")]
pub fn tally(rules: &Rules, events: &[Event], end: Time) -> Vec<(Name, Tally)> {
    todo!(
        "history: All rules in the order of the file, also those that never fired. An alarm fires from the change into an active state to the change out of it, whatever lies between; a host that is retired while it fires has no such change, and counts until the end."
    )
}
