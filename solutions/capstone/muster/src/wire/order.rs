use serde::{Deserialize, Serialize};

/// What the hub tells an agent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Order {
    /// Run a command.
    Run {
        /// The job. The hub gives no number twice, and an agent runs none twice.
        job: u64,
        /// What.
        command: Command,
    },
    /// End a command: nobody wants to hear of it any more.
    Cancel {
        /// The job.
        job: u64,
    },
}

/// What is to be run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Command {
    /// The program and its arguments. No shell looks at them.
    pub argv: Vec<String>,
    /// How long it may run, in ms.
    pub timeout_ms: u64,
    /// How many bytes it may write, to standard output and standard error together.
    pub limit: u64,
}

/// How a command ended, as its agent says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Done {
    /// The job.
    pub job: u64,
    /// How.
    #[serde(flatten)]
    pub ended: Ended,
}

/// How a command ended.
#[derive(Debug, Default, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ended {
    /// The status with which its process ended by itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<u8>,
    /// The signal that has killed it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signal: Option<i32>,
    /// Its time limit has passed.
    #[serde(default, skip_serializing_if = "is_false")]
    pub timed_out: bool,
    /// It wrote more than it may, and what was more is lost.
    #[serde(default, skip_serializing_if = "is_false")]
    pub cut: bool,
    /// Why it was not run at all, or its end is not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
    /// How long it ran, in ms.
    #[serde(default)]
    pub ms: u64,
}

impl Ended {
    /// Returns the end of what has not begun.
    pub fn not_run(why: impl Into<String>) -> Self {
        Self {
            why: Some(why.into()),
            ..Self::default()
        }
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it so")]
fn is_false(flag: &bool) -> bool {
    !flag
}
