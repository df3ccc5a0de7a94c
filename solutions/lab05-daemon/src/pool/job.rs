//! A job, as a line of JSON says it.

use std::ffi::OsString;
use std::fmt;

use serde_json::{Map, Value};

// region:given/job
/// What to run.
#[derive(Debug, Clone, PartialEq)]
pub struct Job {
    /// What the one who gave the job calls it. Two jobs may have the same name.
    pub id: Id,
    /// The arguments after those that all jobs have.
    pub args: Vec<OsString>,
    /// What the process reads on its standard input, which is empty without it.
    pub stdin: Option<Vec<u8>>,
}
// endregion:given/job

/// The name of a job: a string or a number of JSON. Its text is JSON, too.
#[derive(Debug, Clone, PartialEq)]
pub struct Id(Value);

impl Id {
    /// Makes a name.
    pub fn new(name: &str) -> Self {
        Self(name.into())
    }

    /// Returns the name for people, on one line whatever it holds.
    pub fn label(&self) -> String {
        match &self.0 {
            Value::String(name) => name
                .chars()
                .flat_map(|c| {
                    let escaped = c.is_control().then(|| c.escape_default());
                    let plain = escaped.is_none().then_some(c);
                    escaped.into_iter().flatten().chain(plain)
                })
                .collect(),
            number => number.to_string(),
        }
    }
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Why a line is no job.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Malformed {
    /// It is no JSON.
    #[error("no JSON from byte {0} on")]
    Json(usize),
    /// It is JSON of another kind.
    #[error("no object")]
    Kind,
    /// A key that means nothing; it may be a slip.
    #[error("unknown key `{0}`")]
    Unknown(String),
    /// The name is missing or is neither string nor number.
    #[error("`id` is no string and no number")]
    Id,
    /// The arguments are something else.
    #[error("`args` is no list of strings")]
    Args,
    /// No argument of a program can hold this byte.
    #[error("`args` hold a NUL byte")]
    Nul,
    /// The input is something else.
    #[error("`stdin` is no string")]
    Stdin,
    /// It is longer than lines may be.
    #[error("longer than {0} bytes")]
    Long(usize),
}

impl Job {
    /// Reads a line.
    ///
    /// ```
    /// use daemon::pool::job::{Job, Malformed};
    ///
    /// let job = Job::parse(br#"{"id": 7, "args": ["-n", "x"]}"#)?;
    /// assert_eq!((job.id.to_string(), job.args.len()), ("7".to_owned(), 2));
    /// assert_eq!(Job::parse(b"{}"), Err(Malformed::Id));
    /// # Ok::<(), Malformed>(())
    /// ```
    ///
    /// # Errors
    /// Why it is no job.
    pub fn parse(line: &[u8]) -> Result<Self, Malformed> {
        let value = serde_json::from_slice(line).map_err(|error| Malformed::Json(error.column()))?;
        let Value::Object(mut keys) = value else {
            return Err(Malformed::Kind);
        };
        let id = match keys.remove("id") {
            Some(id @ (Value::String(_) | Value::Number(_))) => Id(id),
            _ => return Err(Malformed::Id),
        };
        let args = args(&mut keys)?;
        let stdin = match keys.remove("stdin") {
            None => None,
            Some(Value::String(text)) => Some(text.into_bytes()),
            Some(_) => return Err(Malformed::Stdin),
        };
        match keys.into_iter().next() {
            None => Ok(Self { id, args, stdin }),
            Some((key, _)) => Err(Malformed::Unknown(key)),
        }
    }
}

fn args(keys: &mut Map<String, Value>) -> Result<Vec<OsString>, Malformed> {
    let list = match keys.remove("args") {
        None => return Ok(Vec::new()),
        Some(Value::Array(list)) => list,
        Some(_) => return Err(Malformed::Args),
    };
    list.into_iter()
        .map(|arg| match arg {
            Value::String(arg) if arg.contains('\0') => Err(Malformed::Nul),
            Value::String(arg) => Ok(arg.into()),
            _ => Err(Malformed::Args),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_job_is_told_why() {
        for (line, expected) in [
            ("", Malformed::Json(0)),
            ("{\"id\":1", Malformed::Json(7)),
            ("[1]", Malformed::Kind),
            ("{}", Malformed::Id),
            ("{\"id\":null}", Malformed::Id),
            ("{\"id\":[1]}", Malformed::Id),
            ("{\"id\":1,\"args\":\"x\"}", Malformed::Args),
            ("{\"id\":1,\"args\":[1]}", Malformed::Args),
            ("{\"id\":1,\"args\":[\"a\\u0000\"]}", Malformed::Nul),
            ("{\"id\":1,\"stdin\":1}", Malformed::Stdin),
            ("{\"id\":1,\"arg\":[]}", Malformed::Unknown("arg".into())),
        ] {
            assert_eq!(Job::parse(line.as_bytes()), Err(expected), "{line}");
        }
        assert_eq!(Job::parse(b"{\"id\":\"\xff\"}"), Err(Malformed::Json(8)));
    }

    #[test]
    fn a_name_is_printed_as_it_was_given_and_told_on_one_line() {
        for (given, json, label) in [
            ("7", "7", "7"),
            ("-1.5", "-1.5", "-1.5"),
            ("\"a b\"", "\"a b\"", "a b"),
            ("\"\u{e9}\"", "\"\u{e9}\"", "\u{e9}"),
            ("\"a\\nb\"", "\"a\\nb\"", "a\\nb"),
        ] {
            let job = Job::parse(format!("{{\"id\":{given}}}").as_bytes()).expect("a job");
            assert_eq!(
                (job.id.to_string(), job.id.label()),
                (json.to_owned(), label.to_owned())
            );
        }
    }
}
