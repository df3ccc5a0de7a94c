//! Servers that say nothing, and servers that come back.

use std::time::{Duration, Instant};

use support::Case;

use super::batch::{Batch, echo};
use super::nodes::{Node, addresses, look_until, welcome_all};
use crate::wire::{Frame, Host, PATIENCE, Server};

pub(super) fn a_server_that_says_nothing_gets_no_calls(case: &mut Case) {
    // It accepts, as the system does for everybody who listens, and says no HELLO.
    let mute = Host::listen();
    let server = Server::start(case, &[]);
    let there = server.address.to_string();
    let mut batch = Batch::start(case, &[mute.name(), there.clone()], &["--timeout", "0"]);
    for number in 1..=50 {
        batch.write(&echo(number));
    }
    let (ended, answers) = batch.finish(case, 0);
    for (number, answer) in answers {
        case.expect_same(
            &ended,
            &format!("the server that has answered line {number}"),
            &there,
            &answer.peer,
        );
    }
    let mut batch = Batch::start(
        case,
        &[mute.name(), Host::nobody().to_string()],
        &["--timeout", "400"],
    );
    batch.write(&echo(1));
    let (ended, answers) = batch.finish(case, 1);
    let failed = answers
        .values()
        .all(|answer| matches!(&*answer.outcome, "error deadline" | "error connection"));
    case.expect(
        &ended,
        failed,
        "an error when time is over",
        format!("{answers:?}"),
    );
}

pub(super) fn a_server_that_answers_nothing_keeps_its_own_calls_only(case: &mut Case) {
    let mut nodes = [Node::listen(), Node::listen()];
    let mut batch = Batch::start(
        case,
        &addresses(&nodes),
        &["--timeout", "3000", "--in-flight", "2"],
    );
    welcome_all(case, &mut batch, &mut nodes);
    for number in 1..=10 {
        batch.write(&echo(number));
    }
    // What came to it is remembered: a call whose time is over is taken back by a CANCEL.
    let mut silent: Vec<String> = Vec::new();
    look_until(
        case,
        &mut batch,
        &mut nodes,
        "sends ten calls to two servers, of which one answers none",
        |nodes| {
            for call in &nodes[0].held {
                let body = String::from_utf8_lossy(call.body()).into_owned();
                if !silent.contains(&body) {
                    silent.push(body);
                }
            }
            nodes[1].reply_all();
            nodes[0].taken + nodes[1].taken == 10
        },
    );
    nodes[1].reply_all();
    let (ended, answers) = batch.finish(case, 1);
    for (number, answer) in answers {
        let expected = match silent.contains(&number.to_string()) {
            true => "error deadline".to_owned(),
            false => number.to_string(),
        };
        case.expect_same(
            &ended,
            &format!("the answer to line {number}, where one server kept {silent:?}"),
            &expected,
            &answer.outcome,
        );
    }
    case.expect(
        &ended,
        !silent.is_empty(),
        "a call for each of two servers",
        "none for the silent one",
    );
}

/// An address that no other program on this machine is likely to use: ports that somebody else might get in between are not its own.
fn own_address() -> String {
    let pid = std::process::id();
    format!(
        "127.{}.{}.{}",
        100 + pid / 62_500 % 100,
        1 + pid / 250 % 250,
        1 + pid % 250
    )
}

/// Starts `rpc serve` on just this address.
fn serve_at(case: &mut Case, address: &str) -> Server {
    let program = case.program("rpc").args(["serve", "--listen", address]);
    Server::spawn(case, program)
}

pub(super) fn a_server_that_comes_back_gets_calls_again(case: &mut Case) {
    let server = Server::start(case, &[]);
    let staying = server.address.to_string();
    let first = serve_at(case, &format!("{}:0", own_address()));
    let coming = first.address.to_string();
    let all = [coming.clone(), staying.clone()];
    let mut batch = Batch::start(case, &all, &[]);
    batch.ask_until_all_answer(case, &all);
    drop(first);
    // What is sent before the client has noticed could be lost with it.
    batch.client.settle(case);
    for number in 1..=10 {
        let answer = batch.ask(case, &echo(number));
        batch.client.expect_same(
            case,
            "the answer to a call while one server is gone",
            &number.to_string(),
            &answer.outcome,
        );
        batch
            .client
            .expect_same(case, "the server that has answered", &staying, &answer.peer);
    }
    let again = serve_at(case, &coming);
    batch.ask_until_all_answer(case, &all);
    batch.finish(case, 0);
    again.stop(case);
}

pub(super) fn tries_become_rarer(case: &mut Case) {
    /// Connections until it is enough, and what the waits between them are at least: half of 100, 200, 400 and 800 ms.
    const TRIES: usize = 5;
    const LEAST: Duration = Duration::from_millis((100 + 200 + 400 + 800) / 2);
    for says_hello in [false, true] {
        let mut bad = Host::listen();
        let server = Server::start(case, &[]);
        let good = server.address.to_string();
        let since = Instant::now();
        let mut batch = Batch::start(case, &[bad.name(), good.clone()], &["--retry"]);
        for number in 1..=TRIES {
            // It hangs up as soon as it is there: a connection that was made is no success.
            let mut wire = batch.client.accept(&mut bad);
            if says_hello {
                wire.send(&Frame::hello(1 << 20, 0));
            }
            drop(wire);
            let answer = batch.ask(case, &echo(number));
            batch.client.expect_same(
                case,
                "the answer to a call beside a server that hangs up",
                &number.to_string(),
                &answer.outcome,
            );
        }
        // Time that the suite or the machine lost makes this longer only.
        let took = since.elapsed();
        let what = format!(
            "{TRIES} tries in {} ms at least: waits double from 100 ms, each of at least half of that",
            LEAST.as_millis()
        );
        batch
            .client
            .expect(case, took >= LEAST, &what, format!("{} ms", took.as_millis()));
        batch.client.expect(
            case,
            took < PATIENCE * 2,
            "tries that go on",
            format!("{} ms", took.as_millis()),
        );
        batch.finish(case, 0);
    }
}
