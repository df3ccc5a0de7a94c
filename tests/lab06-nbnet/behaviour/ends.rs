//! How connections end.

use support::Case;

use crate::peers::{Kind, Peer, Protocol, Server, Split, sockets};

/// A peer that shuts down its writing side gets all its answers, and then the end.
pub(crate) fn half_closed(case: &mut Case, kind: Kind) {
    for protocol in Protocol::BOTH {
        let mut server = Server::start(case, protocol.command(), kind, &[]);
        for split in [Split::Whole, Split::Every(3)] {
            let mut peer = server.peer();
            let requests = protocol.requests(&[&b"first"[..], b"", b"last"]);
            peer.send_in(&requests, split, server.pid);
            peer.shut();
            server.expect_answer(
                case,
                &mut peer,
                &requests,
                "a peer that has shut down its writing side",
            );
            server.expect_closed(
                case,
                &mut peer,
                "the connection closed in order when all was answered",
            );
        }
        let said = server.said();
        server.expect(case, said.is_empty(), "nothing on standard error", said);
    }
}

/// As [`half_closed`], with answers that workers still owe when the end has come.
pub(crate) fn half_closed_with_answers_due(case: &mut Case, kind: Kind) {
    let mut server = Server::start(case, "echo", kind, &["--work", "50", "--workers", "2"]);
    let mut peer = server.peer();
    let requests = Protocol::Frame.requests(&["one", "two", "three"]);
    peer.send(&requests);
    peer.shut();
    server.expect_answer(
        case,
        &mut peer,
        &requests,
        "requests in work when the writing side was shut down",
    );
    server.expect_closed(case, &mut peer, "the connection closed when all was answered");
}

/// An unfinished request at the end: what is in front of it is answered, and the peer is named.
pub(crate) fn ended_within_a_frame(case: &mut Case, kind: Kind) {
    for protocol in Protocol::BOTH {
        let mut server = Server::start(case, protocol.command(), kind, &[]);
        let whole = protocol.request(b"whole");
        for unfinished in [1, whole.len() - 1] {
            let mut peer = server.peer();
            peer.send(&[&whole[..], &whole[..unfinished]].concat());
            peer.shut();
            server.expect_answer(
                case,
                &mut peer,
                &whole,
                "the request in front of an unfinished one",
            );
            server.expect_closed(case, &mut peer, "the connection closed");
            server.expect_said(&format!("nbnet: {}: ended within a frame\n", peer.name()));
        }
    }
}

/// Peers that leave cost nothing: their descriptors are given back.
pub(crate) fn descriptors_come_back(case: &mut Case, kind: Kind) {
    let protocol = Protocol::Frame;
    let mut server = Server::start(case, protocol.command(), kind, &[]);
    let mut stays = server.expect_service(case, protocol);
    let pid = server.pid;
    let before = sockets(pid);
    for _ in 0..3 {
        let peers: Vec<Peer> = (0..20).map(|_| server.expect_service(case, protocol)).collect();
        drop(peers);
        server.wait_until("closed the sockets of peers that left", || sockets(pid) == before);
    }
    let request = protocol.request(b"still here");
    stays.send(&request);
    server.expect_answer(case, &mut stays, &request, "the peer that stayed");
}

/// Resets: of an idle connection, within a request, and within an answer that was not read.
pub(crate) fn resets(case: &mut Case, kind: Kind) {
    let protocol = Protocol::Frame;
    let mut server = Server::start(case, protocol.command(), kind, &[]);
    let mut stays = server.expect_service(case, protocol);
    let pid = server.pid;
    let before = sockets(pid);
    let big = protocol.request(&[b'x'; 60_000]);
    for round in 0..3 {
        let mut peer = match round {
            2 => server.narrow_peer(),
            _ => server.peer(),
        };
        match round {
            0 => {
                peer.send(&big);
                server.expect_answer(case, &mut peer, &big, "a request before the reset");
            }
            1 => {
                peer.send(&big[..1000]);
                let _ = peer.wait_until_taken();
            }
            _ => {
                let _ = peer.flood(&big, 8 << 20, || {
                    server.sleeps_for(std::time::Duration::from_millis(40))
                });
            }
        }
        peer.reset();
        let state = ["between requests", "within a request", "within an answer"][round];
        server.wait_until(&format!("closed the socket of a peer that reset {state}"), || {
            sockets(pid) <= before
        });
    }
    let request = protocol.request(b"still here");
    stays.send(&request);
    server.expect_answer(case, &mut stays, &request, "the peer that stayed");
}

/// A peer that closes both ways while an answer is in work.
pub(crate) fn gone_before_the_answer(case: &mut Case, kind: Kind) {
    let protocol = Protocol::Frame;
    let mut server = Server::start(case, "echo", kind, &["--work", "100", "--workers", "2"]);
    let pid = server.pid;
    let mut peer = server.peer();
    peer.send(&protocol.requests(&["one", "two", "three", "four"]));
    let _ = peer.wait_until_taken();
    peer.reset();
    // The next connection may get the place in the table, and must not get the answers.
    let mut next = server.peer();
    let request = protocol.request(b"mine");
    next.send(&request);
    server.expect_answer(
        case,
        &mut next,
        &request,
        "a peer that came when another had gone without its answers",
    );
    drop(next);
    server.wait_until("closed the sockets of both", || sockets(pid) <= 1);
}
