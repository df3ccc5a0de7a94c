//! What is watched, and when somebody is to be told.

mod check;
mod file;

use std::{fmt, path::PathBuf, time::Duration};

use serde::{Deserialize, Serialize};

use crate::expr::{Condition, Selector, When, Window};
use crate::{Name, Pattern};

/// The name of the rule that every set of rules has by itself: a host that does not report.
pub const HOST_DOWN: &str = "host-down";

/// How many intervals a host may be silent.
pub const SILENT_INTERVALS: u32 = 3;

/// The span of `at_most`.
pub const LIMIT_SPAN: Duration = Duration::from_secs(60);

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Good to know.
    Info,
    /// To be looked at in the morning.
    Warning,
    /// Somebody is to get up.
    Critical,
}

/// What comes together in one notification.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum GroupBy {
    /// All alarms of a rule.
    Rule,
    /// All alarms of a rule on one host.
    Host,
}

/// How alarms are bundled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Group {
    /// What comes together.
    pub by: GroupBy,
    /// How long the first one waits for others.
    pub wait: Duration,
}

/// When an alarm flaps: it has begun to fire more than `most` times within `span`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Flap {
    /// So many beginnings are none.
    pub most: usize,
    /// Within this span.
    pub span: Duration,
}

/// One rule.
#[derive(Debug, Clone, PartialEq)]
pub struct Rule {
    /// Its name, which no other has.
    pub name: Name,
    /// Which series it watches.
    pub selector: Selector,
    /// What is a breach.
    pub when: When,
    /// What is good again; without it whatever is no breach.
    pub recover: Option<Condition>,
    /// On which hosts.
    pub hosts: Vec<Pattern>,
    /// How many breaches in a row make it fire.
    pub breaches: u32,
    /// How many good samples in a row end it.
    pub good: u32,
    /// How bad it is.
    pub severity: Severity,
    /// What people are told besides.
    pub summary: String,
    /// The most notifications of this rule in [`LIMIT_SPAN`].
    pub at_most: Option<usize>,
    /// After how long it is told again while it fires.
    pub repeat: Option<Duration>,
    /// A series without a sample for so long is absent.
    pub stale: Duration,
    /// While one of these fires on the same host, this one is not told.
    pub depends_on: Vec<Name>,
    /// How alarms are bundled.
    pub group: Option<Group>,
    /// When an alarm flaps.
    pub flap: Option<Flap>,
}

/// All rules of a file; the last one is [`HOST_DOWN`].
#[derive(Debug, Clone, PartialEq)]
pub struct Rules {
    /// How often a host reports.
    pub interval: Duration,
    /// The most notifications of all rules together in [`LIMIT_SPAN`].
    pub at_most: Option<usize>,
    /// The rules in the order of the file.
    pub all: Vec<Rule>,
}

/// Something that is wrong with a file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}, line {line}: {what}", path.display())]
pub struct Fault {
    /// Which file.
    pub path: PathBuf,
    /// Which line, from 1.
    pub line: usize,
    /// What is wrong.
    pub what: String,
}

impl Rules {
    /// Reads a file's text. `path` is for messages only.
    ///
    /// # Errors
    /// All that is wrong, by line; of what is no TOML or has an unknown key, the first.
    pub fn parse(path: &std::path::Path, text: &str) -> Result<Rules, Vec<Fault>> {
        file::parse(path, text)
    }

    /// Finds a rule by its name.
    pub fn get(&self, name: &str) -> Option<&Rule> {
        self.all.iter().find(|rule| &*rule.name == name)
    }
}

impl Rule {
    /// Returns how many samples of a series are kept for it, and those of which span.
    pub fn keeps(&self) -> (usize, Duration) {
        let mut keeps = (1, Duration::ZERO);
        let mut widen = |call: crate::expr::Call| match call.window {
            Window::Samples(count) => keeps.0 = keeps.0.max(count),
            Window::Span(span) => keeps.1 = keeps.1.max(span),
        };
        if let When::Holds(condition) = &self.when {
            condition.calls(&mut widen);
        }
        if let Some(condition) = &self.recover {
            condition.calls(&mut widen);
        }
        keeps
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Severity::Info => "info",
            Severity::Warning => "warning",
            Severity::Critical => "critical",
        })
    }
}

/// Writes a rule as it was understood.
impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} [{}]: {}",
            self.name,
            self.severity,
            self.when.show(&self.selector)
        )?;
        if self.breaches > 1 {
            write!(f, ", {} in a row", self.breaches)?;
        }
        if let Some(recover) = &self.recover {
            write!(f, "; good when {}", recover.show(&self.selector))?;
        }
        if self.good > 1 {
            write!(f, "; over after {} good", self.good)?;
        }
        if !self.hosts.is_empty() {
            let hosts: Vec<_> = self.hosts.iter().map(Pattern::to_string).collect();
            write!(f, "; on {}", hosts.join(" "))?;
        }
        if !self.depends_on.is_empty() {
            write!(f, "; unless {}", names(&self.depends_on))?;
        }
        Ok(())
    }
}

fn names(names: &[Name]) -> String {
    names.iter().map(Name::to_string).collect::<Vec<_>>().join(", ")
}
