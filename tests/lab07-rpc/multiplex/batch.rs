//! `rpc batch` beside a server that the case plays itself.

use serde_json::{Value, json};
use support::Case;

use super::lines::{answers, calls, expect_answers, line, start, without_message};
use crate::wire::{Frame, Host, Subject, kind};

pub(super) fn answers_go_to_their_lines(case: &mut Case) {
    let mut host = Host::listen();
    let lines: String = (1..=6).map(|number| line("echo", json!(number))).collect();
    let mut client = start(case, &host, &[], lines);
    let mut wire = client.welcome(case, &mut host);
    let mut calls = calls(case, &mut client, &mut wire, 6);
    // The first one last.
    calls.reverse();
    for (printed, call) in (1..).zip(&calls) {
        let body = format!("{{\"for\":{}}}", String::from_utf8_lossy(call.body()));
        wire.send(&Frame::reply(call.id, body));
        client.lines(printed);
    }
    client.expect_ended(case, &mut wire, "the end of the connection when all is answered");
    let ended = client.wait();
    case.snapshot(&ended);
    let found = host.connections();
    case.expect(&ended, found == 1, "one connection", found);
}

pub(super) fn calls_of_a_line_say_what_it_says(case: &mut Case) {
    let mut host = Host::listen();
    let lines = r#"{"method":"a.b","params":{"x":[1,2.50,null,"größe"]}}
{"params":"first","method":"größe"}
  {"method" : "spaces", "params" : [ 1 ] , "timeout_ms" : 90000}
{"method":"no limit","params":1,"timeout_ms":0}
"#;
    let mut client = start(case, &host, &["--timeout", "40000"], lines);
    let mut wire = client.welcome(case, &mut host);
    let calls = calls(case, &mut client, &mut wire, 4);
    for (call, (method, body, most)) in calls.iter().zip([
        ("a.b", r#"{"x":[1,2.50,null,"größe"]}"#, 40_000),
        ("größe", "\"first\"", 40_000),
        ("spaces", "[1]", 90_000),
        ("no limit", "1", 0),
    ]) {
        client.expect_same(case, "the method of a line", method, &call.method());
        let text = String::from_utf8_lossy(call.body()).replace(' ', "");
        client.expect_same(case, "the body of a call, but for spaces", body, &text);
        let left = call.number(0, 4);
        let what = format!("at most {most} ms left for `{method}`, and not many less");
        client.expect(case, (most / 2..=most).contains(&left), &what, left);
    }
    for call in &calls {
        wire.send(&Frame::reply(call.id, call.body()));
    }
    let ended = client.wait();
    case.expect_status(&ended, 0);
    expect_answers(
        case,
        &ended,
        &[
            json!({"line": 1, "result": {"x": [1, 2.5, null, "größe"]}}),
            json!({"line": 2, "result": "first"}),
            json!({"line": 3, "result": [1]}),
            json!({"line": 4, "result": 1}),
        ],
    );
}

pub(super) fn lines_are_answered_as_they_come(case: &mut Case) {
    let mut host = Host::listen();
    let program = case.program("rpc").args(["batch", &host.name()]).stdin_piped();
    let mut client = Subject::spawn(program);
    client.running().write(line("echo", json!(1)).as_bytes());
    let mut wire = client.welcome(case, &mut host);
    for number in 1..=3 {
        // Neither does the call wait for the next line, nor the answer for the end.
        let call = client.expect_call(case, &mut wire, "the CALL of a line, while no other line comes");
        wire.send(&Frame::reply(call.id, call.body()));
        client.lines(number);
        client.running().write(line("echo", json!(number + 1)).as_bytes());
    }
    let call = client.expect_call(case, &mut wire, "the CALL of the last line");
    client.running().close_stdin();
    // The end of input is no end of the call.
    client.settle(case);
    wire.send(&Frame::reply(call.id, call.body()));
    let ended = client.wait();
    case.snapshot(&ended);
}

pub(super) fn so_many_calls_are_in_flight(case: &mut Case) {
    for (args, most) in [
        (&["--in-flight", "3"][..], 3),
        (&["--in-flight", "1"], 1),
        (&[], 64),
    ] {
        let mut host = Host::listen();
        let count = most + 10;
        let lines: String = (0..count).map(|number| line("echo", json!(number))).collect();
        let args = [args, &["--timeout", "0"]].concat();
        let mut client = start(case, &host, &args, lines);
        let mut wire = client.welcome(case, &mut host);
        let mut waiting = calls(case, &mut client, &mut wire, most);
        for done in most..count {
            client.settle(case);
            let silent = wire.is_silent();
            client.expect(
                case,
                silent,
                &format!("{most} calls in flight and no more"),
                "one more came",
            );
            let call = waiting.swap_remove(done % most);
            wire.send(&Frame::reply(call.id, call.body()));
            waiting.push(client.expect_call(case, &mut wire, "another CALL when one was answered"));
            if done > most + 2 {
                break;
            }
        }
        drop(client.kill());
    }
}

pub(super) fn errors_are_lines_too(case: &mut Case) {
    let mut host = Host::listen();
    let errors = [
        (1, "one"),
        (3, "größer"),
        (8, ""),
        (10, "ten"),
        (100, "mine"),
        (12, "of a later version"),
    ];
    let lines: String = (0..=errors.len())
        .map(|number| line("m", json!(number)))
        .collect();
    let mut client = start(case, &host, &[], lines);
    let mut wire = client.welcome(case, &mut host);
    let calls = calls(case, &mut client, &mut wire, errors.len() + 1);
    for (call, (code, message)) in calls.iter().zip(errors) {
        wire.send(&Frame::error(call.id, code, message));
    }
    let last = &calls[errors.len()];
    wire.send(&Frame::reply(last.id, "\"this one is well\""));
    let ended = client.wait();
    case.expect_status(&ended, 1);
    let sorted: String = answers(case, &ended, errors.len() + 1)
        .iter()
        .map(|answer| format!("{answer}\n"))
        .collect();
    case.snapshot_text(&ended, &sorted);
}

pub(super) fn lines_that_are_no_calls_are_told(case: &mut Case) {
    let mut host = Host::listen();
    let lines = "no JSON\n{\"method\":\"echo\",\"params\":1}\n[]\n{\"params\":1}\n{\"method\":7}\n\
                 {\"method\":\"echo\",\"timeout_ms\":-1}\n\n{\"method\":\"echo\",\"params\":2}\n\
                 {\"method\":\"echo\",\"params\":3} trailing\n";
    let mut client = start(case, &host, &[], lines);
    let mut wire = client.welcome(case, &mut host);
    let calls = calls(case, &mut client, &mut wire, 2);
    for call in &calls {
        wire.send(&Frame::reply(call.id, call.body()));
    }
    let ended = client.wait();
    case.expect_status(&ended, 1);
    let wrong = |line: u64| json!({"line": line, "error": {"name": "input"}});
    let text = ended.stdout_text();
    let found: Vec<Value> = text
        .lines()
        .filter_map(|line| serde_json::from_str(line).ok())
        .collect();
    for number in [1, 3, 4, 5, 6, 9] {
        let answer = found.iter().find(|answer| answer["line"] == number);
        let mut answer = answer.map(without_message).unwrap_or_default();
        if let Some(error) = answer["error"].as_object_mut() {
            error.remove("code");
        }
        let what = format!("the answer to line {number}, without message and code");
        case.expect_same(&ended, &what, &wrong(number).to_string(), &answer.to_string());
    }
    for (number, result) in [(2, 1), (8, 2)] {
        let expected = json!({"line": number, "result": result});
        let there = found.contains(&expected);
        case.expect(&ended, there, &format!("`{expected}`"), &text);
    }
}

pub(super) fn items_are_listed_with_the_result(case: &mut Case) {
    let mut host = Host::listen();
    let lines: String = (1..=3).map(|number| line("m", json!(number))).collect();
    let mut client = start(case, &host, &[], lines);
    let mut wire = client.welcome(case, &mut host);
    let calls = calls(case, &mut client, &mut wire, 3);
    let (one, two, three) = (calls[0].id, calls[1].id, calls[2].id);
    // In any order between calls.
    wire.send_all(&[
        Frame::item(one, "{\"n\":1}"),
        Frame::item(two, "[\"two\"]"),
        Frame::item(one, "2"),
        Frame::reply(three, "\"no items\""),
        Frame::item(two, "null"),
        Frame::reply(one, "\"one\""),
        Frame::error(two, 8, "broke off"),
    ]);
    let ended = client.wait();
    case.expect_status(&ended, 1);
    let found = answers(case, &ended, 3);
    let one = json!({"line": 1, "result": "one", "items": [{"n": 1}, 2]});
    let three = json!({"line": 3, "result": "no items"});
    case.expect_same(
        &ended,
        "the answer to line 1",
        &one.to_string(),
        &found[0].to_string(),
    );
    case.expect_same(
        &ended,
        "the answer to line 3",
        &three.to_string(),
        &found[2].to_string(),
    );
    let code = &found[1]["error"]["code"];
    case.expect(&ended, *code == 8, "the error of line 2 with code 8", &found[1]);
}

pub(super) fn time_over_is_said_and_taken_back(case: &mut Case) {
    let mut host = Host::listen();
    let lines = r#"{"method":"slow","params":1,"timeout_ms":2000}
{"method":"slow","params":2,"timeout_ms":0}
{"method":"slow","params":3,"timeout_ms":200}
"#;
    let mut client = start(case, &host, &[], lines);
    let mut wire = client.welcome(case, &mut host);
    let calls = calls(case, &mut client, &mut wire, 3);
    for (call, left) in [(&calls[2], 200), (&calls[0], 2000)] {
        let what = format!("CANCEL {}, {left} ms behind its CALL", call.id);
        let cancel = client.expect_kind(case, &mut wire, kind::CANCEL, &what);
        client.expect(case, cancel.id == call.id, &what, &cancel);
    }
    client.lines(2);
    // What was on its way already is for nobody, and does no harm.
    wire.send_all(&[
        Frame::item(calls[0].id, "\"late\""),
        Frame::reply(calls[0].id, "\"late\""),
        Frame::error(calls[2].id, 4, "cancelled"),
        Frame::item(calls[1].id, "\"in time\""),
        Frame::reply(calls[1].id, "\"two\""),
    ]);
    let ended = client.wait();
    case.expect_status(&ended, 1);
    expect_answers(
        case,
        &ended,
        &[
            json!({"line": 1, "error": {"code": 3, "name": "deadline"}}),
            json!({"line": 2, "result": "two", "items": ["in time"]}),
            json!({"line": 3, "error": {"code": 3, "name": "deadline"}}),
        ],
    );
}

pub(super) fn what_waits_is_bounded(case: &mut Case) {
    // 400 MB of lines, of which four may be in flight: memory is limited meanwhile.
    const LINES: usize = 1000;
    let one = line("m", json!("b".repeat(400_000)));
    let mut host = Host::listen();
    let program = case
        .program("rpc")
        .args(["batch", &host.name(), "--in-flight", "4", "--timeout", "0"])
        .stdin_stream(move |out| (0..LINES).try_for_each(|_| out.write_all(one.as_bytes())));
    let mut client = Subject::spawn(program);
    let mut wire = client.welcome(case, &mut host);
    let calls = calls(case, &mut client, &mut wire, 4);
    client.settle(case);
    let silent = wire.is_silent();
    client.expect(case, silent, "four calls in flight and no more", "one more came");
    // Items for a line whose answer is not complete wait in memory, and nothing else does.
    for call in &calls {
        wire.send(&Frame::reply(call.id, "1"));
    }
    client.lines(4);
    drop(client.kill());
}

pub(super) fn wrong_usage_of_batch_is_status_2(case: &mut Case) {
    for args in [
        &["batch"][..],
        &["batch", "127.0.0.1"],
        &["batch", "127.0.0.1:1", "--in-flight", "0"],
        &["batch", "127.0.0.1:1", "--in-flight", "many"],
        &["batch", "127.0.0.1:1", "--timeout", "-1"],
        &["batch", "127.0.0.1:1", "--nosuch"],
        &["batch", "127.0.0.1:1", "127.0.0.1:2"],
    ] {
        let ended = case.program("rpc").args(args).stdin("").run();
        case.expect_status(&ended, 2);
        case.expect_stderr_names(&ended, "rpc: ");
    }
}
