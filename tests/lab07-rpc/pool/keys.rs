//! Which server a call goes to: the one to which its key belongs.

use support::Case;

use super::batch::{Batch, echo, keyed};
use super::nodes::{Node, addresses, look_until, welcome_all};
use super::ring::{names, place};
use crate::wire::Server;

const BY_KEY: &[&str] = &["--route", "key"];

pub(super) fn a_key_stays_with_its_server(case: &mut Case) {
    let servers: Vec<Server> = (0..3).map(|_| Server::start(case, &[])).collect();
    let mut addresses: Vec<String> = servers.iter().map(|server| server.address.to_string()).collect();
    let keys = names("user:", 60);
    // Every process has the same ring, in whichever order it is told of the servers.
    let ring = place(case, &addresses, &["--load", "0"], &keys);
    for _ in 0..3 {
        addresses.rotate_left(1);
        let mut batch = Batch::start(case, &addresses, BY_KEY);
        batch.ask_until_all_answer(case, &addresses);
        for (number, (key, node)) in keys.iter().zip(&ring.nodes).enumerate() {
            let answer = batch.ask(case, &keyed(number, key));
            batch.client.expect_same(
                case,
                "the answer to a call with a key",
                &number.to_string(),
                &answer.outcome,
            );
            let what = format!("the server of {key}, which `rpc ring --load 0` names too");
            batch.client.expect_same(case, &what, node, &answer.peer);
        }
        batch.finish(case, 0);
    }
}

pub(super) fn keys_are_nothing_to_the_least_loaded(case: &mut Case) {
    let servers: Vec<Server> = (0..2).map(|_| Server::start(case, &[])).collect();
    let addresses: Vec<String> = servers.iter().map(|server| server.address.to_string()).collect();
    // Without --route key the same key goes here and there; and with it a call without a key does.
    for (options, key) in [(&[][..], true), (BY_KEY, false)] {
        let mut batch = Batch::start(case, &addresses, options);
        batch.ask_until_all_answer(case, &addresses);
        let line = |number| if key { keyed(number, "same") } else { echo(number) };
        let peers: Vec<String> = (0..10)
            .map(|number| batch.ask(case, &line(number)).peer)
            .collect();
        let first = peers.iter().filter(|peer| **peer == addresses[0]).count();
        batch.client.expect(
            case,
            first == 5,
            "calls of two idle servers in turn",
            peers.join(", "),
        );
        batch.finish(case, 0);
    }
}

pub(super) fn keys_of_a_server_that_is_gone_go_elsewhere(case: &mut Case) {
    let mut servers: Vec<Server> = (0..3).map(|_| Server::start(case, &[])).collect();
    let addresses: Vec<String> = servers.iter().map(|server| server.address.to_string()).collect();
    let keys = names("user:", 60);
    let mut batch = Batch::start(case, &addresses, BY_KEY);
    batch.ask_until_all_answer(case, &addresses);
    let gone = servers.remove(1);
    drop(gone);
    batch.client.settle(case);
    let rest = [addresses[0].clone(), addresses[2].clone()];
    let before = place(case, &addresses, &["--load", "0"], &keys);
    let after = place(case, &rest, &["--load", "0"], &keys);
    for (number, key) in keys.iter().enumerate() {
        let answer = batch.ask(case, &keyed(number, key));
        let what = format!(
            "the server of {key} without {}, where it was on {}",
            addresses[1], before.nodes[number]
        );
        batch
            .client
            .expect_same(case, &what, &after.nodes[number], &answer.peer);
    }
    batch.finish(case, 0);
}

pub(super) fn a_key_that_everybody_wants_drowns_no_server(case: &mut Case) {
    const CALLS: usize = 12;
    let mut nodes: Vec<Node> = (0..3).map(|_| Node::listen()).collect();
    let mut batch = Batch::start(case, &addresses(&nodes), &["--route", "key", "--timeout", "0"]);
    welcome_all(case, &mut batch, &mut nodes);
    for number in 1..=CALLS {
        batch.write(&keyed(number, "hot"));
        look_until(case, &mut batch, &mut nodes, "sends a call", |nodes| {
            nodes.iter().map(|node| node.taken).sum::<usize>() == number
        });
        // A server may have a quarter more than its share of the calls under way, this one included, rounded up.
        let capacity = (5 * number).div_ceil(4 * nodes.len());
        let most = nodes.iter().map(|node| node.held.len()).max().unwrap_or(0);
        let what = format!("at most {capacity} of {number} calls of one key under way at each of 3 servers");
        batch.client.expect(case, most <= capacity, &what, most);
    }
    let counts: Vec<usize> = nodes.iter().map(|node| node.held.len()).collect();
    let most = counts.iter().max().copied().unwrap_or(0);
    batch.client.expect(
        case,
        most == 5,
        "5 of 12 calls at the server to which the key belongs",
        format!("{counts:?}"),
    );
    nodes.iter_mut().for_each(Node::reply_all);
    batch.finish(case, 0);
}
