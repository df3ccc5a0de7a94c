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
pub fn tally(rules: &Rules, events: &[Event], end: Time) -> Vec<(Name, Tally)> {
    // region:history All rules in the order of the file, also those that never fired. An alarm fires from the change into an active state to the change out of it, whatever lies between; a host that is retired while it fires has no such change, and counts until the end.
    let mut tallies: BTreeMap<Name, Tally> = BTreeMap::new();
    let mut open: BTreeMap<Key, Time> = BTreeMap::new();
    let close = |tallies: &mut BTreeMap<Name, Tally>, key: &Key, since: Time, until: Time| {
        let tally = tallies.entry(key.rule.clone()).or_default();
        let took = until.since(since);
        tally.together += took;
        tally.longest = tally.longest.max(took);
    };
    for event in events {
        match &event.what {
            What::Changed { key, from, to, .. } => match (from.is_active(), to.is_active()) {
                (false, true) => {
                    let tally = tallies.entry(key.rule.clone()).or_default();
                    tally.fired += 1;
                    tally.hosts.insert(key.host.clone());
                    open.insert(key.clone(), event.time);
                }
                (true, false) => {
                    if let Some(since) = open.remove(key) {
                        close(&mut tallies, key, since, event.time);
                    }
                }
                _ => {}
            },
            What::Notify(message) => tallies.entry(message.rule.as_str().into()).or_default().notified += 1,
            What::Withheld { key, .. } => tallies.entry(key.rule.clone()).or_default().withheld += 1,
            What::Refused { .. } | What::Mark { .. } => {}
        }
    }
    for (key, since) in open {
        close(&mut tallies, &key, since, end);
    }
    let of = |name: &Name| tallies.get(name).cloned().unwrap_or_default();
    rules
        .all
        .iter()
        .map(|rule| (rule.name.clone(), of(&rule.name)))
        .collect()
    // endregion:history
}
