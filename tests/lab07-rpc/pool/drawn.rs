//! Servers whose fates are drawn.

use std::collections::BTreeSet;

use support::{Case, Rng};

use super::batch::{Batch, keyed};
use super::nodes::{Node, addresses, look_until, welcome_all};
use crate::wire::{Frame, code};

/// What a server does when it has taken so many calls.
#[derive(Debug, Clone, Copy)]
enum Fate {
    /// Closes the connection with calls unanswered, and does not listen any more.
    Dies,
    /// Closes the connection, and takes the next one in.
    HangsUp,
    /// Says GOAWAY, takes no more, answers what it has taken.
    GoesAway,
    /// Refuses all calls from then on.
    Refuses,
}

fn fate(rng: &mut Rng) -> Fate {
    [Fate::Dies, Fate::HangsUp, Fate::GoesAway, Fate::Refuses][rng.usize(..4)]
}

pub(super) fn drawn_fates_of_servers_lose_nothing_that_was_not_sent(case: &mut Case) {
    const CALLS: usize = 40;
    for round in 0..5 {
        let mut rng = case.rng(round);
        let (fate, after) = (fate(&mut rng), rng.usize(1..20));
        let retry = rng.bool();
        let most = rng.usize(1..16);
        let in_flight = most.to_string();
        let mut options = vec!["--in-flight", &in_flight, "--timeout", "0"];
        options.extend(retry.then_some("--retry"));
        options.extend(rng.bool().then_some(["--route", "key"]).into_iter().flatten());
        let mut nodes: Vec<Node> = (0..rng.usize(2..5)).map(|_| Node::listen()).collect();
        let mut batch = Batch::start(case, &addresses(&nodes), &options);
        welcome_all(case, &mut batch, &mut nodes);
        let lines: Vec<String> = (1..=CALLS)
            .map(|number| keyed(number, &rng.u8(..6).to_string()))
            .collect();
        for line in &lines {
            batch.write(line);
        }
        // What the first server has taken and will not answer.
        let mut lost: BTreeSet<String> = BTreeSet::new();
        let mut met = false;
        let mut done = 0;
        let what = format!("sends {CALLS} calls, of servers of which one {fate:?} after {after}");
        look_until(case, &mut batch, &mut nodes, &what, |nodes| {
            // All calls may be sent before it has taken so many.
            let all = nodes.iter().map(|node| node.taken).sum::<usize>() >= CALLS;
            if (nodes[0].taken >= after || all) && !met {
                met = true;
                match fate {
                    Fate::Dies | Fate::HangsUp => {
                        lost.extend(
                            nodes[0]
                                .held
                                .iter()
                                .map(|call| String::from_utf8_lossy(call.body()).into_owned()),
                        );
                        done += nodes[0].held.len();
                        match fate {
                            Fate::Dies => nodes[0].die(),
                            _ => nodes[0].hang_up(),
                        }
                    }
                    Fate::GoesAway => {
                        let last = nodes[0].held.last().map_or(u64::MAX >> 1, |call| call.id);
                        nodes[0].send(&Frame::goaway(last, "the case says so"));
                    }
                    Fate::Refuses => {}
                }
            }
            // All others answer some of what they have.
            for (at, node) in nodes.iter_mut().enumerate() {
                let refuses = at == 0 && met && matches!(fate, Fate::Refuses);
                let count = node.held.len();
                if refuses {
                    node.fail_all(code::OVERLOADED);
                } else if at > 0 || met {
                    for _ in 0..rng.usize(..=count) {
                        node.reply();
                        done += 1;
                    }
                } else if count >= after.min(most).min(3) && rng.bool() {
                    node.reply();
                    done += 1;
                }
            }
            done >= CALLS
                && (!retry || done >= CALLS + lost.len())
                && nodes.iter().all(|node| node.held.is_empty())
        });
        let status = i32::from(!retry && !lost.is_empty());
        let (ended, answers) = batch.finish(case, status);
        for (number, answer) in answers {
            let expected = match lost.contains(&number.to_string()) && !retry {
                true => "error connection sent".to_owned(),
                false => number.to_string(),
            };
            let what = format!(
                "the answer to line {number} (round {round}; lost: {lost:?}; {})",
                options.join(" ")
            );
            case.expect_same(&ended, &what, &expected, &answer.outcome);
        }
    }
}
