//! How connections end.

use rustix::process::Signal;
use support::Case;

use crate::peers::{End, Kind, Peer, Protocol, Server, Split, sockets};

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

/// A peer that is gone before its requests are looked at. Select, which knows no error, always leads to a write that fails; what could not
/// be written must not wait for the next peer.
pub(crate) fn broken_within_an_answer(case: &mut Case, kind: Kind) {
    let protocol = Protocol::Frame;
    let mut server = Server::start(case, protocol.command(), kind, &[]);
    for round in 0..3 {
        let mut gone = server.expect_service(case, protocol);
        let mut next = server.expect_service(case, protocol);
        server.settle(case);
        server.signal(Signal::STOP);
        let theirs = protocol.requests(&vec!["for nobody else".repeat(300); 30]);
        gone.send(&theirs);
        let _ = gone.wait_until_queued(1);
        gone.reset_and_arrive();
        server.signal(Signal::CONT);
        // The reset has been found when the server sleeps again.
        server.settle(case);
        let request = protocol.request(b"mine");
        next.send(&request);
        let what = format!(
            "a peer, when the answers for another could not be sent (round {})",
            round + 1
        );
        server.expect_answer(case, &mut next, &request, &what);
    }
}

/// Answers that the kernel holds when a violation is found, with more of the peer's bytes behind that.
pub(crate) fn violated_behind_a_large_answer(case: &mut Case, kind: Kind) {
    const TRIES: usize = 3;
    let protocol = Protocol::Ten;
    let request = protocol.request(&[b'a'; 400_000]);
    // More than is taken with the read that brings the violation.
    let bytes = [&request[..], b"no header!", &[b'y'; 100_000]].concat();
    let mut server = Server::start(case, protocol.command(), kind, &[]);
    for number in 1..=TRIES {
        let mut peer = server.narrow_peer();
        peer.send(&bytes);
        server.expect_said(&format!(
            "nbnet: {}: a header must be ten decimal digits\n",
            peer.name()
        ));
        // Whoever closes has closed now, and nothing was read of the answer yet.
        server.settle(case);
        let (found, end) = peer.read_to_end();
        let whole = found == request && end == End::Closed;
        // A machine that stands still for a second after the violation may make a reset of it.
        if whole || number == TRIES {
            let found = format!("{} bytes of it, and then {end}", found.len());
            server.expect(
                case,
                whole,
                "the whole answer to a request of 400010 bytes with a violation behind it, and then the connection closed in order",
                found,
            );
            return;
        }
    }
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
