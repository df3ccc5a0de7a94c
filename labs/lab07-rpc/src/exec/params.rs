//! What is to be run.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::Failure;

/// What is to be run, and how: the body of a call of `exec`.
///
/// ```
/// use rpc::exec::Params;
///
/// let params = Params::parse(br#"{"argv": ["sort", "-n"], "stdin": true}"#)?;
/// assert_eq!((params.argv.len(), params.stdin, params.shell), (2, true, false));
/// let refused = Params::parse(br#"{"argv": ["sort"], "nice": 5}"#);
/// assert!(refused.is_err_and(|failure| failure.message.contains("nice")));
/// # Ok::<(), rpc::Failure>(())
/// ```
#[derive(Debug, Default, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Params {
    /// The program and its arguments.
    pub argv: Vec<String>,
    /// In which folder; that of the server if it is not said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cwd: Option<String>,
    /// What is added to its environment, or replaced there.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub env: BTreeMap<String, String>,
    /// Whether it gets nothing but `PATH` of the server's environment, instead of all but what begins with `RPC_`.
    #[serde(default, skip_serializing_if = "is_false")]
    pub clear_env: bool,
    /// Whether its standard input is that of the call. Else it is empty.
    #[serde(default, skip_serializing_if = "is_false")]
    pub stdin: bool,
    /// How long it may run, in ms, from its start on. 0 is without limit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timeout_ms: Option<u64>,
    /// How many bytes it may write, to standard output and standard error together.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u64>,
    /// As whom, if the server is root.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user: Option<String>,
    /// Whether the only word of `argv` is a line for the shell.
    #[serde(default, skip_serializing_if = "is_false")]
    pub shell: bool,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it so")]
fn is_false(flag: &bool) -> bool {
    !flag
}

impl Params {
    /// Reads them.
    ///
    /// # Errors
    /// [`Code::BAD_PARAMS`](crate::Code::BAD_PARAMS), with what is wrong.
    #[expect(unused_variables, reason = "goes with the todo!")]
    pub fn parse(body: &[u8]) -> Result<Self, Failure> {
        todo!(
            "exec: An object is wanted: serde would take an array, too, by the order of the fields. serde reads it, and refuses keys that it does not know. What no process can be given is refused here: no program (an empty `argv`, or an empty first word), a NUL in a word or a name or a value, a variable whose name is empty or has `=` in it (say which); and with `shell` any number of words but one."
        )
    }

    /// Writes them.
    pub fn body(&self) -> Vec<u8> {
        serde_json::to_vec(self).expect("strings and numbers can be written")
    }

    /// Returns how long it may run.
    pub fn timeout(&self) -> Option<Duration> {
        self.timeout_ms.filter(|&ms| ms > 0).map(Duration::from_millis)
    }
}
