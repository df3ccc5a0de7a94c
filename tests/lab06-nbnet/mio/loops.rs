//! Servers on mio.

use std::time::Duration;

use rustix::process::Signal;
use support::Case;

use crate::behaviour::{answers, ends, floods, limits, refused, times};
use crate::peers::{Kind, Protocol, Server, Split};

const MIO: Kind = &["--poller", "mio"];

pub(super) fn requests_byte_by_byte_are_answered_on_mio(case: &mut Case) {
    answers::in_pieces(case, MIO, Split::Bytes);
    answers::one_after_the_other(case, MIO);
}

pub(super) fn drawn_requests_are_answered_on_mio(case: &mut Case) {
    answers::drawn(case, MIO, 4);
}

pub(super) fn a_pipeline_that_waited_is_answered_on_mio(case: &mut Case) {
    answers::a_pipeline_that_waits(case, MIO);
}

pub(super) fn a_long_pipeline_is_answered_on_mio(case: &mut Case) {
    answers::a_long_pipeline(case, MIO);
}

pub(super) fn several_accepts_in_one_event_on_mio(case: &mut Case) {
    answers::several_accepts(case, MIO);
}

pub(super) fn many_peers_in_three_loops_are_served_on_mio(case: &mut Case) {
    answers::many_peers(case, MIO, &["--threads", "3"]);
}

pub(super) fn half_closed_peers_are_answered_on_mio(case: &mut Case) {
    ends::half_closed(case, MIO);
    ends::ended_within_a_frame(case, MIO);
}

pub(super) fn peers_are_refused_on_mio(case: &mut Case) {
    refused::lengths_above_the_limit(case, MIO);
}

pub(super) fn resets_are_seen_on_mio(case: &mut Case) {
    ends::resets(case, MIO);
}

pub(super) fn sockets_are_closed_on_mio(case: &mut Case) {
    ends::descriptors_come_back(case, MIO);
}

pub(super) fn answers_of_workers_wake_mio(case: &mut Case) {
    answers::answers_in_order(case, MIO);
    ends::gone_before_the_answer(case, MIO);
}

pub(super) fn output_goes_on_when_it_is_read_on_mio(case: &mut Case) {
    floods::output_that_blocks_goes_on(case, MIO);
}

pub(super) fn a_greedy_peer_is_not_alone_on_mio(case: &mut Case) {
    floods::a_greedy_peer_is_not_alone(case, MIO);
    floods::a_greedy_peer_gets_one_turn_at_a_time(case, MIO);
}

pub(super) fn a_peer_that_never_reads_is_cheap_on_mio(case: &mut Case) {
    floods::no_more_than_its_buffer(case, MIO);
}

pub(super) fn slow_and_idle_peers_are_closed_on_mio(case: &mut Case) {
    times::idle(case, MIO);
    times::slow_request(case, MIO);
}

pub(super) fn the_end_loses_no_request_on_mio(case: &mut Case) {
    times::drained(case, MIO, Signal::TERM);
}

pub(super) fn without_a_free_descriptor_mio_does_not_turn(case: &mut Case) {
    limits::no_free_descriptor(case, MIO);
}

pub(super) fn an_idle_server_on_mio_sleeps(case: &mut Case) {
    let mut server = Server::start(case, "echo", MIO, &["--threads", "2"]);
    let peers: Vec<_> = (0..4)
        .map(|_| server.expect_service(case, Protocol::Frame))
        .collect();
    let slept = server.sleeps_for(Duration::from_millis(300));
    server.expect(
        case,
        slept,
        &format!("a server that sleeps while {} peers say nothing", peers.len()),
        "its threads wake up again and again",
    );
}

pub(super) fn a_level_trigger_on_mio_is_wrong_usage(case: &mut Case) {
    let ended = case
        .program("nbnet")
        .args(["echo", "--listen", "127.0.0.1:0"])
        .args(["--poller", "mio", "--trigger", "level"])
        .run();
    case.expect_status(&ended, 2);
    case.expect_stderr_names(&ended, "mio");
}
