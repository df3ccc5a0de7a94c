//! Both protocols over real connections, with each of the three pollers.

use std::net::TcpListener;
use std::time::Duration;

use support::Case;

use crate::behaviour::{answers, ends, floods, refused};
use crate::peers::{Protocol, Server, Split, everywhere, number_in_status};

pub(super) fn requests_one_after_the_other_are_answered(case: &mut Case) {
    everywhere(case, answers::one_after_the_other);
}

pub(super) fn requests_byte_by_byte_are_answered(case: &mut Case) {
    everywhere(case, |case, kind| answers::in_pieces(case, kind, Split::Bytes));
}

pub(super) fn every_cut_of_two_requests_is_answered_the_same(case: &mut Case) {
    everywhere(case, answers::cut_anywhere);
}

pub(super) fn many_requests_at_once_are_answered_once_each(case: &mut Case) {
    everywhere(case, answers::many_at_once);
}

pub(super) fn drawn_requests_in_drawn_pieces_are_answered(case: &mut Case) {
    everywhere(case, |case, kind| answers::drawn(case, kind, 2));
}

pub(super) fn fifty_peers_are_served_at_the_same_time(case: &mut Case) {
    everywhere(case, |case, kind| answers::many_peers(case, kind, &[]));
}

pub(super) fn a_long_stream_of_requests_takes_little_memory(case: &mut Case) {
    everywhere(case, floods::a_long_stream_takes_little_memory);
}

pub(super) fn answers_that_do_not_fit_go_out_when_the_peer_reads(case: &mut Case) {
    everywhere(case, floods::output_that_blocks_goes_on);
}

pub(super) fn a_half_closed_peer_gets_all_its_answers(case: &mut Case) {
    everywhere(case, ends::half_closed);
}

pub(super) fn what_ends_within_a_frame_is_named(case: &mut Case) {
    everywhere(case, ends::ended_within_a_frame);
}

pub(super) fn a_length_above_the_limit_is_refused_and_named(case: &mut Case) {
    everywhere(case, refused::lengths_above_the_limit);
}

pub(super) fn a_header_that_is_no_number_ends_the_connection(case: &mut Case) {
    everywhere(case, refused::headers_that_are_no_digits);
}

pub(super) fn sockets_of_peers_that_left_are_closed(case: &mut Case) {
    everywhere(case, ends::descriptors_come_back);
}

pub(super) fn resets_end_one_connection_only(case: &mut Case) {
    everywhere(case, ends::resets);
}

pub(super) fn what_a_broken_connection_leaves_goes_to_nobody(case: &mut Case) {
    everywhere(case, ends::broken_within_an_answer);
}

pub(super) fn a_violation_takes_no_answer_away(case: &mut Case) {
    everywhere(case, ends::violated_behind_a_large_answer);
}

pub(super) fn a_length_is_not_allocated_before_its_bytes_have_come(case: &mut Case) {
    const LIMIT: u64 = 1 << 30;
    const PEERS: usize = 8;
    for protocol in Protocol::BOTH {
        let limit = LIMIT.to_string();
        let mut server = Server::start(case, protocol.command(), &[], &["--max-frame", &limit]);
        let pid = server.pid;
        let before = number_in_status(pid, "VmData:");
        let peers: Vec<_> = (0..PEERS)
            .map(|_| {
                let mut peer = server.peer();
                peer.send(&protocol.header(LIMIT));
                peer.send(b"the beginning of it");
                peer
            })
            .collect();
        let taken = peers.iter().all(|peer| peer.wait_until_taken());
        server.expect(case, taken, "the beginning of the body read", "it was not");
        let grown = number_in_status(pid, "VmData:").saturating_sub(before);
        server.expect(
            case,
            grown < 256 << 10,
            &format!("memory for what has come, with {PEERS} peers that announce 1 GiB each"),
            format!("{grown} KiB more of address space for data"),
        );
    }
}

pub(super) fn an_idle_server_sleeps(case: &mut Case) {
    everywhere(case, |case, kind| {
        let mut server = Server::start(case, "echo", kind, &[]);
        let answered: Vec<_> = (0..4)
            .map(|_| server.expect_service(case, Protocol::Frame))
            .collect();
        let mut unfinished = server.peer();
        unfinished.send(&Protocol::Frame.header(100));
        let slept = server.sleeps_for(Duration::from_millis(300));
        server.expect(
            case,
            slept,
            &format!(
                "a server that sleeps while {} peers have nothing to say",
                answered.len() + 1
            ),
            "its threads wake up again and again",
        );
    });
}

pub(super) fn a_server_that_looks_before_it_sleeps_sleeps_too(case: &mut Case) {
    everywhere(case, |case, kind| {
        let mut server = Server::start(case, "echo", kind, &["--spin", "300000"]);
        let peer = server.expect_service(case, Protocol::Frame);
        let dozed = server.rest_in_percent(Duration::from_millis(100));
        // It has the whole of the time: a machine that is busy elsewhere is late with looking, not with sleeping.
        server.expect(
            case,
            dozed < 50,
            "a server that looks for events for 300 ms after the last one",
            format!("it slept in {dozed} of 100 looks within 100 ms"),
        );
        drop(peer);
        for _ in 0..20 {
            drop(server.expect_service(case, Protocol::Frame));
        }
        let slept = server.sleeps_for(Duration::from_millis(200));
        server.expect(
            case,
            slept,
            "a server that sleeps when it has looked for 300 ms",
            "its threads are awake for ever",
        );
    });
}

pub(super) fn an_address_that_is_taken_is_named(case: &mut Case) {
    let taken = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = taken.local_addr().expect("an address").to_string();
    let ended = case.program("nbnet").args(["echo", "--listen", &address]).run();
    case.expect_status(&ended, 1);
    case.expect_stderr_names(&ended, &address);
    case.expect_stdout(&ended, "");
}

pub(super) fn wrong_usage_is_status_2(case: &mut Case) {
    let usages: [&[&str]; 10] = [
        &[],
        &["shout", "--listen", "127.0.0.1:0"],
        &["echo"],
        &["echo", "--listen", "nowhere"],
        &["echo", "--listen", "127.0.0.1:0", "--poller", "kqueue"],
        &["echo", "--listen", "127.0.0.1:0", "--threads", "0"],
        &["echo", "--listen", "127.0.0.1:0", "--threads", "65"],
        &["echo", "--listen", "127.0.0.1:0", "--spin", "long"],
        &["echo", "--listen", "127.0.0.1:0", "--max-frame", "much"],
        &["echo", "--listen", "127.0.0.1:0", "--memory", "1m"],
    ];
    for usage in usages {
        let ended = case.program("nbnet").args(usage).run();
        case.expect_status(&ended, 2);
        case.expect_stderr_names(&ended, "nbnet: ");
        case.expect_stdout(&ended, "");
    }
}
