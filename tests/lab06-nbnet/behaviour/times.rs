//! Time: peers that are idle or slow, and the end of a server.

use std::thread;
use std::time::{Duration, Instant};

use rustix::process::Signal;
use support::Case;

use crate::peers::{Kind, PATIENCE, Peer, Protocol, Server};

/// Idle peers are closed, and not before their time.
pub(crate) fn idle(case: &mut Case, kind: Kind) {
    const IDLE: Duration = Duration::from_millis(700);
    let mut server = Server::start(case, "echo", kind, &["--idle", "700"]);
    let since = Instant::now();
    let mut silent = server.peer();
    let mut answered = server.expect_service(case, Protocol::Frame);
    let mut unfinished = server.peer();
    unfinished.send(b"\0\0");
    for (peer, who) in [
        (&mut silent, "that never said anything"),
        (&mut answered, "that was answered"),
        (&mut unfinished, "within a request"),
    ] {
        server.expect_closed(case, peer, &format!("a peer {who} closed when it is idle"));
        let after = since.elapsed();
        server.expect(
            case,
            after >= IDLE,
            "an idle peer closed after 700 ms at the earliest",
            format!("closed after {} ms", after.as_millis()),
        );
    }
}

/// A request whose bytes keep coming and that is never whole.
pub(crate) fn slow_request(case: &mut Case, kind: Kind) {
    const REQUEST: Duration = Duration::from_millis(400);
    let mut server = Server::start(case, "echo10", kind, &["--request", "400"]);
    let other = server.peer();
    let mut peer = server.peer();
    let since = Instant::now();
    // It would take a year.
    peer.send(&Protocol::Ten.header(1_000_000));
    while peer.is_silent() && since.elapsed() < PATIENCE {
        peer.send(b"x");
        thread::sleep(Duration::from_millis(20));
    }
    let after = since.elapsed();
    // Once its bytes stop coming, another deadline may end it.
    let while_they_came = !peer.is_silent();
    let (rest, end) = peer.read_to_end();
    server.expect(
        case,
        while_they_came && rest.is_empty() && end.is_an_end(),
        "a peer closed whose request is not whole in time, although its bytes keep coming",
        end,
    );
    server.expect(
        case,
        after >= REQUEST,
        "it is closed after 400 ms at the earliest",
        format!("closed after {} ms", after.as_millis()),
    );
    server.expect_said(&format!("nbnet: {}: ", peer.name()));
    let mut other = other;
    let silent = other.is_silent();
    server.expect(
        case,
        silent,
        "a peer that has not begun a request stays",
        "it was closed",
    );
}

/// Requests that came before a signal are answered, and nobody new comes in.
pub(crate) fn drained(case: &mut Case, kind: Kind, signal: Signal) {
    let args = ["--work", "100", "--workers", "1", "--grace", "60000"];
    let mut server = Server::start(case, "echo", kind, &args);
    let requests = Protocol::Frame.requests(&["one", "two", "three"]);
    let mut peers: Vec<Peer> = (0..2).map(|_| server.peer()).collect();
    for peer in &mut peers {
        peer.send(&requests);
    }
    let taken = peers.iter().all(Peer::wait_until_taken);
    server.expect(case, taken, "the requests read", "they were not");
    server.signal(signal);
    let address = server.address;
    server.wait_until("stopped listening", || Peer::is_refused(address));
    for mut peer in peers {
        server.expect_answer(
            case,
            &mut peer,
            &requests,
            "three requests that had come before the signal",
        );
        server.expect_closed(case, &mut peer, "the connection closed when all was answered");
    }
    let ended = server.wait();
    case.expect_status(&ended, 0);
}
