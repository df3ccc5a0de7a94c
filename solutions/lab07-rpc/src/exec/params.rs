//! What is to be run.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::Failure;

// region:given/params
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
// endregion:given/params

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it so")]
fn is_false(flag: &bool) -> bool {
    !flag
}

impl Params {
    /// Reads them.
    ///
    /// # Errors
    /// [`Code::BAD_PARAMS`](crate::Code::BAD_PARAMS), with what is wrong.
    pub fn parse(body: &[u8]) -> Result<Self, Failure> {
        // region:exec An object is wanted: serde would take an array, too, by the order of the fields. serde reads it, and refuses keys that it does not know. What no process can be given is refused here: no program (an empty `argv`, or an empty first word), a NUL in a word or a name or a value, a variable whose name is empty or has `=` in it (say which); and with `shell` any number of words but one.
        let refuse = |why: &str| Err(Failure::bad_params(why));
        if body.trim_ascii_start().first() != Some(&b'{') {
            return refuse("an object with argv is wanted");
        }
        let params: Self = serde_json::from_slice(body).map_err(Failure::bad_params)?;
        if params.argv.first().is_none_or(String::is_empty) {
            return refuse("argv: the program is missing");
        }
        if params.shell && params.argv.len() != 1 {
            return refuse("argv: the shell takes one line");
        }
        let words = params.argv.iter().chain(&params.cwd).chain(&params.user);
        if words.chain(params.env.values()).any(|word| word.contains('\0')) {
            return refuse("a NUL byte can be in no argument");
        }
        match params
            .env
            .keys()
            .find(|name| name.is_empty() || name.contains(['=', '\0']))
        {
            Some(name) => refuse(&format!("env: {name:?} is no name of a variable")),
            None => Ok(params),
        }
        // endregion:exec
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

// region:exec
#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_no_process_can_be_given_is_refused() {
        for (body, part) in [
            ("", "object"),
            ("[[\"ls\"]]", "object"),
            ("{", "EOF"),
            ("{}", "argv"),
            (r#"{"argv":[]}"#, "program"),
            (r#"{"argv":[""]}"#, "program"),
            (r#"{"argv":"ls"}"#, "sequence"),
            (r#"{"argv":["ls",1]}"#, "string"),
            (r#"{"argv":["ls"],"argv":["rm"]}"#, "duplicate"),
            (r#"{"argv":["ls"],"args":[]}"#, "args"),
            (r#"{"argv":["ls","a\u0000b"]}"#, "NUL"),
            (r#"{"argv":["ls"],"cwd":"\u0000"}"#, "NUL"),
            (r#"{"argv":["ls"],"env":{"A":"\u0000"}}"#, "NUL"),
            (r#"{"argv":["ls"],"env":{"":"x"}}"#, "variable"),
            (r#"{"argv":["ls"],"env":{"A=B":"x"}}"#, "A=B"),
            (r#"{"argv":["ls"],"timeout_ms":-1}"#, "-1"),
            (r#"{"argv":["ls"],"limit":1.5}"#, "1.5"),
            (r#"{"argv":["ls","-l"],"shell":true}"#, "shell"),
        ] {
            let failure = Params::parse(body.as_bytes()).expect_err(body);
            assert_eq!(failure.code, crate::Code::BAD_PARAMS, "{body}");
            assert!(failure.message.contains(part), "{body}: {failure}");
        }
    }

    #[test]
    fn they_are_read_as_they_were_written() {
        let all = Params {
            argv: vec!["echo \"$A\"".to_owned()],
            cwd: Some("/".to_owned()),
            env: BTreeMap::from([("A".to_owned(), "b=c".to_owned())]),
            clear_env: true,
            stdin: true,
            timeout_ms: Some(1500),
            limit: Some(0),
            user: Some("nobody".to_owned()),
            shell: true,
        };
        assert_eq!(Params::parse(&all.body()), Ok(all.clone()));
        assert_eq!(all.timeout(), Some(Duration::from_millis(1500)));
        let least = Params {
            argv: vec!["true".to_owned()],
            ..Params::default()
        };
        assert_eq!(least.body(), br#"{"argv":["true"]}"#);
        let endless = Params::parse(br#"{"argv":["true"],"timeout_ms":0}"#);
        assert_eq!(endless.map(|params| params.timeout()), Ok(None));
    }
}
// endregion:exec
