//! Connections that end while calls are in flight.

use rustix::process::Signal;
use serde_json::{Value, json};
use support::Case;

use super::lines::{calls, expect_answers, line, start};
use super::streams::{FIRST, count, expect_items};
use crate::wire::{Frame, HEADER, Host, Server, kind};

fn lines(count: usize) -> String {
    (1..=count).map(|number| line("m", json!(number))).collect()
}

/// A line whose call the connection has taken along.
fn lost(line: usize, sent: bool) -> Value {
    json!({"line": line, "error": {"code": 0, "name": "connection", "sent": sent}})
}

pub(super) fn nobody_to_connect_to(case: &mut Case) {
    let address = Host::nobody().to_string();
    let ended = case
        .program("rpc")
        .args(["batch", &address, "--timeout", "2000"])
        .stdin(lines(3))
        .run();
    case.expect_status(&ended, 1);
    expect_answers(case, &ended, &[lost(1, false), lost(2, false), lost(3, false)]);
}

pub(super) fn a_cut_connection_fails_all_calls(case: &mut Case) {
    for (reset, within) in [(false, false), (false, true), (true, false)] {
        let mut host = Host::listen();
        let mut client = start(case, &host, &["--timeout", "0"], lines(4));
        let mut wire = client.welcome(case, &mut host);
        let calls = calls(case, &mut client, &mut wire, 4);
        wire.send(&Frame::reply(calls[2].id, "\"in time\""));
        client.lines(1);
        if within {
            let half = Frame::reply(calls[0].id, "\"cut\"").bytes();
            wire.send_bytes(&half[..HEADER + 2]);
        }
        // Nobody is there either when it comes back.
        drop(host);
        match reset {
            true => wire.reset(),
            false => drop(wire),
        }
        let ended = client.wait();
        case.expect_status(&ended, 1);
        let in_time = json!({"line": 3, "result": "in time"});
        expect_answers(
            case,
            &ended,
            &[lost(1, true), lost(2, true), in_time, lost(4, true)],
        );
    }
}

pub(super) fn a_violation_fails_all_calls(case: &mut Case) {
    for (frame, sentence) in [
        (Frame::hello(65_536, 0), "a second HELLO"),
        (Frame::new(99, 0, ""), "unknown kind 99"),
        (Frame::new(kind::REPLY, 0, ""), "REPLY without an id"),
    ] {
        let mut host = Host::listen();
        let mut client = start(case, &host, &["--timeout", "0"], lines(2));
        let mut wire = client.welcome(case, &mut host);
        calls(case, &mut client, &mut wire, 2);
        drop(host);
        wire.send(&frame);
        let expected = Frame::error(0, 11, sentence);
        client.expect_frame(case, &mut wire, &expected, &format!("the answer to `{frame}`"));
        client.expect_ended(case, &mut wire, "the end behind it");
        let ended = client.wait();
        case.expect_status(&ended, 1);
        expect_answers(case, &ended, &[lost(1, true), lost(2, true)]);
    }
    // An ERROR of the connection is one too, from the other side.
    let mut host = Host::listen();
    let mut client = start(case, &host, &["--timeout", "0"], lines(2));
    let mut wire = client.welcome(case, &mut host);
    calls(case, &mut client, &mut wire, 2);
    drop(host);
    wire.send(&Frame::error(0, 11, "id 7 after 9"));
    let ended = client.wait();
    case.expect_status(&ended, 1);
    expect_answers(case, &ended, &[lost(1, true), lost(2, true)]);
    let text = ended.stdout_text();
    case.expect(
        &ended,
        text.contains("id 7 after 9"),
        "a message that says `id 7 after 9`",
        &text,
    );
}

pub(super) fn calls_above_the_last_id_were_not_sent(case: &mut Case) {
    let mut host = Host::listen();
    let mut client = start(case, &host, &["--timeout", "0"], lines(4));
    let mut wire = client.welcome(case, &mut host);
    let calls = calls(case, &mut client, &mut wire, 4);
    // Nobody is there when it looks for another connection.
    drop(host);
    wire.send_all(&[
        Frame::reply(calls[0].id, "\"one\""),
        Frame::goaway(calls[1].id, "shutting down"),
    ]);
    client.lines(3);
    // The second one was taken, and is answered in its own time.
    client.settle(case);
    wire.send_all(&[
        Frame::item(calls[1].id, "1"),
        Frame::reply(calls[1].id, "\"two\""),
    ]);
    let ended = client.wait();
    case.expect_status(&ended, 1);
    expect_answers(
        case,
        &ended,
        &[
            json!({"line": 1, "result": "one"}),
            json!({"line": 2, "result": "two", "items": [1]}),
            lost(3, false),
            lost(4, false),
        ],
    );
}

pub(super) fn a_stream_goes_on_while_the_server_ends(case: &mut Case) {
    let mut server = Server::start(case, &["--grace", "60000"]);
    let mut wire = server.greeted(case);
    wire.send(&count(1, 0, 30));
    expect_items(case, &mut server, &mut wire, 1, 1, FIRST);
    server.signal(Signal::TERM);
    let expected = Frame::goaway(1, "shutting down");
    server.expect_frame(
        case,
        &mut wire,
        &expected,
        "what a client is told when the server ends",
    );
    wire.send(&Frame::credit(1, 60_000));
    expect_items(case, &mut server, &mut wire, 1, FIRST + 1, FIRST + 6);
    wire.send(&Frame::credit(1, 1 << 20));
    expect_items(case, &mut server, &mut wire, 1, FIRST + 7, 30);
    let expected = Frame::reply(1, r#"{"sent":30}"#);
    server.expect_frame(case, &mut wire, &expected, "the reply behind all items");
    server.expect_ended(case, &mut wire, "the end when nothing is under way any more");
    let ended = server.wait();
    case.expect_status(&ended, 0);
}
