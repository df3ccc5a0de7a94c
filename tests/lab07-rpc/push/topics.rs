//! Subscribers and publishers of a case: raw peers.

use serde_json::{Value, json};
use support::Case;

use crate::wire::{Frame, Server, Wire, kind};

/// Who publishes, over a connection of its own.
pub(super) struct Publisher {
    wire: Wire,
    id: u64,
}

impl Publisher {
    pub(super) fn new(case: &mut Case, server: &mut Server) -> Self {
        Self {
            wire: server.greeted(case),
            id: 0,
        }
    }

    /// Publishes `data`, which is JSON, and returns what the reply says: the message's number, and how many have subscribed.
    pub(super) fn publish(
        &mut self,
        case: &mut Case,
        server: &mut Server,
        topic: &str,
        data: &str,
    ) -> (u64, u64) {
        self.id += 1;
        let body = format!(r#"{{"topic":{},"data":{data}}}"#, json!(topic));
        let reply = server.ask(case, &mut self.wire, self.id, "publish", &body);
        let value: Value = serde_json::from_str(&reply).unwrap_or_default();
        let numbers = value["seq"].as_u64().zip(value["subscribers"].as_u64());
        server.expect(
            case,
            numbers.is_some(),
            "`{\"seq\":N,\"subscribers\":M}` as the reply to publish",
            &reply,
        );
        numbers.unwrap_or_default()
    }

    /// Publishes `data` until so many have subscribed to `topic`; who has left is noticed sooner or later.
    pub(super) fn publish_until(
        &mut self,
        case: &mut Case,
        server: &mut Server,
        topic: &str,
        subscribers: u64,
    ) {
        let since = std::time::Instant::now();
        loop {
            let (_, found) = self.publish(case, server, topic, "0");
            if found == subscribers {
                return;
            }
            let late = since.elapsed() > crate::wire::PATIENCE;
            server.expect(
                case,
                !late,
                &format!("{subscribers} subscribers of `{topic}` in the end"),
                found,
            );
            std::thread::sleep(std::time::Duration::from_millis(2));
        }
    }
}

/// Makes the call that subscribes.
pub(super) fn subscription(id: u64, topic: &str) -> Frame {
    Frame::call(id, 0, "subscribe", json!({ "topic": topic }).to_string())
}

/// Subscribes by call `id`, and expects the topic's latest message to be number `seq`.
pub(super) fn subscribe(
    case: &mut Case,
    server: &mut Server,
    wire: &mut Wire,
    id: u64,
    topic: &str,
    seq: u64,
) {
    wire.send(&subscription(id, topic));
    let expected = Frame::item(id, format!(r#"{{"seq":{seq}}}"#));
    server.expect_frame(
        case,
        wire,
        &expected,
        &format!("the first item of a subscription to `{topic}`"),
    );
}

/// Expects message `seq` for call `id` to be next.
pub(super) fn expect_push(
    case: &mut Case,
    server: &mut Server,
    wire: &mut Wire,
    id: u64,
    seq: u64,
    data: &str,
) {
    let expected = Frame::push(id, seq, data);
    server.expect_frame(case, wire, &expected, &format!("message {seq} for call {id}"));
}

/// Expects that nothing has come. What the server had to say before the answer to a call has come by then.
pub(super) fn expect_silence(case: &mut Case, server: &mut Server, wire: &mut Wire, id: u64, what: &str) {
    wire.send(&Frame::call(id, 0, "echo", "1"));
    let next = server.expect_next(case, wire, what);
    server.expect(case, next.kind == kind::REPLY && next.id == id, what, &next);
}
