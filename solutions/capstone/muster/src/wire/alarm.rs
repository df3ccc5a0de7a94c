use serde::{Deserialize, Serialize};

/// An alarm that is not well.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Alarm {
    /// The host.
    pub host: String,
    /// The rule.
    pub rule: String,
    /// The series, as `{key="value"}`; nothing for the host as a whole.
    pub labels: String,
    /// `info`, `warning` or `critical`.
    pub severity: String,
    /// `breaching`, `firing`, `acknowledged`, `recovering` or `settling`.
    pub state: String,
    /// Since when it fires, in ms since 1970.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since_ms: Option<u64>,
    /// Whether receivers were told.
    pub told: bool,
    /// Who looks after it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
    /// The rule's line for people.
    pub summary: String,
}

/// Why is it so?
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Why {
    /// On which host.
    pub host: String,
    /// Which rule.
    pub rule: String,
}

/// The caller looks after what fires.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ack {
    /// Which rule.
    pub rule: String,
    /// On which host.
    pub host: String,
    /// Which of its series, by all labels that it has; all of them if not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub labels: Option<Vec<(String, String)>>,
}

/// The caller does not want to be told of some alarms for a while. Something must say of which.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hush {
    /// Its name; another one of the same name takes its place.
    pub id: String,
    /// For how long, in ms.
    pub ms: u64,
    /// Why.
    pub why: String,
    /// A pattern of rules.
    pub rule: Option<String>,
    /// A pattern of hosts.
    pub host: Option<String>,
    /// A pattern of severities.
    pub severity: Option<String>,
    /// Patterns of labels; a label that a series lacks is the empty text.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub labels: Vec<(String, String)>,
}
