//! What `rpc batch` reads and prints.

use serde_json::{Value, json};
use support::{Case, Ended};

use crate::wire::{Frame, Host, Subject, Wire};

/// A line of input.
pub(super) fn line(method: &str, params: Value) -> String {
    format!("{}\n", json!({"method": method, "params": params}))
}

/// Starts `rpc batch ADDR ARGS…`, which reads `lines`.
pub(super) fn start(case: &mut Case, host: &Host, args: &[&str], lines: impl Into<Vec<u8>>) -> Subject {
    let program = case.program("rpc").args(["batch", &host.name()]).args(args);
    Subject::spawn(program.stdin(lines))
}

/// Takes `count` CALLs off the connection.
pub(super) fn calls(case: &mut Case, client: &mut Subject, wire: &mut Wire, count: usize) -> Vec<Frame> {
    let mut number = 0;
    let calls = std::iter::repeat_with(|| {
        number += 1;
        client.expect_call(
            case,
            wire,
            &format!("CALL {number} of {count} that may be in flight"),
        )
    });
    calls.take(count).collect()
}

/// What was answered, in the order of the lines: a JSON object for each of `count` lines.
pub(super) fn answers(case: &mut Case, ended: &Ended, count: usize) -> Vec<Value> {
    let text = ended.stdout_text();
    let mut answers: Vec<Value> = text
        .lines()
        .filter_map(|line| serde_json::from_str(line).ok())
        .collect();
    answers.sort_by_key(|answer| answer["line"].as_u64());
    let numbers = answers.iter().map(|answer| answer["line"].as_u64());
    let right = numbers.eq((1..=count as u64).map(Some));
    let few = text.lines().take(20).collect::<Vec<_>>().join("\n");
    case.expect(
        ended,
        right,
        &format!("one JSON object for each of {count} lines"),
        few,
    );
    answers
}

/// Removes what a server, or a connection, says in its own words.
pub(super) fn without_message(answer: &Value) -> Value {
    let mut answer = answer.clone();
    if let Some(error) = answer["error"].as_object_mut() {
        error.remove("message");
    }
    answer
}

/// Expects the answers to be these, whatever their order and their messages.
pub(super) fn expect_answers(case: &mut Case, ended: &Ended, expected: &[Value]) {
    let found = answers(case, ended, expected.len());
    let shown = |answers: &[Value]| -> String {
        let lines = answers
            .iter()
            .map(|answer| format!("{}\n", without_message(answer)));
        lines.collect()
    };
    case.expect_same(
        ended,
        "answers without their messages",
        &shown(expected),
        &shown(&found),
    );
}
