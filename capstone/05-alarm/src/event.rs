//! What a judge says: changes, notifications, and what was not told.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::machine::State;
use crate::rules::Severity;
use crate::{Labels, Name, Time, Times};

/// Which alarm: a rule on one series of one host. Two hosts never share one.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Key {
    /// The host.
    pub host: Name,
    /// The rule.
    pub rule: Name,
    /// The series' labels.
    pub labels: Labels,
}

/// What is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// It has begun to fire.
    Firing,
    /// It fires still.
    Repeat,
    /// It begins and ends too often; its single changes are not told for a while.
    Flapping,
    /// It is over.
    Recovered,
    /// It is over since nothing is measured any more.
    Gone,
}

/// Why something was not told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Because {
    /// The host itself does not report, and that was told.
    HostDown,
    /// This rule fires on the same host.
    Dependency(Name),
    /// This silence.
    Silence(String),
    /// Somebody looks after it.
    Acknowledged,
    /// It flaps.
    Flapping,
    /// It was over before its group was told.
    Group,
    /// The rule's limit.
    RuleLimit,
    /// The limit of all rules.
    Limit,
}

/// One alarm in a notification.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Member {
    /// The host.
    pub host: String,
    /// The series' labels, as `{key="value"}`.
    pub labels: String,
    /// Since when it fires, or did.
    pub since: Time,
}

/// A notification: what receivers get.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Message {
    /// The same for the same notification, whoever sends it and however often.
    pub key: String,
    /// When.
    pub time: Time,
    /// What.
    pub kind: Kind,
    /// Of which rule.
    pub rule: String,
    /// How bad it is.
    pub severity: Severity,
    /// The alarms, sorted; at least one.
    pub alarms: Vec<Member>,
    /// How many alarms were kept back by a limit since the last notification.
    pub withheld: usize,
    /// The rule's line for people.
    pub summary: String,
}

/// What a judge says.
#[derive(Debug, Clone, PartialEq)]
pub enum What {
    /// A state, or a count, has changed.
    Changed {
        /// Which alarm.
        key: Key,
        /// From.
        from: State,
        /// To.
        to: State,
        /// How many in a row there are, and how many it takes; in the states that count.
        count: Option<(u32, u32)>,
        /// The sample's value, if it was one.
        value: Option<f64>,
    },
    /// Receivers are to be told.
    Notify(Message),
    /// Receivers are not told.
    Withheld {
        /// Which alarm.
        key: Key,
        /// What is not told.
        kind: Kind,
        /// Why.
        because: Because,
    },
    /// Something that an operator wanted cannot be done.
    Refused {
        /// What, and why.
        what: String,
    },
    /// All before it is done.
    Mark {
        /// What whoever fed it wrote.
        text: String,
    },
}

/// What a judge says, and of when.
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    /// When.
    pub time: Time,
    /// What.
    pub what: What,
}

impl Message {
    /// Checks that its names are names: they stand in headers, where a line feed would begin another.
    ///
    /// # Errors
    /// Says which is none.
    pub fn check(&self) -> Result<(), String> {
        todo!(
            "notify: Key and rule are 1 to 64 letters and digits of ASCII, `-` and `_`; each host is one (`trace::host`), and there is at least one. Labels and summary may hold anything: they stand in no header."
        )
    }

    /// Returns a key that is made of what the message says: FNV-1a of 64 bits, in hexadecimal.
    ///
    /// Source: <http://www.isthe.com/chongo/tech/comp/fnv/>.
    pub fn key_of(time: Time, kind: Kind, rule: &str, alarms: &[Member]) -> String {
        let mut hash: u64 = 0xcbf2_9ce4_8422_2325;
        let mut eat = |text: &str| {
            for byte in text.bytes().chain([0]) {
                hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
            }
        };
        eat(&time.to_string());
        eat(&kind.to_string());
        eat(rule);
        for alarm in alarms {
            eat(&alarm.host);
            eat(&alarm.labels);
            eat(&alarm.since.to_string());
        }
        format!("{hash:016x}")
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}{}", self.host, self.rule, self.labels)
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Kind::Firing => "firing",
            Kind::Repeat => "repeat",
            Kind::Flapping => "flapping",
            Kind::Recovered => "recovered",
            Kind::Gone => "gone",
        })
    }
}

impl fmt::Display for Because {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Because::HostDown => f.write_str("host-down"),
            Because::Dependency(rule) => write!(f, "dependency {rule}"),
            Because::Silence(id) => write!(f, "silence {id}"),
            Because::Acknowledged => f.write_str("ack"),
            Because::Flapping => f.write_str("flapping"),
            Because::Group => f.write_str("group"),
            Because::RuleLimit => f.write_str("rule-limit"),
            Because::Limit => f.write_str("limit"),
        }
    }
}

impl Event {
    /// Writes it as a line whose time is shown so.
    pub fn shown(&self, times: Times) -> String {
        let (line, time) = (self.to_string(), self.time.to_string());
        format!(
            "{}{}",
            times.moment(self.time),
            line.strip_prefix(&time).unwrap_or(&line)
        )
    }

    /// Says whether it is about an alarm of this rule on this host.
    pub fn is_of(&self, rule: &str, host: &str) -> bool {
        match &self.what {
            What::Changed { key, .. } | What::Withheld { key, .. } => {
                &*key.rule == rule && &*key.host == host
            }
            What::Notify(message) => {
                message.rule == rule && message.alarms.iter().any(|alarm| alarm.host == host)
            }
            What::Refused { .. } | What::Mark { .. } => false,
        }
    }
}

/// One line, as `alarm judge` prints it.
impl fmt::Display for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ", self.time)?;
        match &self.what {
            What::Changed {
                key,
                from,
                to,
                count,
                value,
            } => {
                write!(f, "{key} {from} -> {to}")?;
                if let Some((count, of)) = count {
                    write!(f, " {count}/{of}")?;
                }
                match value {
                    Some(value) => write!(f, " value {value}"),
                    None => Ok(()),
                }
            }
            What::Notify(message) => {
                write!(f, "notify {} {}", message.kind, message.rule)?;
                for alarm in &message.alarms {
                    write!(f, " {}{}", alarm.host, alarm.labels)?;
                }
                write!(f, " severity={}", message.severity)?;
                match message.withheld {
                    0 => Ok(()),
                    withheld => write!(f, " withheld={withheld}"),
                }
            }
            What::Withheld { key, kind, because } => write!(f, "withhold {kind} {key} by {because}"),
            What::Refused { what } => write!(f, "refused {what}"),
            What::Mark { text } => write!(f, "mark {text}"),
        }
    }
}
