//! Servers that are not there, and servers that go.

use support::Case;

use super::batch::{Batch, echo};
use super::nodes::{Node, addresses, look_until, welcome_all};
use crate::wire::{Frame, Host, Server, code};

pub(super) fn a_server_that_is_not_there_is_left_out(case: &mut Case) {
    let server = Server::start(case, &[]);
    let there = server.address.to_string();
    for addresses in [
        [there.clone(), Host::nobody().to_string()],
        [Host::nobody().to_string(), there.clone()],
    ] {
        let mut batch = Batch::start(case, &addresses, &[]);
        for number in 1..=50 {
            batch.write(&echo(number));
        }
        let (ended, answers) = batch.finish(case, 0);
        for (number, answer) in answers {
            case.expect_same(
                &ended,
                &format!("the answer to line {number}"),
                &number.to_string(),
                &answer.outcome,
            );
            case.expect_same(
                &ended,
                &format!("the server that has answered line {number}"),
                &there,
                &answer.peer,
            );
        }
    }
}

pub(super) fn without_any_server_calls_fail_at_once(case: &mut Case) {
    let nobody = [Host::nobody().to_string(), Host::nobody().to_string()];
    let mut batch = Batch::start(case, &nobody, &["--timeout", "0"]);
    for number in 1..=5 {
        batch.write(&echo(number));
    }
    let (ended, answers) = batch.finish(case, 1);
    for (number, answer) in answers {
        case.expect_same(
            &ended,
            &format!("line {number}, which nobody can have run"),
            "error connection",
            &answer.outcome,
        );
    }
    // Whoever may try again does so as long as there is time.
    let mut batch = Batch::start(case, &nobody, &["--retry", "--timeout", "600"]);
    batch.write(&echo(1));
    let (ended, answers) = batch.finish(case, 1);
    let failed = answers
        .values()
        .all(|answer| matches!(&*answer.outcome, "error connection" | "error deadline"));
    case.expect(
        &ended,
        failed,
        "an error when time is over",
        format!("{answers:?}"),
    );
    let wall = ended.wall.as_millis();
    case.expect(
        &ended,
        wall >= 300,
        "tries for most of 600 ms",
        format!("{wall} ms"),
    );
}

/// Starts a client of two servers with six calls in flight, of which each server holds three.
fn three_each(case: &mut Case, options: &[&str]) -> (Batch, Vec<Node>) {
    let mut nodes: Vec<Node> = (0..2).map(|_| Node::listen()).collect();
    let options = [&["--in-flight", "6", "--timeout", "0"], options].concat();
    let mut batch = Batch::start(case, &addresses(&nodes), &options);
    welcome_all(case, &mut batch, &mut nodes);
    for number in 1..=20 {
        batch.write(&echo(number));
    }
    look_until(
        case,
        &mut batch,
        &mut nodes,
        "sends three of six calls to each of two servers",
        |nodes| nodes.iter().all(|node| node.held.len() == 3),
    );
    (batch, nodes)
}

/// Lets the second server answer everything until `calls` calls have come to it.
fn second_answers(case: &mut Case, batch: &mut Batch, nodes: &mut [Node], calls: usize) {
    let what = format!("sends {calls} calls in all to the server that answers");
    look_until(case, batch, nodes, &what, |nodes| {
        nodes[1].reply_all();
        nodes[1].taken >= calls
    });
    nodes[1].reply_all();
}

pub(super) fn what_a_server_took_with_it_may_have_been_run(case: &mut Case) {
    let (mut batch, mut nodes) = three_each(case, &[]);
    let lost: Vec<String> = nodes[0]
        .held
        .iter()
        .map(|call| String::from_utf8_lossy(call.body()).into_owned())
        .collect();
    nodes[0].die();
    second_answers(case, &mut batch, &mut nodes, 17);
    let dead = nodes[0].address.clone();
    let (ended, answers) = batch.finish(case, 1);
    for (number, answer) in answers {
        let (expected, peer) = match lost.contains(&number.to_string()) {
            true => ("error connection sent".to_owned(), &dead),
            false => (number.to_string(), &nodes[1].address),
        };
        case.expect_same(
            &ended,
            &format!("the answer to line {number}, where the server that died had {lost:?}"),
            &expected,
            &answer.outcome,
        );
        case.expect_same(
            &ended,
            &format!("the server of line {number}"),
            peer,
            &answer.peer,
        );
    }
    case.expect(
        &ended,
        nodes[1].taken == 17,
        "17 calls for the other server, none of them twice",
        nodes[1].taken,
    );
}

pub(super) fn who_says_so_has_calls_run_again(case: &mut Case) {
    let (mut batch, mut nodes) = three_each(case, &["--retry"]);
    nodes[0].die();
    second_answers(case, &mut batch, &mut nodes, 20);
    let (ended, answers) = batch.finish(case, 0);
    for (number, answer) in answers {
        case.expect_same(
            &ended,
            &format!("the answer to line {number}"),
            &number.to_string(),
            &answer.outcome,
        );
    }
    case.expect(
        &ended,
        nodes[1].taken == 20,
        "all 20 calls for the server that is left",
        nodes[1].taken,
    );
    // Also when nobody is left for a while.
    let mut nodes = [Node::listen(), Node::listen()];
    let mut batch = Batch::start(case, &addresses(&nodes), &["--retry", "--timeout", "0"]);
    welcome_all(case, &mut batch, &mut nodes);
    batch.write(&echo(1));
    look_until(case, &mut batch, &mut nodes, "sends a call", |nodes| {
        nodes.iter().any(|node| node.taken == 1)
    });
    nodes.iter_mut().for_each(Node::die);
    batch.client.settle(case);
    nodes[1].revive();
    look_until(
        case,
        &mut batch,
        &mut nodes,
        "sends the call again to a server that has come back",
        |nodes| nodes[1].held.len() == 1,
    );
    nodes[1].reply_all();
    batch.finish(case, 0);
}

pub(super) fn a_server_that_goes_away_says_what_it_will_not_run(case: &mut Case) {
    let (mut batch, mut nodes) = three_each(case, &[]);
    let first = nodes[0].held[0].id;
    nodes[0].send(&Frame::goaway(first, "the case says so"));
    let one = nodes[0].held.remove(0);
    nodes[0].held.clear();
    // The two that were not taken go to the other one, which has room then.
    second_answers(case, &mut batch, &mut nodes, 18);
    let later = nodes[0].taken;
    nodes[0].send(&Frame::reply(one.id, one.body()));
    second_answers(case, &mut batch, &mut nodes, 19);
    nodes[0].die();
    let (ended, answers) = batch.finish(case, 0);
    for (number, answer) in answers {
        case.expect_same(
            &ended,
            &format!("the answer to line {number}"),
            &number.to_string(),
            &answer.outcome,
        );
    }
    case.expect(
        &ended,
        later == 3,
        "no new call for a server that goes away",
        later,
    );
    case.expect(
        &ended,
        nodes[1].taken == 19,
        "19 calls for the other server, none of them twice",
        nodes[1].taken,
    );
}

pub(super) fn what_was_not_begun_goes_elsewhere(case: &mut Case) {
    for refusal in [code::OVERLOADED, code::GOING_AWAY] {
        let (mut batch, mut nodes) = three_each(case, &[]);
        look_until(
            case,
            &mut batch,
            &mut nodes,
            "gives what one server refuses to the other one",
            |nodes| {
                nodes[0].fail_all(refusal);
                nodes[1].reply_all();
                nodes[1].taken == 20
            },
        );
        nodes[1].reply_all();
        let (ended, answers) = batch.finish(case, 0);
        let second = &nodes[1].address;
        let elsewhere = answers.values().all(|answer| answer.peer == *second);
        case.expect(
            &ended,
            elsewhere,
            "every answer from the server that refuses nothing",
            format!("{answers:?}"),
        );
    }
    // Refused by all, each asked once: then that is the answer.
    let mut nodes = [Node::listen(), Node::listen()];
    let mut batch = Batch::start(case, &addresses(&nodes), &["--timeout", "0"]);
    welcome_all(case, &mut batch, &mut nodes);
    for number in 1..=5 {
        batch.write(&echo(number));
    }
    look_until(
        case,
        &mut batch,
        &mut nodes,
        "asks the other server when one refuses",
        |nodes| {
            nodes.iter_mut().for_each(|node| node.fail_all(code::OVERLOADED));
            nodes.iter().all(|node| node.taken == 5)
        },
    );
    let (ended, answers) = batch.finish(case, 1);
    let refused = answers
        .values()
        .all(|answer| answer.outcome == "error overloaded");
    case.expect(
        &ended,
        refused,
        "the answer of the servers, which is an error",
        format!("{answers:?}"),
    );
}

pub(super) fn an_error_is_an_answer_and_not_tried_again(case: &mut Case) {
    for options in [&["--timeout", "0"][..], &["--timeout", "0", "--retry"]] {
        let mut nodes = [Node::listen(), Node::listen()];
        let mut batch = Batch::start(case, &addresses(&nodes), options);
        welcome_all(case, &mut batch, &mut nodes);
        let codes = [
            code::FAILED,
            code::BAD_PARAMS,
            code::UNKNOWN_METHOD,
            code::INTERNAL,
            code::REFUSED,
            100,
            4000,
        ];
        for number in 1..=codes.len() {
            batch.write(&echo(number));
            look_until(case, &mut batch, &mut nodes, "sends a call", |nodes| {
                nodes.iter_mut().for_each(|node| node.fail_all(codes[number - 1]));
                nodes.iter().map(|node| node.taken).sum::<usize>() >= number
            });
            batch.client.lines(number);
        }
        let (ended, answers) = batch.finish(case, 1);
        let taken: usize = nodes.iter().map(|node| node.taken).sum();
        case.expect(
            &ended,
            taken == codes.len(),
            &format!(
                "{} calls for {} lines ({})",
                codes.len(),
                answers.len(),
                options.join(" ")
            ),
            taken,
        );
    }
}
