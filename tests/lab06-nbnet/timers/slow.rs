//! Peers that do things slowly, or not at all.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::Signal;
use support::Case;

use crate::behaviour::{floods, times};
use crate::peers::{Kind, PATIENCE, Protocol, Server, everywhere, sockets};

pub(super) fn idle_peers_are_closed_and_not_too_early(case: &mut Case) {
    everywhere(case, times::idle);
}

pub(super) fn idle_peers_are_closed_while_a_server_looks_for_events(case: &mut Case) {
    everywhere(case, |case, kind| {
        let ten_minutes = ["--idle", "300", "--spin", "600000000"];
        let mut server = Server::start(case, "echo", kind, &ten_minutes);
        let mut peer = server.expect_service(case, Protocol::Frame);
        server.expect_closed(case, &mut peer, "the end of a peer that is idle for 300 ms");
    });
}

pub(super) fn a_byte_begins_the_idle_time_anew(case: &mut Case) {
    const IDLE: Duration = Duration::from_millis(1000);
    let mut server = Server::start(case, "echo", &[], &["--idle", "1000"]);
    let request = Protocol::Frame.request(b"slowly");
    let mut peer = server.peer();
    let mut last = Instant::now();
    let mut longest = Duration::ZERO;
    for byte in request.chunks(1) {
        thread::sleep(IDLE / 8);
        peer.send(byte);
        longest = longest.max(last.elapsed());
        last = Instant::now();
    }
    let found = peer.read(request.len());
    // On a machine that is so slow the peer may have been idle for as long as that.
    if longest < IDLE / 2 {
        server.expect(
            case,
            found == request,
            "a request answered whose bytes came every 125 ms, with --idle 1000",
            peer.state(),
        );
    }
}

pub(super) fn a_request_byte_by_byte_must_be_whole_in_time(case: &mut Case) {
    everywhere(case, times::slow_request);
}

pub(super) fn a_peer_that_talks_on_after_a_violation_is_closed(case: &mut Case) {
    const CLOSE: Duration = Duration::from_secs(1);
    let mut server = Server::start(case, "echo10", &[], &[]);
    let pid = server.pid;
    let before = sockets(pid);
    let since = Instant::now();
    let mut peer = server.peer();
    peer.send(b"no header!");
    server.expect_said("a header must be ten decimal digits\n");
    // It goes on until the connection is gone, whichever way that is.
    let mut talker = peer.twin();
    let goes_on = Arc::new(AtomicBool::new(true));
    let going_on = Arc::clone(&goes_on);
    let talking = thread::spawn(move || {
        while going_on.load(Ordering::Relaxed) {
            talker.send(b"y");
            thread::sleep(Duration::from_millis(10));
        }
    });
    let mut gone = false;
    while !gone && since.elapsed() < PATIENCE {
        thread::sleep(Duration::from_millis(5));
        gone = sockets(pid) == before;
    }
    let after = since.elapsed();
    goes_on.store(false, Ordering::Relaxed);
    let _ = talking.join();
    server.expect(
        case,
        gone,
        "the connection closed a second after a violation, although the peer talks on",
        "its socket is open still",
    );
    server.expect(
        case,
        after >= CLOSE,
        "it waits for the end of the peer for a second",
        format!("closed after {} ms", after.as_millis()),
    );
}

pub(super) fn pauses_between_requests_are_no_slow_requests(case: &mut Case) {
    const TRIES: usize = 5;
    const REQUEST: Duration = Duration::from_millis(400);
    let mut server = Server::start(case, "echo", &[], &["--request", "400"]);
    let request = Protocol::Frame.request(&[b'x'; 3000]);
    // One whose two parts are so far apart on a slow machine that it is a slow request is tried again.
    for _ in 0..TRIES {
        let mut peer = server.expect_service(case, Protocol::Frame);
        let mut answered = true;
        for _ in 0..2 {
            thread::sleep(REQUEST * 2);
            let silent = peer.is_silent();
            server.expect(
                case,
                silent,
                "a peer left alone that has begun no request, with --request 400 and pauses of 800 ms",
                "it was closed",
            );
            // It comes in two reads: it is under way in between, and no more when it is whole.
            let since = Instant::now();
            server.signal(Signal::STOP);
            peer.send(&request[..1000]);
            let _ = peer.wait_until_queued(1000);
            server.signal(Signal::CONT);
            let _ = peer.wait_until_taken();
            peer.send(&request[1000..]);
            answered = peer.read(request.len()) == request;
            if !answered {
                let state = peer.state();
                server.expect(
                    case,
                    since.elapsed() > REQUEST * 3 / 4,
                    "a request answered that was whole in time, after a pause",
                    state,
                );
                break;
            }
        }
        // Another pause, in which nothing is under way either.
        if answered {
            thread::sleep(REQUEST * 2);
            server.settle(case);
            let silent = peer.is_silent();
            server.expect(
                case,
                silent,
                "a peer left alone when its requests are answered, with --request 400",
                "it was closed",
            );
            return;
        }
    }
}

pub(super) fn time_in_work_is_no_idle_time(case: &mut Case) {
    let args = ["--idle", "500", "--work", "2500"];
    let mut server = Server::start(case, "echo", &[], &args);
    // The request is there when the peer is accepted, so that no pause of the machine is one of the peer.
    server.signal(Signal::STOP);
    let mut peer = server.peer();
    let request = Protocol::Frame.request(b"whole at once");
    peer.send(&request);
    server.signal(Signal::CONT);
    server.expect_answer(
        case,
        &mut peer,
        &request,
        "a request that is in work for longer than --idle allows for silence",
    );
}

pub(super) fn time_in_work_is_no_slow_request(case: &mut Case) {
    let args = ["--request", "300", "--work", "700"];
    let mut server = Server::start(case, "echo", &[], &args);
    let mut peer = server.peer();
    let request = Protocol::Frame.request(b"whole at once");
    peer.send(&request);
    server.expect_answer(
        case,
        &mut peer,
        &request,
        "a request that is in work for longer than --request allows for sending it",
    );
}

const EDGE: Kind = &["--poller", "epoll", "--trigger", "edge"];

pub(super) fn a_peer_that_never_reads_costs_no_more_than_its_buffer(case: &mut Case) {
    everywhere(case, floods::no_more_than_its_buffer);
    floods::no_more_than_its_buffer(case, EDGE);
}

pub(super) fn reading_goes_on_when_the_output_is_empty_again(case: &mut Case) {
    everywhere(case, floods::output_that_blocks_goes_on);
    floods::output_that_blocks_goes_on(case, EDGE);
}
