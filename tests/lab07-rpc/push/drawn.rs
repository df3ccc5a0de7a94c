//! Subscribers and publishers as they are drawn.

use std::collections::BTreeMap;

use support::Case;

use super::topics::{Publisher, expect_push, expect_silence, subscription};
use crate::wire::{Frame, Server, Wire, code};

pub(super) fn drawn_subscriptions_get_what_is_theirs(case: &mut Case) {
    for round in 0..4 {
        let mut rng = case.rng(round);
        let threads = rng.usize(1..4).to_string();
        let mut server = Server::start(case, &["--threads", &threads]);
        let mut publisher = Publisher::new(case, &mut server);
        let mut wires: Vec<Wire> = (0..4).map(|_| server.greeted(case)).collect();
        let mut ids = [0; 4];
        // Which calls of each connection have subscribed to what, and how far each topic is.
        let mut open: [BTreeMap<u64, String>; 4] = std::array::from_fn(|_| BTreeMap::new());
        let mut topics: BTreeMap<String, u64> = BTreeMap::new();
        for _ in 0..150 {
            let at = rng.usize(..4);
            let topic = format!("t{}", rng.u8(..5));
            let wire = &mut wires[at];
            match rng.u8(..10) {
                0..3 => {
                    ids[at] += rng.u64(1..5);
                    let id = ids[at];
                    wire.send(&subscription(id, &topic));
                    let seq = topics.get(&topic).copied().unwrap_or(0);
                    let expected = Frame::item(id, format!(r#"{{"seq":{seq}}}"#));
                    server.expect_frame(
                        case,
                        wire,
                        &expected,
                        &format!("the first item of a subscription to `{topic}`"),
                    );
                    open[at].insert(id, topic);
                }
                3 => {
                    let Some(id) = open[at].keys().nth(rng.usize(..open[at].len().max(1))).copied() else {
                        continue;
                    };
                    wire.send(&Frame::cancel(id));
                    server.expect_error(
                        case,
                        wire,
                        id,
                        code::CANCELLED,
                        "the end of a subscription that was cancelled",
                    );
                    open[at].remove(&id);
                }
                4 if rng.u8(..4) == 0 => {
                    *wire = server.greeted(case);
                    (ids[at], open[at]) = (0, BTreeMap::new());
                }
                _ => {
                    let count = |open: &[BTreeMap<u64, String>]| {
                        open.iter()
                            .flat_map(BTreeMap::values)
                            .filter(|one| **one == topic)
                            .count()
                    };
                    let seq = topics.entry(topic.clone()).or_default();
                    *seq += 1;
                    let (found, subscribers) = publisher.publish(case, &mut server, &topic, &seq.to_string());
                    server.expect(case, found == *seq, &format!("number {seq} of `{topic}`"), found);
                    // Those that have just left may be counted still.
                    let least = count(&open) as u64;
                    server.expect(
                        case,
                        subscribers >= least,
                        &format!("{least} subscribers of `{topic}` at least"),
                        subscribers,
                    );
                    for (wire, open) in wires.iter_mut().zip(&open) {
                        // Subscribers are told in the order in which they came.
                        for (id, _) in open.iter().filter(|(_, one)| **one == topic) {
                            expect_push(case, &mut server, wire, *id, *seq, &seq.to_string());
                        }
                    }
                }
            }
        }
        for (wire, id) in wires.iter_mut().zip(ids) {
            expect_silence(
                case,
                &mut server,
                wire,
                id + 1,
                "nothing for calls that have not subscribed",
            );
        }
    }
}
