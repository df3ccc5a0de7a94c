//! Credit: how far one side may send ahead of the other.

use serde_json::{Value, json};
use support::Case;

use super::lines::{line, start};
use super::streams::{BYTES, FIRST, count, expect_items, expect_silence};
use crate::call::FOR_EVER;
use crate::wire::{Frame, Host, Server, Wire, code, kind};

pub(super) fn items_wait_for_credit(case: &mut Case) {
    let mut server = Server::start(case, &[]);
    let mut wire = server.greeted(case);
    wire.send(&count(1, 0, 10));
    // 65,536 - 7 × 10,000 = -4,464: the last one was begun with credit, and no more may come.
    expect_items(case, &mut server, &mut wire, 1, 1, FIRST);
    expect_silence(
        case,
        &mut server,
        &mut wire,
        "no item 8, with a credit of -4464 bytes",
    );
    wire.send(&Frame::credit(1, 4464));
    expect_silence(
        case,
        &mut server,
        &mut wire,
        "no item 8, with a credit of 0 bytes",
    );
    wire.send(&Frame::credit(1, 1));
    expect_items(case, &mut server, &mut wire, 1, 8, 8);
    expect_silence(
        case,
        &mut server,
        &mut wire,
        "no item 9, with a credit of -9999 bytes",
    );
    for _ in 0..10 {
        wire.send(&Frame::credit(1, 2000));
    }
    expect_items(case, &mut server, &mut wire, 1, 9, 10);
    let expected = Frame::reply(1, r#"{"sent":10}"#);
    server.expect_frame(case, &mut wire, &expected, "the reply, which needs no credit");
    // Every call begins anew, and credit that was given early is kept.
    wire.send_all(&[count(2, 0, 10), Frame::credit(2, 40_000)]);
    expect_items(case, &mut server, &mut wire, 2, 1, 10);
    server.expect_kind(case, &mut wire, kind::REPLY, "the reply behind ten items");
    server.stop(case);
}

/// Expects a violation, and returns its sentence.
fn expect_violation(case: &mut Case, server: &mut Server, wire: &mut Wire, what: &str) -> String {
    let error = server.expect_next(case, wire, what);
    server.expect(
        case,
        error.is_error(0, code::PROTOCOL),
        &format!("`ERROR 0 11 …`, {what}"),
        &error,
    );
    server.expect_ended(case, wire, "the end behind a violation");
    let sentence = String::from_utf8_lossy(error.rest(2)).into_owned();
    server.expect_said(&format!("rpc: {}: {sentence}\n", wire.name()));
    sentence
}

pub(super) fn credit_has_a_bound(case: &mut Case) {
    const REST: u32 = i32::MAX as u32 - 65_536;
    let mut server = Server::start(case, &[]);
    let mut wire = server.greeted(case);
    wire.send_all(&[
        Frame::call(1, 0, "sleep", FOR_EVER),
        Frame::credit(1, REST),
        Frame::credit(1, 0),
        Frame::call(2, 0, "echo", "well"),
    ]);
    let expected = Frame::reply(2, "well");
    server.expect_frame(
        case,
        &mut wire,
        &expected,
        "the answer behind a credit of 2^31 - 1 bytes",
    );
    wire.send(&Frame::credit(1, 1));
    let found = expect_violation(case, &mut server, &mut wire, "the answer to one byte more");
    server.expect_same(case, "the sentence", "credit overflow", &found);
    for credit in [REST + 1, u32::MAX] {
        let mut wire = server.greeted(case);
        wire.send_all(&[Frame::call(1, 0, "sleep", FOR_EVER), Frame::credit(1, credit)]);
        let what = format!("the answer to a credit of {credit} bytes");
        let found = expect_violation(case, &mut server, &mut wire, &what);
        server.expect_same(case, "the sentence", "credit overflow", &found);
    }
    // Each call has its own.
    let mut wire = server.greeted(case);
    wire.send_all(&[
        Frame::call(1, 0, "sleep", FOR_EVER),
        Frame::call(2, 0, "sleep", FOR_EVER),
        Frame::credit(1, REST),
        Frame::credit(2, REST),
        Frame::call(3, 0, "echo", "well"),
    ]);
    let expected = Frame::reply(3, "well");
    server.expect_frame(
        case,
        &mut wire,
        &expected,
        "the answer behind the credit of two calls",
    );
    drop(wire);
    server.stop(case);
}

pub(super) fn input_needs_credit(case: &mut Case) {
    let mut server = Server::start(case, &[]);
    // (what goes through, what is too much): the method reads no input, so that nothing is ever given back.
    for (lengths, last) in [
        (&[65_536][..], 1),
        (&[65_535, 60_000], 0),
        (&[30_000, 30_000, 30_000], 10),
        (&[1; 100], 0),
    ] {
        let mut wire = server.greeted(case);
        let mut frames = vec![Frame::call(1, 0, "sleep", FOR_EVER)];
        frames.extend(lengths.iter().map(|&length| Frame::item(1, vec![b'i'; length])));
        frames.push(Frame::call(2, 0, "echo", "well"));
        wire.send_all(&frames);
        let expected = Frame::reply(2, "well");
        let what = format!(
            "the answer behind input of {} bytes",
            lengths.iter().sum::<usize>()
        );
        server.expect_frame(case, &mut wire, &expected, &what);
        if lengths.iter().sum::<usize>() >= 65_536 {
            wire.send(&Frame::item(1, vec![b'i'; last]));
            let found = expect_violation(case, &mut server, &mut wire, "the answer to an item more");
            server.expect_same(case, "the sentence", "item without credit", &found);
        }
    }
    server.stop(case);
}

pub(super) fn what_crosses_with_an_end_is_ignored(case: &mut Case) {
    let mut server = Server::start(case, &[]);
    let mut wire = server.greeted(case);
    let reply = server.ask(case, &mut wire, 1, "echo", "one");
    server.expect_same(case, "the reply", "one", &reply);
    wire.send_all(&[
        Frame::item(1, "too late"),
        Frame::credit(1, 1000),
        Frame::credit(1, u32::MAX),
        Frame::cancel(1),
        Frame::item(1, vec![0; 65_536]),
        Frame::item(1, "").flags(crate::wire::LAST),
        Frame::call(2, 0, "echo", "two"),
    ]);
    server.expect_frame(case, &mut wire, &Frame::reply(2, "two"), "the next answer");
    server.stop(case);
}

pub(super) fn a_client_gives_credit_as_it_takes(case: &mut Case) {
    const ITEMS: usize = 200;
    let mut host = Host::listen();
    let lines = [line("count", json!({"to": ITEMS})), line("echo", json!("quick"))].concat();
    let mut client = start(case, &host, &["--timeout", "0"], lines);
    let mut wire = client.welcome(case, &mut host);
    let calls = [
        client.expect_call(case, &mut wire, "the CALL of the first line"),
        client.expect_call(case, &mut wire, "the CALL of the second line"),
    ];
    let stream = calls.iter().find(|call| call.method() == "count");
    let quick = calls.iter().find(|call| call.method() == "echo");
    let both = stream.zip(quick);
    client.expect(case, both.is_some(), "a CALL of count and one of echo", &calls[0]);
    let (stream, quick) = both.expect("an expectation that does not hold ends the case");
    let item = Frame::item(stream.id, format!("{:width$}", 1, width = BYTES));
    let mut credit: i64 = 65_536;
    for number in 0..ITEMS {
        while credit <= 0 {
            let what = format!("credit, when {number} items of {BYTES} bytes were sent and none is left");
            let frame = client.expect_kind(case, &mut wire, kind::CREDIT, &what);
            client.expect(case, frame.id == stream.id, &what, &frame);
            credit += frame.number(0, 4) as i64;
            client.expect(
                case,
                credit <= 1 << 20,
                "credit for a bounded number of bytes",
                format!("{credit} bytes"),
            );
        }
        wire.send(&item);
        credit -= BYTES as i64;
        if number == ITEMS / 2 {
            wire.send(&Frame::reply(quick.id, "\"quick\""));
            client.lines(1);
        }
    }
    wire.send(&Frame::reply(stream.id, "\"done\""));
    let ended = client.wait();
    case.expect_status(&ended, 0);
    let text = ended.stdout_text();
    let found: Vec<Value> = text
        .lines()
        .filter_map(|line| serde_json::from_str(line).ok())
        .collect();
    let items = vec![json!(1); ITEMS];
    let expected = [
        json!({"line": 2, "result": "quick"}),
        json!({"line": 1, "result": "done", "items": items}),
    ];
    case.expect(
        &ended,
        found == expected,
        "the quick answer, then 200 items and the reply",
        &text,
    );
}
