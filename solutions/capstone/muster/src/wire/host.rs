use serde::{Deserialize, Serialize};

/// Whether a host reports.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// It has reported within three intervals.
    Up,
    /// It has not.
    Down,
}

/// What the hub knows of a host.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Host {
    /// Its name.
    pub name: String,
    /// Whether it reports.
    pub state: State,
    /// Whether its agent is connected just now.
    pub connected: bool,
    /// How long ago its last report was, in ms; nothing if there was none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub silent_ms: Option<u64>,
    /// The version of its agent, if that has been here since the hub started.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
}
