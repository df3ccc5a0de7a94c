//! Requests, however they arrive, and their answers.

use std::thread;

use rustix::process::Signal;
use support::Case;

use crate::peers::{Kind, Peer, Protocol, Server, Split, bodies};

/// One request after the other; the bodies are those of which a careless program makes something else.
pub(crate) fn one_after_the_other(case: &mut Case, kind: Kind) {
    let bodies: [&[u8]; 7] = [
        b"hello",
        b"",
        b" \r\n\t ",
        b"\0\0\0\0",
        b"0000000005hello",
        b"\xff\xfe\x80",
        &[b'x'; 70_000],
    ];
    for protocol in Protocol::BOTH {
        let mut server = Server::start(case, protocol.command(), kind, &[]);
        let mut peer = server.peer();
        for body in bodies {
            let request = protocol.request(body);
            peer.send(&request);
            let what = format!("a request with a body of {} bytes", body.len());
            server.expect_answer(case, &mut peer, &request, &what);
        }
    }
}

/// Requests in pieces, each piece read by the server before the next is sent.
pub(crate) fn in_pieces(case: &mut Case, kind: Kind, split: Split) {
    for protocol in Protocol::BOTH {
        let mut server = Server::start(case, protocol.command(), kind, &[]);
        let mut peer = server.peer();
        let requests = protocol.requests(&[&b"one"[..], b"", b" two ", b"\n", b"0000000004"]);
        peer.send_in(&requests, split, server.pid);
        server.expect_answer(
            case,
            &mut peer,
            &requests,
            &format!("five requests in pieces ({split:?})"),
        );
        expect_nothing_more(case, &mut server, &mut peer, protocol);
    }
}

/// Each cut of two requests into two pieces.
pub(crate) fn cut_anywhere(case: &mut Case, kind: Kind) {
    for protocol in Protocol::BOTH {
        let mut server = Server::start(case, protocol.command(), kind, &[]);
        let mut peer = server.peer();
        let requests = protocol.requests(&[&b"first"[..], b"second"]);
        for cut in 1..requests.len() {
            peer.send_in(&requests, Split::Every(cut), server.pid);
            server.expect_answer(
                case,
                &mut peer,
                &requests,
                &format!("two requests, cut every {cut} bytes"),
            );
        }
    }
}

/// Drawn bodies in drawn pieces.
pub(crate) fn drawn(case: &mut Case, kind: Kind, rounds: u64) {
    for round in 0..rounds {
        let mut rng = case.rng(round);
        let protocol = Protocol::BOTH[rng.usize(..2)];
        let bodies = bodies(&mut rng, 12, 300);
        let requests = protocol.requests(&bodies);
        let split = Split::Drawn(rng.u64(..), rng.usize(1..400));
        let mut server = Server::start(case, protocol.command(), kind, &[]);
        let mut peer = server.peer();
        peer.send_in(&requests, split, server.pid);
        let what = format!(
            "{} requests of {} in pieces ({split:?})",
            bodies.len(),
            protocol.command()
        );
        server.expect_answer(case, &mut peer, &requests, &what);
        expect_nothing_more(case, &mut server, &mut peer, protocol);
    }
}

/// Many requests in one go.
pub(crate) fn many_at_once(case: &mut Case, kind: Kind) {
    for protocol in Protocol::BOTH {
        let mut server = Server::start(case, protocol.command(), kind, &[]);
        let mut peer = server.peer();
        let bodies: Vec<String> = (0..400).map(|number| format!("request {number}")).collect();
        let requests = protocol.requests(&bodies);
        peer.send(&requests);
        server.expect_answer(case, &mut peer, &requests, "400 requests in one go");
        expect_nothing_more(case, &mut server, &mut peer, protocol);
    }
}

/// A pipeline of some megabytes, answered while it is sent.
pub(crate) fn a_long_pipeline(case: &mut Case, kind: Kind) {
    let mut rng = case.rng(0);
    let protocol = Protocol::Frame;
    let bodies = bodies(&mut rng, 160, 40_000);
    let requests = protocol.requests(&bodies);
    let mut server = Server::start(case, protocol.command(), kind, &[]);
    let mut peer = server.peer();
    let mut writer = peer.twin();
    let sent = requests.clone();
    let sending = thread::spawn(move || writer.send(&sent));
    server.expect_answer(
        case,
        &mut peer,
        &requests,
        &format!("a pipeline of {} bytes", requests.len()),
    );
    let _ = sending.join();
    expect_nothing_more(case, &mut server, &mut peer, protocol);
}

/// A pipeline that is there as a whole before the server looks at it, and is larger than a read.
pub(crate) fn a_pipeline_that_waits(case: &mut Case, kind: Kind) {
    for protocol in Protocol::BOTH {
        let mut server = Server::start(case, protocol.command(), kind, &[]);
        // Known already, so that nothing but the bytes is news.
        let mut peer = server.expect_service(case, protocol);
        let bodies: Vec<Vec<u8>> = (0..60u8).map(|number| vec![number; 4000]).collect();
        let requests = protocol.requests(&bodies);
        server.signal(Signal::STOP);
        let mut writer = peer.twin();
        let sent = requests.clone();
        let sending = thread::spawn(move || writer.send(&sent));
        // What the kernel takes is enough; the rest follows when the server goes on.
        let _ = peer.wait_until_queued(60_000);
        server.signal(Signal::CONT);
        server.expect_answer(case, &mut peer, &requests, "requests that were all there at once");
        let _ = sending.join();
    }
}

/// Peers that connect while the server cannot look: one event tells of all.
pub(crate) fn several_accepts(case: &mut Case, kind: Kind) {
    const PEERS: usize = 30;
    let protocol = Protocol::Frame;
    let mut server = Server::start(case, protocol.command(), kind, &[]);
    server.settle(case);
    server.signal(Signal::STOP);
    let mut peers: Vec<Peer> = (0..PEERS).map(|_| server.peer()).collect();
    for (number, peer) in peers.iter_mut().enumerate() {
        peer.send(&protocol.request(format!("peer {number}").as_bytes()));
    }
    server.signal(Signal::CONT);
    for (number, peer) in peers.iter_mut().enumerate() {
        let request = protocol.request(format!("peer {number}").as_bytes());
        let what = format!("peer {} of {PEERS} that connected at the same time", number + 1);
        server.expect_answer(case, peer, &request, &what);
    }
}

/// Peers whose requests are all unfinished at the same time.
pub(crate) fn many_peers(case: &mut Case, kind: Kind, args: &[&str]) {
    const PEERS: usize = 50;
    let protocol = Protocol::Frame;
    let mut server = Server::start(case, protocol.command(), kind, args);
    let mut peers: Vec<Peer> = (0..PEERS).map(|_| server.peer()).collect();
    let request = |number: usize| protocol.request(format!("I am peer {number}").as_bytes());
    let cut = |number: usize| 1 + number % (request(number).len() - 1);
    for (number, peer) in peers.iter_mut().enumerate() {
        peer.send(&request(number)[..cut(number)]);
    }
    server.falls_asleep();
    for (number, peer) in peers.iter_mut().enumerate().rev() {
        peer.send(&request(number)[cut(number)..]);
    }
    for (number, peer) in peers.iter_mut().enumerate() {
        let what = format!("peer {number} of {PEERS}, whose request came in two halves");
        server.expect_answer(case, peer, &request(number), &what);
    }
}

/// Answers of workers that end in any order.
pub(crate) fn answers_in_order(case: &mut Case, kind: Kind) {
    let mut server = Server::start(case, "echo", kind, &["--work", "1", "--workers", "8"]);
    let mut peer = server.peer();
    let bodies: Vec<String> = (0..100).map(|number| format!("request {number}")).collect();
    let requests = Protocol::Frame.requests(&bodies);
    peer.send(&requests);
    server.expect_answer(
        case,
        &mut peer,
        &requests,
        "100 requests that eight workers answer",
    );
    expect_nothing_more(case, &mut server, &mut peer, Protocol::Frame);
}

/// A peer is served while the workers are busy for longer than the case lasts.
pub(crate) fn a_busy_worker_stalls_nobody(case: &mut Case, kind: Kind) {
    let mut server = Server::start(case, "echo10", kind, &["--work", "15000", "--workers", "2"]);
    let mut waiting = server.peer();
    waiting.send(&Protocol::Ten.request(b"this takes its time"));
    server.expect(case, waiting.wait_until_taken(), "the request read", "it was not");
    let mut other = server.peer();
    other.send(b"no header!");
    server.expect_ended(
        case,
        &mut other,
        "a peer refused while another one's request is in work",
    );
    let silent = waiting.is_silent();
    server.expect(
        case,
        silent,
        "a peer refused before the answer that takes 15 s, as the loop is free",
        "the answer was there first",
    );
}

/// Expects that a further request is answered with nothing in front of its answer.
pub(crate) fn expect_nothing_more(case: &mut Case, server: &mut Server, peer: &mut Peer, protocol: Protocol) {
    let request = protocol.request(b"and one more");
    peer.send(&request);
    server.expect_answer(
        case,
        peer,
        &request,
        "one more request, when all answers were read",
    );
}
