//! Servers with both triggers of epoll.

use std::time::Duration;

use rustix::process::Signal;
use support::Case;

use crate::behaviour::{answers, ends, floods, refused};
use crate::peers::{Kind, Protocol, Server, Split, sockets};

/// Both triggers, of the one poller that has both.
const BOTH: [Kind; 2] = [
    &["--poller", "epoll", "--trigger", "level"],
    &["--poller", "epoll", "--trigger", "edge"],
];

fn with_both(case: &mut Case, with: impl Fn(&mut Case, Kind)) {
    for kind in BOTH {
        with(case, kind);
    }
}

pub(super) fn requests_byte_by_byte_are_answered_with_both_triggers(case: &mut Case) {
    with_both(case, |case, kind| answers::in_pieces(case, kind, Split::Bytes));
}

pub(super) fn every_cut_is_answered_with_both_triggers(case: &mut Case) {
    with_both(case, answers::cut_anywhere);
}

pub(super) fn drawn_pieces_are_answered_with_both_triggers(case: &mut Case) {
    with_both(case, |case, kind| answers::drawn(case, kind, 3));
}

pub(super) fn a_pipeline_that_was_there_before_the_server_looked_is_answered(case: &mut Case) {
    with_both(case, answers::a_pipeline_that_waits);
}

pub(super) fn a_long_pipeline_is_answered_while_it_is_sent(case: &mut Case) {
    with_both(case, answers::a_long_pipeline);
}

pub(super) fn several_peers_that_connect_at_once_are_all_accepted(case: &mut Case) {
    with_both(case, answers::several_accepts);
}

pub(super) fn output_that_blocks_goes_on_when_it_is_read(case: &mut Case) {
    with_both(case, floods::output_that_blocks_goes_on);
}

pub(super) fn a_greedy_peer_does_not_keep_the_others_waiting(case: &mut Case) {
    with_both(case, floods::a_greedy_peer_is_not_alone);
    with_both(case, floods::a_greedy_peer_gets_one_turn_at_a_time);
}

pub(super) fn sockets_are_closed_with_both_triggers(case: &mut Case) {
    with_both(case, ends::descriptors_come_back);
}

pub(super) fn resets_are_seen_with_both_triggers(case: &mut Case) {
    with_both(case, ends::resets);
}

pub(super) fn peers_are_refused_with_both_triggers(case: &mut Case) {
    with_both(case, refused::lengths_above_the_limit);
}

pub(super) fn nothing_turns_while_output_is_blocked(case: &mut Case) {
    with_both(case, |case, kind| {
        let protocol = Protocol::Frame;
        let mut server = Server::start(case, protocol.command(), kind, &[]);
        let request = protocol.request(&[b'x'; 20_000]);
        let mut peer = server.narrow_peer();
        let _ = peer.flood(&request, 4 << 20, || server.sleeps_for(Duration::from_millis(40)));
        let slept = server.sleeps_for(Duration::from_millis(300));
        server.expect(
            case,
            slept,
            "a server that sleeps while a peer does not read",
            "its threads wake up again and again",
        );
        // Who looks for writable sockets without having anything to write would turn now.
        drop(peer);
        let _idle = server.expect_service(case, protocol);
        let slept = server.sleeps_for(Duration::from_millis(300));
        server.expect(
            case,
            slept,
            "a server that sleeps when all is answered",
            "its threads wake up again and again",
        );
    });
}

/// Requests and the end come as one event.
pub(super) fn a_half_close_behind_the_requests_is_seen(case: &mut Case) {
    with_both(case, |case, kind| {
        for protocol in Protocol::BOTH {
            let mut server = Server::start(case, protocol.command(), kind, &[]);
            let mut known = server.expect_service(case, protocol);
            server.settle(case);
            server.signal(Signal::STOP);
            let mut new = server.peer();
            let requests = protocol.requests(&[&b"first"[..], b"", &[b'x'; 9000], b"last"]);
            for peer in [&mut known, &mut new] {
                peer.send(&requests);
                peer.shut();
            }
            server.signal(Signal::CONT);
            for peer in [&mut known, &mut new] {
                server.expect_answer(
                    case,
                    peer,
                    &requests,
                    "requests with the half-close right behind them",
                );
                server.expect_closed(case, peer, "the connection closed when all was answered");
            }
        }
    });
}

pub(super) fn a_peer_that_left_before_it_was_looked_at_is_closed(case: &mut Case) {
    with_both(case, |case, kind| {
        let protocol = Protocol::Frame;
        let mut server = Server::start(case, protocol.command(), kind, &[]);
        let pid = server.pid;
        let before = sockets(pid);
        let known = server.expect_service(case, protocol);
        server.settle(case);
        server.signal(Signal::STOP);
        let quiet = server.peer();
        let mut spoke = server.peer();
        spoke.send(&protocol.request(b"not interested in the answer"));
        let reset = server.peer();
        drop((known, quiet, spoke));
        reset.reset();
        server.signal(Signal::CONT);
        drop(server.expect_service(case, protocol));
        server.wait_until("closed the sockets of peers that had left", || {
            sockets(pid) == before
        });
    });
}

pub(super) fn edge_triggers_of_other_pollers_are_wrong_usage(case: &mut Case) {
    for poller in ["poll", "select"] {
        let ended = case
            .program("nbnet")
            .args(["echo", "--listen", "127.0.0.1:0"])
            .args(["--trigger", "edge", "--poller", poller])
            .run();
        case.expect_status(&ended, 2);
        case.expect_stderr_names(&ended, "edge triggering needs epoll");
    }
}
