//! What a plug-in may say, and how it is called then.

use std::collections::HashSet;

use collect::human::quoted;
use collect::{Kind, Labels, Unit};

use crate::Name;

/// The most samples of one run.
pub const MOST: usize = 1000;
/// The longest name of a metric, in bytes, without the prefix.
pub const LONGEST_NAME: usize = 64;
/// The most labels of a sample.
pub const MOST_LABELS: usize = 8;
/// The longest name of a label, in bytes.
pub const LONGEST_LABEL: usize = 64;
/// The longest value of a label, in bytes.
pub const LONGEST_VALUE: usize = 128;

/// Labels that belong to whoever collects from hosts. What a plug-in says there gets `exported_` in front.
pub const FOREIGN: [&str; 3] = ["host", "instance", "job"];

/// One value that a plug-in has said, or that is said of one.
#[derive(Debug, Clone, PartialEq)]
pub struct Sample {
    /// `plugin.NAME.` and what the plug-in calls it: lower-case letters, digits, `_`.
    pub name: String,
    /// Of which part.
    pub labels: Labels,
    /// Whether it only grows.
    pub kind: Kind,
    /// What one of it is.
    pub unit: Unit,
    /// Finite.
    pub value: f64,
}

/// A value in the plug-in's own words.
#[derive(Debug, Clone)]
pub struct Said<'a> {
    /// What the plug-in calls it.
    pub name: &'a str,
    /// Pairs, in their order.
    pub labels: Vec<(String, String)>,
    /// Nothing if the name is to say it.
    pub kind: Option<Kind>,
    /// Nothing if the name is to say it.
    pub unit: Option<Unit>,
    /// May be infinite, or no number.
    pub value: f64,
}

/// Collects what one run of a plug-in says.
#[derive(Debug)]
pub struct Sheet {
    /// `plugin.NAME.`
    prefix: String,
    samples: Vec<Sample>,
    seen: HashSet<(String, Labels)>,
}

impl Sheet {
    /// Begins an empty one.
    pub fn new(plugin: &Name) -> Self {
        Self {
            prefix: format!("plugin.{plugin}."),
            samples: Vec::new(),
            seen: HashSet::new(),
        }
    }

    /// Adds a value. One that is infinite or no number is left out, if all else of it is in order.
    ///
    /// # Errors
    /// Why it cannot be taken.
    #[expect(unused_variables, reason = "goes with the todo!")]
    pub fn add(&mut self, said: Said<'_>) -> Result<(), String> {
        todo!(
            "forms: Name, kind, unit; labels; leave out what is not finite; refuse what is there already, and one sample too many."
        )
    }

    /// Adds several values, or none of them.
    ///
    /// # Errors
    /// Why one of them cannot be taken.
    pub fn add_all<'a>(&mut self, all: impl IntoIterator<Item = Said<'a>>) -> Result<(), String> {
        let before = self.samples.len();
        let added = all.into_iter().try_for_each(|said| self.add(said));
        if added.is_err() {
            // What was not told may be told by somebody else.
            for sample in self.samples.drain(before..) {
                self.seen.remove(&(sample.name, sample.labels));
            }
        }
        added
    }

    /// Returns what was added, in its order.
    pub fn into_samples(self) -> Vec<Sample> {
        self.samples
    }
}

/// Makes our name of a plug-in's, and says whether that ended with `_total`.
#[expect(unused_variables, reason = "goes with the todo!")]
fn own_name(name: &str) -> Result<(String, bool), String> {
    todo!(
        "forms: Lower case; `_` for what is no letter, digit or `_`; without `_` at the ends; without `_total` behind it."
    )
}

/// Finds the unit in the last word of a name.
#[expect(unused_variables, reason = "goes with the todo!")]
fn unit_of(name: &str) -> Unit {
    todo!("forms: bytes, seconds, ratio; anything else is a count.")
}

/// Checks labels, and puts `exported_` before those that belong to others.
#[expect(unused_variables, reason = "goes with the todo!")]
fn own_labels(pairs: Vec<(String, String)>) -> Result<Labels, String> {
    todo!(
        "forms: Not too many, not too long, none twice; the three of FOREIGN are renamed before that is looked at."
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_ours_whatever_a_plug_in_calls_them() {
        for (name, expected) in [
            ("Active connections", Ok(("active_connections", false))),
            ("http_requests_total", Ok(("http_requests", true))),
            ("node:cpu.busy", Ok(("node_cpu_busy", false))),
            ("plugin.disk.used", Ok(("plugin_disk_used", false))),
            ("5xx", Ok(("5xx", false))),
            ("__a__", Ok(("a", false))),
            ("total", Ok(("total", false))),
            ("x_total_total", Ok(("x_total", true))),
            ("_total", Ok(("total", false))),
            ("/", Err(())),
            ("é", Err(())),
        ] {
            let found = own_name(name);
            let found = found.as_ref().map(|(name, total)| (name.as_str(), *total));
            assert_eq!(found.map_err(drop), expected, "{name}");
        }
    }
}
