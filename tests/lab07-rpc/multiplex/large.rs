//! Much at once, in bounded memory.

use std::collections::BTreeSet;

use serde_json::json;
use support::Case;

use super::lines::{answers, line, start};
use super::streams::{count, expect_items};
use crate::wire::{Frame, Host, Probe, Server, Wire};

const CALLS: usize = 10_000;

pub(super) fn ten_thousand_calls_on_one_connection(case: &mut Case) {
    const IN_FLIGHT: usize = 500;
    let mut host = Host::listen();
    let lines: String = (1..=CALLS).map(|number| line("echo", json!(number))).collect();
    let args = ["--in-flight", &IN_FLIGHT.to_string(), "--timeout", "0"];
    let mut client = start(case, &host, &args, lines);
    let mut wire = client.welcome(case, &mut host);
    let mut ids = BTreeSet::new();
    let mut waiting: Vec<Frame> = Vec::new();
    for number in 1..=CALLS {
        let call = client.expect_call(case, &mut wire, &format!("CALL {number} of {CALLS}"));
        ids.insert(call.id);
        waiting.push(call);
        // As many as may be in flight wait, and are answered from the last to the first.
        if waiting.len() == IN_FLIGHT || number == CALLS {
            let replies: Vec<Frame> = std::mem::take(&mut waiting)
                .iter()
                .rev()
                .map(|call| Frame::reply(call.id, call.body()))
                .collect();
            wire.send_all(&replies);
        }
    }
    let ended = client.wait();
    case.expect_status(&ended, 0);
    case.expect(&ended, ids.len() == CALLS, &format!("{CALLS} ids"), ids.len());
    let found = answers(case, &ended, CALLS);
    for (number, answer) in (1..).zip(&found) {
        let right = answer["result"] == number;
        case.expect(
            &ended,
            right,
            &format!("the result {number} for line {number}"),
            answer,
        );
    }
    let found = host.connections();
    case.expect(&ended, found == 1, "one connection", found);
}

pub(super) fn ten_thousand_calls_with_the_real_server(case: &mut Case) {
    let mut server = Server::start(case, &["--workers", "4"]);
    let address = server.address.to_string();
    let lines: String = (1..=CALLS)
        .map(|number| match number % 4 {
            0 => line("sleep", json!({"ms": number % 3})),
            1 => line("count", json!({"to": number % 5})),
            _ => line("echo", json!(number)),
        })
        .collect();
    let ended = case
        .program("rpc")
        .args(["batch", &address, "--in-flight", "200", "--timeout", "60000"])
        .stdin(lines)
        .run();
    case.expect_status(&ended, 0);
    for (number, answer) in (1..).zip(answers(case, &ended, CALLS)) {
        let items: Vec<usize> = (1..=number % 5).collect();
        let expected = match (number % 4, items.is_empty()) {
            (0, _) => json!({"line": number, "result": {"slept": number % 3}}),
            (1, true) => json!({"line": number, "result": {"sent": 0}}),
            (1, false) => json!({"line": number, "result": {"sent": items.len()}, "items": items}),
            _ => json!({"line": number, "result": number}),
        };
        let what = format!("the answer to line {number}");
        case.expect_same(&ended, &what, &expected.to_string(), &answer.to_string());
    }
    let mut probe = Probe::of(case, &mut server);
    probe.wait_for(case, &mut server, "connections", 1);
    server.stop(case);
}

pub(super) fn a_client_that_does_not_read_costs_a_buffer(case: &mut Case) {
    let mut server = Server::start(case, &["--workers", "2"]);
    let wire = Wire::narrow(server.address);
    let mut wire = server.greet(case, wire);
    // A gigabyte of items, and credit for all of them: memory is limited meanwhile.
    wire.send_all(&[count(1, 0, 100_000), Frame::credit(1, 1 << 30)]);
    let mut other = server.greeted(case);
    server.settle(case);
    let reply = server.ask(case, &mut other, 1, "sleep", r#"{"ms":0}"#);
    server.expect_same(case, "the answer to somebody who reads", r#"{"slept":0}"#, &reply);
    // It goes on when somebody reads.
    expect_items(case, &mut server, &mut wire, 1, 1, 2000);
    let mut probe = Probe::of(case, &mut server);
    drop(wire);
    probe.wait_for(case, &mut server, "running", 0);
    server.stop(case);
}
