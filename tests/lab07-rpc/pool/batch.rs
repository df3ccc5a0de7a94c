//! `rpc batch` with several servers: lines that a case writes, and what comes of them.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use support::{Case, Ended};

use crate::wire::{PATIENCE, Subject};

/// A client that reads lines as the case writes them.
pub(super) struct Batch {
    pub(super) client: Subject,
    /// How many lines were written.
    written: usize,
}

/// What came of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Answer {
    /// The address of the server; empty if none is named.
    pub(super) peer: String,
    /// The result, or `error NAME`, and behind it ` sent` where the server may have run the call.
    pub(super) outcome: String,
}

/// Writes a call of `echo`.
pub(super) fn echo(number: usize) -> String {
    json!({ "method": "echo", "params": number }).to_string()
}

/// Writes a call of `echo` with a key.
pub(super) fn keyed(number: usize, key: &str) -> String {
    json!({ "method": "echo", "params": number, "key": key }).to_string()
}

impl Batch {
    /// Starts `rpc batch` with these servers.
    pub(super) fn start<A: AsRef<str>>(case: &Case, addresses: &[A], options: &[&str]) -> Self {
        let addresses: Vec<&str> = addresses.iter().map(AsRef::as_ref).collect();
        let program = case
            .program("rpc")
            .args(["batch", &addresses.join(",")])
            .args(options)
            .stdin_piped();
        Self {
            client: Subject::spawn(program),
            written: 0,
        }
    }

    /// Writes a line.
    pub(super) fn write(&mut self, line: &str) {
        self.written += 1;
        self.client.running().write(format!("{line}\n").as_bytes());
    }

    /// Writes a line, and waits for its answer; all lines before have theirs.
    pub(super) fn ask(&mut self, case: &mut Case, line: &str) -> Answer {
        self.write(line);
        let mut lines = self.client.lines(self.written);
        let last = lines.pop().unwrap_or_default();
        let (number, answer) = read(&last).unwrap_or_default();
        let what = format!("the answer to line {}", self.written);
        self.client.expect(case, number == self.written, &what, last);
        answer
    }

    /// Asks until each of `addresses` has answered: the client has connections to all of them then.
    pub(super) fn ask_until_all_answer<A: AsRef<str>>(&mut self, case: &mut Case, addresses: &[A]) {
        let since = std::time::Instant::now();
        let mut missing: Vec<&str> = addresses.iter().map(AsRef::as_ref).collect();
        while !missing.is_empty() {
            let answer = self.ask(case, &echo(0));
            missing.retain(|address| *address != answer.peer);
            let late = since.elapsed() > PATIENCE;
            let what = format!("an answer of {}, sooner or later", missing.join(", "));
            self.client.expect(case, !late, &what, "none");
        }
    }

    /// Ends the input, waits for the end, and returns the answers by their lines: one for each line that was written.
    pub(super) fn finish(mut self, case: &mut Case, status: i32) -> (Ended, BTreeMap<usize, Answer>) {
        self.client.running().close_stdin();
        let ended = self.client.wait();
        let text = ended.stdout_text();
        let mut answers = BTreeMap::new();
        for line in text.lines() {
            let read = read(line);
            case.expect(&ended, read.is_some(), "an answer on each line", line);
            let (number, answer) = read.unwrap_or_default();
            let twice = answers.insert(number, answer).is_some();
            case.expect(&ended, !twice, &format!("one answer to line {number}"), line);
        }
        let lines: Vec<usize> = answers.keys().copied().collect();
        let all: Vec<usize> = (1..=self.written).collect();
        case.expect_same(
            &ended,
            "the lines that were answered",
            &format!("{all:?}"),
            &format!("{lines:?}"),
        );
        case.expect_status(&ended, status);
        (ended, answers)
    }
}

impl Default for Answer {
    fn default() -> Self {
        Self {
            peer: String::new(),
            outcome: "no answer".to_owned(),
        }
    }
}

fn read(line: &str) -> Option<(usize, Answer)> {
    let value: Value = serde_json::from_str(line).ok()?;
    let number = usize::try_from(value["line"].as_u64()?).ok()?;
    let outcome = match (value.get("result"), value.get("error")) {
        (Some(result), None) => result.to_string(),
        (None, Some(error)) => {
            let sent = match error.get("sent") {
                None | Some(Value::Bool(false)) => "",
                Some(Value::Bool(true)) => " sent",
                Some(_) => return None,
            };
            format!("error {}{sent}", error["name"].as_str()?)
        }
        _ => return None,
    };
    let peer = value.get("peer").map_or(Some(""), Value::as_str)?.to_owned();
    Some((number, Answer { peer, outcome }))
}
