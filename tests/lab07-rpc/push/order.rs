//! What is published, to whom, and in which order.

use std::thread;

use rustix::process::Signal;
use serde_json::json;
use support::Case;

use super::topics::{Publisher, expect_push, expect_silence, subscribe, subscription};
use crate::wire::{Frame, Server, Wire, code, kind};

pub(super) fn messages_come_in_order_with_their_numbers(case: &mut Case) {
    let mut server = Server::start(case, &[]);
    let mut publisher = Publisher::new(case, &mut server);
    let mut wires: Vec<Wire> = (0..3).map(|_| server.greeted(case)).collect();
    for wire in &mut wires {
        subscribe(case, &mut server, wire, 1, "news", 0);
    }
    for seq in 1..=200 {
        let published = publisher.publish(case, &mut server, "news", &seq.to_string());
        server.expect(
            case,
            published == (seq, 3),
            &format!("number {seq}, and 3 subscribers"),
            format!("{published:?}"),
        );
    }
    for wire in &mut wires {
        for seq in 1..=200 {
            expect_push(case, &mut server, wire, 1, seq, &seq.to_string());
        }
    }
}

pub(super) fn every_topic_counts_for_itself(case: &mut Case) {
    let mut server = Server::start(case, &[]);
    let mut publisher = Publisher::new(case, &mut server);
    let topics = ["a", "b", "größe \u{1f600}", "a/b", " ", &"x".repeat(255)];
    for (count, topic) in (1..).zip(topics) {
        // Nobody listens yet, and the messages count all the same.
        for seq in 1..=count {
            let published = publisher.publish(case, &mut server, topic, "null");
            server.expect(
                case,
                published == (seq, 0),
                &format!("number {seq} of `{topic}`, and nobody"),
                format!("{published:?}"),
            );
        }
    }
    let mut wire = server.greeted(case);
    for (count, topic) in (1..).zip(topics) {
        subscribe(case, &mut server, &mut wire, count, topic, count);
    }
    for (count, topic) in (1..).zip(topics) {
        publisher.publish(case, &mut server, topic, "true");
        expect_push(case, &mut server, &mut wire, count, count + 1, "true");
    }
    expect_silence(
        case,
        &mut server,
        &mut wire,
        100,
        "one message for each subscription, and no more",
    );
}

pub(super) fn a_message_is_what_was_published(case: &mut Case) {
    let mut server = Server::start(case, &[]);
    let mut publisher = Publisher::new(case, &mut server);
    let mut wire = server.greeted(case);
    subscribe(case, &mut server, &mut wire, 1, "t", 0);
    for (seq, data) in (1..).zip([
        "null",
        "0",
        "1.50",
        "123456789012345678901234567890",
        "\"text\"",
        "\"\\u00e9 \u{e9} \\n\"",
        "[]",
        r#"{"b":1,"a":[true, {"c" : null}],"b":2}"#,
    ]) {
        publisher.publish(case, &mut server, "t", data);
        expect_push(case, &mut server, &mut wire, 1, seq, data);
    }
    // A message is a line to whoever prints it.
    publisher.publish(case, &mut server, "t", "[1,\n2,\r\n3]");
    expect_push(case, &mut server, &mut wire, 1, 9, "[1, 2,  3]");
}

pub(super) fn what_is_no_topic_is_refused(case: &mut Case) {
    let mut server = Server::start(case, &[]);
    let mut wire = server.greeted(case);
    let long = json!({ "topic": "x".repeat(256), "data": 1 }).to_string();
    for (id, (method, body)) in (1..).zip([
        ("subscribe", ""),
        ("subscribe", "{}"),
        ("subscribe", r#"{"topic":7}"#),
        ("subscribe", r#"{"topic":""}"#),
        ("subscribe", r#"{"topic":"t","from":7}"#),
        ("publish", "{}"),
        ("publish", r#"{"topic":"t"}"#),
        ("publish", r#"{"data":1}"#),
        ("publish", r#"{"topic":"","data":1}"#),
        ("publish", r#"{"topic":"t","data":}"#),
        ("publish", r#"{"topic":"t","data":1,"to":2}"#),
        ("publish", &long),
    ]) {
        wire.send(&Frame::call(id, 0, method, body));
        server.expect_error(
            case,
            &mut wire,
            id,
            code::BAD_PARAMS,
            &format!("{method} with `{body}`"),
        );
    }
    // None of these was a message.
    subscribe(case, &mut server, &mut wire, 100, "t", 0);
}

pub(super) fn one_connection_may_subscribe_often(case: &mut Case) {
    let mut server = Server::start(case, &[]);
    let mut publisher = Publisher::new(case, &mut server);
    let mut wire = server.greeted(case);
    // The same topic twice, another one, and the connection that publishes is one that listens.
    for (id, topic) in [(1, "a"), (2, "b"), (7, "a")] {
        subscribe(case, &mut server, &mut wire, id, topic, 0);
    }
    let published = publisher.publish(case, &mut server, "a", "1");
    server.expect(
        case,
        published == (1, 2),
        "two subscribers",
        format!("{published:?}"),
    );
    let mut ids = Vec::new();
    for _ in 0..2 {
        let push = server.expect_kind(case, &mut wire, kind::PUSH, "a message for each subscription");
        server.expect(
            case,
            push.number(0, 8) == 1 && push.rest(8) == b"1",
            "message 1",
            &push,
        );
        ids.push(push.id);
    }
    ids.sort_unstable();
    server.expect(
        case,
        ids == [1, 7],
        "a message for call 1 and one for call 7",
        format!("{ids:?}"),
    );
    wire.send(&Frame::call(8, 0, "publish", r#"{"topic":"b","data":2}"#));
    // Whichever comes first.
    let mut found: Vec<String> = (0..2)
        .map(|_| {
            server
                .expect_next(case, &mut wire, "a message and a reply")
                .to_string()
        })
        .collect();
    found.sort();
    let expected = ["PUSH 2 1 2", r#"REPLY 8 {"seq":1,"subscribers":1}"#];
    server.expect_same(
        case,
        "what comes to who publishes for itself",
        &expected.join("\n"),
        &found.join("\n"),
    );
}

pub(super) fn a_cancel_ends_a_subscription(case: &mut Case) {
    let mut server = Server::start(case, &[]);
    let mut publisher = Publisher::new(case, &mut server);
    let mut wire = server.greeted(case);
    for id in [1, 2, 3] {
        subscribe(case, &mut server, &mut wire, id, "t", 0);
    }
    wire.send(&Frame::cancel(2));
    server.expect_error(
        case,
        &mut wire,
        2,
        code::CANCELLED,
        "the end of a subscription that was cancelled",
    );
    let published = publisher.publish(case, &mut server, "t", "1");
    server.expect(
        case,
        published == (1, 2),
        "two subscribers of three, when one was cancelled",
        format!("{published:?}"),
    );
    let mut ids: Vec<u64> = (0..2)
        .map(|_| server.expect_kind(case, &mut wire, kind::PUSH, "a message").id)
        .collect();
    ids.sort_unstable();
    server.expect(
        case,
        ids == [1, 3],
        "messages for calls 1 and 3",
        format!("{ids:?}"),
    );
    for id in [3, 1] {
        wire.send(&Frame::cancel(id));
        server.expect_error(
            case,
            &mut wire,
            id,
            code::CANCELLED,
            "the end of a subscription that was cancelled",
        );
    }
    let published = publisher.publish(case, &mut server, "t", "2");
    server.expect(case, published == (2, 0), "nobody", format!("{published:?}"));
    expect_silence(case, &mut server, &mut wire, 4, "nothing for who has cancelled");
    // It can be taken up again.
    subscribe(case, &mut server, &mut wire, 5, "t", 2);
    publisher.publish(case, &mut server, "t", "3");
    expect_push(case, &mut server, &mut wire, 5, 3, "3");
}

pub(super) fn who_has_left_is_no_subscriber(case: &mut Case) {
    let mut server = Server::start(case, &[]);
    let mut publisher = Publisher::new(case, &mut server);
    let mut wires: Vec<Wire> = (0..4).map(|_| server.greeted(case)).collect();
    for wire in &mut wires {
        subscribe(case, &mut server, wire, 1, "t", 0);
        subscribe(case, &mut server, wire, 2, "t", 0);
    }
    publisher.publish_until(case, &mut server, "t", 8);
    drop(wires.pop());
    publisher.publish_until(case, &mut server, "t", 6);
    wires.pop().into_iter().for_each(Wire::reset);
    publisher.publish_until(case, &mut server, "t", 4);
    // One that has said all it has to say does not listen either: there is nobody to tell.
    if let Some(mut wire) = wires.pop() {
        wire.finish();
        publisher.publish_until(case, &mut server, "t", 2);
    }
    server.settle(case);
}

pub(super) fn all_see_all_messages_in_the_same_order(case: &mut Case) {
    const PUBLISHERS: usize = 4;
    const EACH: usize = 150;
    let mut server = Server::start(case, &["--threads", "3", "--workers", "4"]);
    let mut wires: Vec<Wire> = (0..6).map(|_| server.greeted(case)).collect();
    for wire in &mut wires {
        subscribe(case, &mut server, wire, 1, "t", 0);
    }
    let publishers: Vec<_> = (0..PUBLISHERS).map(|_| server.greeted(case)).collect();
    let running: Vec<_> = publishers
        .into_iter()
        .enumerate()
        .map(|(from, mut wire)| {
            thread::spawn(move || {
                // Each with a few messages on their way at a time.
                for number in 0..EACH {
                    let body = format!(r#"{{"topic":"t","data":[{from},{number}]}}"#);
                    wire.send(&Frame::call(number as u64 + 1, 0, "publish", body));
                    if number % 5 == 4 {
                        for _ in 0..5 {
                            let _ = wire.next();
                        }
                    }
                }
            })
        })
        .collect();
    let mut first: Vec<Vec<u8>> = Vec::new();
    for (number, wire) in wires.iter_mut().enumerate() {
        let mut bodies = Vec::new();
        for seq in 1..=(PUBLISHERS * EACH) as u64 {
            let push = server.expect_kind(case, wire, kind::PUSH, &format!("message {seq}"));
            server.expect(case, push.number(0, 8) == seq, &format!("number {seq}"), &push);
            bodies.push(push.rest(8).to_vec());
        }
        if number == 0 {
            first = bodies.clone();
        }
        server.expect(
            case,
            bodies == first,
            "the same messages in the same order for all subscribers",
            "others",
        );
    }
    for one in running {
        let _ = one.join();
    }
    // Each publisher's own are in its order.
    for from in 0..PUBLISHERS {
        let begin = format!("[{from},");
        let own: Vec<usize> = first
            .iter()
            .filter_map(|body| {
                str::from_utf8(body)
                    .ok()?
                    .strip_prefix(&begin)?
                    .strip_suffix(']')?
                    .parse()
                    .ok()
            })
            .collect();
        let ordered: Vec<usize> = (0..EACH).collect();
        server.expect(
            case,
            own == ordered,
            "the messages of each publisher in the order in which it has sent them",
            format!("{own:?}"),
        );
    }
}

pub(super) fn one_message_reaches_a_thousand_subscribers(case: &mut Case) {
    const CONNECTIONS: usize = 250;
    const EACH: u64 = 4;
    let mut server = Server::start(case, &["--threads", "2"]);
    let mut wires: Vec<Wire> = (0..CONNECTIONS).map(|_| server.greeted(case)).collect();
    for wire in &mut wires {
        wire.send_all(&(1..=EACH).map(|id| subscription(id, "t")).collect::<Vec<_>>());
    }
    for wire in &mut wires {
        for id in 1..=EACH {
            let expected = Frame::item(id, r#"{"seq":0}"#);
            server.expect_frame(case, wire, &expected, "the first item of a subscription");
        }
    }
    let mut publisher = Publisher::new(case, &mut server);
    let published = publisher.publish(case, &mut server, "t", "\"to all\"");
    server.expect(
        case,
        published == (1, 1000),
        "number 1, and 1000 subscribers",
        format!("{published:?}"),
    );
    for wire in &mut wires {
        let mut ids = Vec::new();
        for _ in 0..EACH {
            let push = server.expect_kind(case, wire, kind::PUSH, "the message, once for each subscription");
            server.expect(
                case,
                push.number(0, 8) == 1 && push.rest(8) == b"\"to all\"",
                "message 1",
                &push,
            );
            ids.push(push.id);
        }
        ids.sort_unstable();
        server.expect(
            case,
            ids == [1, 2, 3, 4],
            "one for each subscription",
            format!("{ids:?}"),
        );
    }
}

pub(super) fn subscriptions_end_when_the_server_does(case: &mut Case) {
    let mut server = Server::start(case, &["--grace", "600000"]);
    let mut wires: Vec<Wire> = (0..3).map(|_| server.greeted(case)).collect();
    for wire in &mut wires {
        subscribe(case, &mut server, wire, 1, "a", 0);
        subscribe(case, &mut server, wire, 2, "b", 0);
    }
    server.signal(Signal::TERM);
    for wire in &mut wires {
        let mut ends = Vec::new();
        for _ in 0..3 {
            let frame = server.expect_next(case, wire, "GOAWAY and the ends of two subscriptions");
            ends.push(match frame.kind {
                kind::GOAWAY => format!("GOAWAY {}", frame.number(0, 8)),
                _ if frame.is_error(frame.id, code::GOING_AWAY) => format!("ERROR {} 6", frame.id),
                _ => frame.to_string(),
            });
        }
        ends.sort();
        let expected = ["ERROR 1 6", "ERROR 2 6", "GOAWAY 2"];
        server.expect_same(
            case,
            "GOAWAY, and an ERROR for each subscription",
            &expected.join("\n"),
            &ends.join("\n"),
        );
        server.expect_ended(case, wire, "the end of the connection");
    }
    let ended = server.wait();
    case.expect_status(&ended, 0);
}
