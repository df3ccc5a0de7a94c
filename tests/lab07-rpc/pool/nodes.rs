//! Servers that a case plays, several at a time.

use std::time::{Duration, Instant};

use support::Case;

use super::batch::Batch;
use crate::wire::{Frame, Host, PATIENCE, Subject, Wire, kind};

/// How long one look at a server waits for something to come.
const LOOK: Duration = Duration::from_millis(1);

/// A server that takes calls, and answers when the case says so.
pub(super) struct Node {
    /// Nobody listens when it is gone.
    host: Option<Host>,
    pub(super) address: String,
    wire: Option<Wire>,
    /// Whether the client's HELLO has come on this connection.
    greeted: bool,
    /// Calls that wait for an answer.
    pub(super) held: Vec<Frame>,
    /// How many calls have come.
    pub(super) taken: usize,
    /// How many connections have come.
    pub(super) connections: usize,
}

impl Node {
    pub(super) fn listen() -> Self {
        let host = Host::listen();
        Self {
            address: host.name(),
            host: Some(host),
            wire: None,
            greeted: false,
            held: Vec::new(),
            taken: 0,
            connections: 0,
        }
    }

    /// Takes a connection in and says HELLO, and takes the calls that have come.
    pub(super) fn look(&mut self, case: &mut Case, client: &mut Subject) {
        if self.wire.is_none()
            && let Some(mut wire) = self.host.as_mut().and_then(Host::try_accept)
        {
            wire.send(&Frame::hello(1 << 20, 0));
            self.wire = Some(wire);
            self.greeted = false;
            self.connections += 1;
        }
        let Some(wire) = &mut self.wire else { return };
        while let Some(frame) = wire.next_within(LOOK) {
            match frame.kind {
                kind::HELLO => self.greeted = true,
                kind::CALL => {
                    self.taken += 1;
                    self.held.push(frame);
                }
                kind::CANCEL => self.held.retain(|call| call.id != frame.id),
                _ => {}
            }
        }
        let state = wire.state();
        client.expect(
            case,
            !state.starts_with("the program sent"),
            "frames as they have to be",
            state,
        );
    }

    /// Sends a frame.
    pub(super) fn send(&mut self, frame: &Frame) {
        if let Some(wire) = &mut self.wire {
            wire.send(frame);
        }
    }

    /// Answers the oldest call that waits with its own body.
    pub(super) fn reply(&mut self) {
        if !self.held.is_empty() {
            let call = self.held.remove(0);
            self.send(&Frame::reply(call.id, call.body()));
        }
    }

    /// Answers all that wait with their own bodies.
    pub(super) fn reply_all(&mut self) {
        while !self.held.is_empty() {
            self.reply();
        }
    }

    /// Answers all that wait with an error.
    pub(super) fn fail_all(&mut self, code: u16) {
        for call in std::mem::take(&mut self.held) {
            self.send(&Frame::error(call.id, code, "as the case says"));
        }
    }

    /// Closes the connection, and listens on.
    pub(super) fn hang_up(&mut self) {
        self.wire = None;
        self.held.clear();
    }

    /// Is gone: nobody listens, and the connection is closed.
    pub(super) fn die(&mut self) {
        self.host = None;
        self.hang_up();
    }

    /// Lives again, where it was.
    pub(super) fn revive(&mut self) {
        self.host = Some(Host::on(&self.address));
    }
}

/// Looks at all `nodes` until `done` says so. `what` completes the sentence "it never …".
pub(super) fn look_until(
    case: &mut Case,
    batch: &mut Batch,
    nodes: &mut [Node],
    what: &str,
    mut done: impl FnMut(&mut [Node]) -> bool,
) {
    let since = Instant::now();
    loop {
        for node in &mut *nodes {
            node.look(case, &mut batch.client);
        }
        if done(nodes) {
            return;
        }
        let late = since.elapsed() > PATIENCE;
        let found: Vec<String> = nodes
            .iter()
            .map(|node| {
                format!(
                    "{} has {} of {} calls unanswered",
                    node.address,
                    node.held.len(),
                    node.taken
                )
            })
            .collect();
        batch
            .client
            .expect(case, !late, &format!("a client that {what}"), found.join(", "));
    }
}

/// Waits until the client has connected to all `nodes` and knows them.
pub(super) fn welcome_all(case: &mut Case, batch: &mut Batch, nodes: &mut [Node]) {
    look_until(
        case,
        batch,
        nodes,
        "connects to all servers and says HELLO",
        |nodes| nodes.iter().all(|node| node.greeted),
    );
    batch.client.settle(case);
}

/// The addresses of `nodes`.
pub(super) fn addresses(nodes: &[Node]) -> Vec<String> {
    nodes.iter().map(|node| node.address.clone()).collect()
}
