//! `rpc batch` and servers that say nothing.
//!
//! Where the case has to answer in time, the time is long; where it is silent, it is short.

use std::time::Duration;

use serde_json::json;
use support::Case;

use super::lines::{answers, line, start};
use crate::wire::{Frame, Host, kind};

pub(super) fn a_client_asks_a_silent_server(case: &mut Case) {
    let mut host = Host::listen();
    let lines = line("echo", json!(1));
    let mut client = start(case, &host, &["--timeout", "0", "--ping", "600"], lines);
    let mut wire = client.accept(&mut host);
    wire.keeps_pings();
    let hello = client.expect_kind(case, &mut wire, kind::HELLO, "the client's HELLO");
    client.expect_same(
        case,
        "ping_ms in the HELLO",
        "600",
        &hello.number(4, 4).to_string(),
    );
    wire.send(&Frame::hello(1 << 20, 0));
    let call = client.expect_call(case, &mut wire, "a CALL");
    for _ in 0..3 {
        let ping = client.expect_kind(
            case,
            &mut wire,
            kind::PING,
            "a PING when nothing has come for 600 ms",
        );
        wire.send(&Frame::pong(&ping.payload));
    }
    // And it answers what it is asked.
    wire.send(&Frame::ping(*b"01234567"));
    loop {
        let next = client.expect_next(case, &mut wire, "the answer to a PING");
        if next.kind == kind::PONG {
            client.expect_same(case, "the PONG", "PONG 01234567", &next.to_string());
            break;
        }
    }
    wire.send(&Frame::reply(call.id, "1"));
    let ended = client.wait();
    case.expect_stdout(&ended, "{\"line\":1,\"result\":1}\n");
    case.expect_status(&ended, 0);
}

pub(super) fn a_client_gives_up_a_silent_server(case: &mut Case) {
    let mut host = Host::listen();
    let lines = [line("echo", json!(1)), line("echo", json!(2))].concat();
    let mut client = start(case, &host, &["--timeout", "0", "--ping", "150"], lines);
    let mut wire = client.accept(&mut host);
    wire.keeps_pings();
    client.expect_kind(case, &mut wire, kind::HELLO, "the client's HELLO");
    wire.send(&Frame::hello(1 << 20, 0));
    // The server is silent from here on, and its socket open.
    let ended = client.wait();
    case.expect_status(&ended, 1);
    // The program has begun a little before its time is taken.
    let early = ended.wall < Duration::from_millis(250);
    case.expect(
        &ended,
        !early,
        "a client that waits two times 150 ms",
        ended.wall.as_millis(),
    );
    let expected = json!({"name": "connection", "code": 0, "sent": true});
    for (number, answer) in answers(case, &ended, 2).iter().enumerate() {
        let mut found = answer["error"].clone();
        let message = found["message"].take();
        if let Some(found) = found.as_object_mut() {
            found.remove("message");
        }
        let what = format!("the error of line {}", number + 1);
        case.expect_same(&ended, &what, &expected.to_string(), &found.to_string());
        let silent = message
            .as_str()
            .is_some_and(|message| message.contains("silent for 300 ms"));
        case.expect(&ended, silent, "a message that says `silent for 300 ms`", message);
    }
}
