use serde::{Deserialize, Serialize};

/// What an agent says first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hello {
    /// Which life of the agent: a number that it draws when it starts. With another one, whatever ran before has died with it.
    pub instance: u64,
    /// The agent's version.
    pub version: String,
}

/// What the hub answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Welcome {
    /// As whom the hub knows the agent.
    pub name: String,
    /// How often it wants reports, in ms.
    pub interval_ms: u64,
}
