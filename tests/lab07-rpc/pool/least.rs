//! Which server a call goes to: the one with the fewest calls under way.

use std::collections::BTreeMap;

use serde_json::json;
use support::Case;

use super::batch::{Batch, echo};
use super::nodes::{Node, addresses, look_until, welcome_all};
use crate::wire::{Host, Server};

pub(super) fn calls_are_spread_over_all_servers(case: &mut Case) {
    const EACH: usize = 30;
    let servers: Vec<Server> = (0..3).map(|_| Server::start(case, &[])).collect();
    let addresses: Vec<String> = servers.iter().map(|server| server.address.to_string()).collect();
    let mut batch = Batch::start(case, &addresses, &[]);
    batch.ask_until_all_answer(case, &addresses);
    // All have nothing to do, so they take turns.
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for number in 0..3 * EACH {
        let answer = batch.ask(case, &echo(number));
        batch
            .client
            .expect_same(case, "the answer to a call", &number.to_string(), &answer.outcome);
        *counts.entry(answer.peer).or_default() += 1;
    }
    let mut expected: BTreeMap<String, usize> = BTreeMap::new();
    for address in &addresses {
        expected.insert(address.clone(), EACH);
    }
    batch.client.expect_same(
        case,
        &format!(
            "how many of {} calls, one after the other, each server has answered",
            3 * EACH
        ),
        &format!("{expected:?}"),
        &format!("{counts:?}"),
    );
    batch.finish(case, 0);
}

pub(super) fn answers_come_from_the_server_that_is_named(case: &mut Case) {
    // Each server counts, and the counts say who has answered how often.
    let mut servers: Vec<Server> = (0..3).map(|_| Server::start(case, &[])).collect();
    let addresses: Vec<String> = servers.iter().map(|server| server.address.to_string()).collect();
    let mut batch = Batch::start(case, &addresses, &["--in-flight", "20"]);
    for number in 1..=400 {
        batch.write(&match number % 4 {
            0 => json!({ "method": "count", "params": { "to": 3 } }).to_string(),
            1 => json!({ "method": "fail", "params": { "code": 100 + number % 7, "message": "m" } })
                .to_string(),
            _ => echo(number),
        });
    }
    let (ended, answers) = batch.finish(case, 1);
    let mut counts: BTreeMap<&str, i64> = BTreeMap::new();
    for (number, answer) in &answers {
        let expected = match number % 4 {
            0 => r#"{"sent":3}"#.to_owned(),
            1 => "error application".to_owned(),
            _ => number.to_string(),
        };
        case.expect_same(
            &ended,
            &format!("the answer to line {number}"),
            &expected,
            &answer.outcome,
        );
        *counts.entry(&answer.peer).or_default() += 1;
    }
    for server in &mut servers {
        let address = server.address.to_string();
        let finished = crate::wire::Probe::of(case, server).ask(case, server, "finished");
        let named = counts.get(&*address).copied().unwrap_or(0);
        let what = format!("as many calls finished by {address} as answers that name it: {named}");
        server.expect(case, finished == named && named > 0, &what, finished);
    }
}

pub(super) fn a_slow_server_gets_fewer_calls(case: &mut Case) {
    const CALLS: usize = 100;
    for (fast, in_flight, most) in [(1, 8, 4), (2, 9, 3), (1, 2, 1)] {
        let mut nodes: Vec<Node> = (0..=fast).map(|_| Node::listen()).collect();
        let options = ["--in-flight", &in_flight.to_string(), "--timeout", "0"];
        let mut batch = Batch::start(case, &addresses(&nodes), &options);
        welcome_all(case, &mut batch, &mut nodes);
        for number in 1..=CALLS {
            batch.write(&echo(number));
        }
        // The first one answers nothing, the others at once.
        let what = format!(
            "gives all but {most} of {CALLS} calls to servers that answer, while another one answers none"
        );
        look_until(case, &mut batch, &mut nodes, &what, |nodes| {
            let (slow, others) = nodes.split_at_mut(1);
            others.iter_mut().for_each(Node::reply_all);
            slow[0].taken + others.iter().map(|node| node.taken).sum::<usize>() == CALLS
        });
        let slow = nodes[0].taken;
        batch.client.expect(
            case,
            (1..=most).contains(&slow),
            &format!(
                "1 to {most} calls for the slow one of {} servers, with --in-flight {in_flight}",
                fast + 1
            ),
            slow,
        );
        nodes.iter_mut().for_each(Node::reply_all);
        batch.finish(case, 0);
    }
}

pub(super) fn a_call_goes_to_whom_has_least_to_do(case: &mut Case) {
    let mut nodes: Vec<Node> = (0..3).map(|_| Node::listen()).collect();
    let mut batch = Batch::start(case, &addresses(&nodes), &["--timeout", "0"]);
    welcome_all(case, &mut batch, &mut nodes);
    let mut number = 0;
    // How many answers each of them gives before the next call comes: in this way they differ in what is under way.
    for answers in [
        [0, 0, 0],
        [0, 0, 0],
        [0, 0, 0],
        [0, 0, 0],
        [0, 0, 0],
        [0, 0, 0],
        [2, 0, 0],
        [0, 1, 0],
        [0, 0, 0],
        [0, 0, 2],
        [1, 1, 0],
    ] {
        for (node, count) in nodes.iter_mut().zip(answers) {
            for _ in 0..count {
                node.reply();
            }
        }
        batch.client.settle(case);
        let before: Vec<usize> = nodes.iter().map(|node| node.held.len()).collect();
        let least = before.iter().min().copied().unwrap_or(0);
        number += 1;
        batch.write(&echo(number));
        look_until(
            case,
            &mut batch,
            &mut nodes,
            "sends a call to one of three servers",
            |nodes| nodes.iter().map(|node| node.taken).sum::<usize>() == number,
        );
        let chosen = (0..3).find(|&at| nodes[at].held.len() > before[at]).unwrap_or(0);
        let what = format!(
            "call {number} at a server with {least} calls under way, where the three have {before:?}"
        );
        batch.client.expect(
            case,
            before[chosen] == least,
            &what,
            format!("it went to number {}", chosen + 1),
        );
    }
    nodes.iter_mut().for_each(Node::reply_all);
    batch.finish(case, 0);
}

pub(super) fn the_limit_of_calls_is_one_for_all_servers(case: &mut Case) {
    const IN_FLIGHT: usize = 7;
    let mut nodes: Vec<Node> = (0..3).map(|_| Node::listen()).collect();
    let options = ["--in-flight", &IN_FLIGHT.to_string(), "--timeout", "0"];
    let mut batch = Batch::start(case, &addresses(&nodes), &options);
    welcome_all(case, &mut batch, &mut nodes);
    for number in 1..=30 {
        batch.write(&echo(number));
    }
    let taken = |nodes: &[Node]| nodes.iter().map(|node| node.taken).sum::<usize>();
    look_until(
        case,
        &mut batch,
        &mut nodes,
        "has seven calls in flight",
        |nodes| taken(nodes) >= IN_FLIGHT,
    );
    batch.client.settle(case);
    for node in &mut nodes {
        node.look(case, &mut batch.client);
    }
    let found = taken(&nodes);
    batch.client.expect(
        case,
        found == IN_FLIGHT,
        "seven calls in flight with three servers, and no more",
        found,
    );
    look_until(
        case,
        &mut batch,
        &mut nodes,
        "sends the other calls when those are answered",
        |nodes| {
            nodes.iter_mut().for_each(Node::reply_all);
            taken(nodes) == 30
        },
    );
    nodes.iter_mut().for_each(Node::reply_all);
    batch.finish(case, 0);
    for node in &nodes {
        assert_eq!(node.connections, 1, "the case takes one connection at a time");
    }
}

pub(super) fn there_is_one_connection_to_each_server(case: &mut Case) {
    let mut hosts: Vec<Host> = (0..3).map(|_| Host::listen()).collect();
    let names: Vec<String> = hosts.iter().map(Host::name).collect();
    let mut batch = Batch::start(case, &names, &["--timeout", "0"]);
    let mut wires: Vec<_> = hosts
        .iter_mut()
        .map(|host| batch.client.welcome(case, host))
        .collect();
    batch.client.settle(case);
    for number in 1..=60 {
        batch.write(&echo(number));
    }
    for _ in 0..20 {
        for wire in &mut wires {
            batch
                .client
                .expect_call(case, wire, "a third of 60 calls that nobody answers yet");
        }
    }
    for host in &mut hosts {
        let found = host.connections();
        batch
            .client
            .expect(case, found == 1, "one connection to each address", found);
    }
    drop(batch.client.kill());
}

pub(super) fn wrong_usage_of_several_servers_is_status_2(case: &mut Case) {
    for (args, named) in [
        (&["127.0.0.1:1,"][..], ""),
        (&[",127.0.0.1:1"], ""),
        (&["127.0.0.1:1,nowhere"], "nowhere"),
        (&["127.0.0.1:1,127.0.0.1:1"], "127.0.0.1:1"),
        (&["127.0.0.1:1", "127.0.0.1:2"], ""),
        (&["127.0.0.1:1,127.0.0.1:2", "--route", "random"], "--route"),
        (&["127.0.0.1:1,127.0.0.1:2", "--in-flight", "0"], "--in-flight"),
    ] {
        let ended = case
            .program("rpc")
            .args(["batch"])
            .args(args)
            .stdin(echo(1))
            .run();
        case.expect_status(&ended, 2);
        case.expect_stderr_names(&ended, named);
        case.expect_stdout(&ended, "");
    }
}
