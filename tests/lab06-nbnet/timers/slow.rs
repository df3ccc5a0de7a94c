//! Peers that do things slowly, or not at all.

use std::thread;
use std::time::{Duration, Instant};

use support::Case;

use crate::behaviour::{floods, times};
use crate::peers::{Kind, Protocol, Server, everywhere};

pub(super) fn idle_peers_are_closed_and_not_too_early(case: &mut Case) {
    everywhere(case, times::idle);
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

pub(super) fn pauses_between_requests_are_no_slow_requests(case: &mut Case) {
    let mut server = Server::start(case, "echo", &[], &["--request", "200"]);
    let mut peer = server.peer();
    // One that comes in two reads has been under way, and is so no more when it is whole.
    let request = Protocol::Frame.request(&[b'x'; 3000]);
    for round in 0..3 {
        thread::sleep(Duration::from_millis(350));
        let since = Instant::now();
        peer.send(&request[..1000]);
        let _ = peer.wait_until_taken();
        peer.send(&request[1000..]);
        let found = peer.read(request.len());
        if found != request && since.elapsed() > Duration::from_millis(150) {
            // A machine that is so slow made it a slow request.
            return;
        }
        server.expect(
            case,
            found == request,
            &format!(
                "request {} answered, which was whole at once, with --request 200 and pauses of 350 ms",
                round + 1
            ),
            peer.state(),
        );
    }
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
