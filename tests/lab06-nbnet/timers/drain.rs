//! The end of a server.

use std::thread;
use std::time::{Duration, Instant};

use rustix::process::Signal;
use support::Case;

use crate::behaviour::times;
use crate::peers::{Peer, Protocol, Server, everywhere};

pub(super) fn requests_that_came_whole_are_answered(case: &mut Case) {
    everywhere(case, |case, kind| times::drained(case, kind, Signal::TERM));
    times::drained(case, &[], Signal::INT);
}

pub(super) fn what_waits_in_the_output_is_sent_first(case: &mut Case) {
    let args = ["--buffer", "33554432", "--grace", "60000"];
    let mut server = Server::start(case, "echo", &[], &args);
    let mut peer = server.narrow_peer();
    // More than the kernel holds for one who does not read.
    let requests = Protocol::Frame.request(&[b'x'; 100_000]).repeat(80);
    let mut writer = peer.twin();
    let sent = requests.clone();
    let sending = thread::spawn(move || writer.send(&sent));
    let _ = sending.join();
    let taken = peer.wait_until_taken();
    server.expect(case, taken, "the requests read", "they were not");
    server.signal(Signal::TERM);
    let address = server.address;
    server.wait_until("stopped listening", || Peer::is_refused(address));
    server.expect_answer(
        case,
        &mut peer,
        &requests,
        "80 requests, whose answers are read after the signal only",
    );
    server.expect_closed(case, &mut peer, "the connection closed when all was sent");
    let ended = server.wait();
    case.expect_status(&ended, 0);
}

/// Peers in the queue of the listener, their requests in the kernel: nothing of either was looked at before the signal.
pub(super) fn those_who_wait_to_be_accepted_are_answered(case: &mut Case) {
    everywhere(case, |case, kind| {
        let mut server = Server::start(case, "echo", kind, &["--grace", "60000"]);
        server.settle(case);
        server.signal(Signal::STOP);
        let request = Protocol::Frame.request(b"in time");
        let mut peers: Vec<Peer> = (0..8).map(|_| server.peer()).collect();
        for peer in &mut peers {
            peer.send(&request);
        }
        let queued = peers
            .iter()
            .all(|peer| peer.wait_until_queued(request.len() as u64));
        server.expect(case, queued, "the requests in the kernel", "they were not");
        server.signal(Signal::TERM);
        server.signal(Signal::CONT);
        for peer in &mut peers {
            server.expect_answer(
                case,
                peer,
                &request,
                "a peer that waited to be accepted at SIGTERM, with its request in the kernel",
            );
            server.expect_closed(case, peer, "the connection closed when all was answered");
        }
        drop(peers);
        let ended = server.wait();
        case.expect_status(&ended, 0);
    });
}

pub(super) fn what_is_not_whole_at_the_end_is_nobodys_mistake(case: &mut Case) {
    let mut server = Server::start(case, "echo10", &[], &["--grace", "60000"]);
    let mut peer = server.peer();
    peer.send(b"0000000005he");
    let _ = peer.wait_until_taken();
    server.settle(case);
    server.signal(Signal::TERM);
    server.expect_closed(
        case,
        &mut peer,
        "a peer closed at SIGTERM whose request is not whole",
    );
    drop(peer);
    let ended = server.wait();
    case.expect_status(&ended, 0);
    let said = ended.stderr_text();
    case.expect(&ended, said.is_empty(), "nothing on standard error", said);
}

pub(super) fn idle_peers_do_not_hold_up_the_end(case: &mut Case) {
    everywhere(case, |case, kind| {
        let args = ["--grace", "600000"];
        let mut server = Server::start(case, "echo", kind, &args);
        let mut peers: Vec<Peer> = (0..4)
            .map(|_| server.expect_service(case, Protocol::Frame))
            .collect();
        peers.extend((0..4).map(|_| server.peer()));
        server.settle(case);
        server.signal(Signal::TERM);
        for peer in &mut peers {
            server.expect_closed(case, peer, "a peer closed at SIGTERM that has nothing under way");
        }
        let ended = server.wait();
        case.expect_status(&ended, 0);
    });
}

pub(super) fn after_the_grace_what_is_left_is_closed(case: &mut Case) {
    const GRACE: Duration = Duration::from_millis(500);
    everywhere(case, |case, kind| {
        let args = ["--work", "3600000", "--grace", "500"];
        let mut server = Server::start(case, "echo", kind, &args);
        let mut peer = server.peer();
        peer.send(&Protocol::Frame.request(b"it takes an hour"));
        let taken = peer.wait_until_taken();
        server.expect(case, taken, "the request read", "it was not");
        let since = Instant::now();
        server.signal(Signal::TERM);
        let ended = server.wait();
        let after = since.elapsed();
        case.expect_status(&ended, 0);
        case.expect(
            &ended,
            after >= GRACE,
            "an end after the grace of 500 ms at the earliest, while a request is in work",
            format!("it ended after {} ms", after.as_millis()),
        );
    });
}

pub(super) fn a_second_signal_ends_it_at_once(case: &mut Case) {
    let args = ["--work", "3600000", "--grace", "3600000"];
    let mut server = Server::start(case, "echo", &[], &args);
    let mut peer = server.peer();
    peer.send(&Protocol::Frame.request(b"it takes an hour"));
    let taken = peer.wait_until_taken();
    server.expect(case, taken, "the request read", "it was not");
    server.signal(Signal::TERM);
    let address = server.address;
    server.wait_until("stopped listening", || Peer::is_refused(address));
    server.signal(Signal::TERM);
    let _ = server.wait();
}
