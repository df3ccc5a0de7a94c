//! Stage 7: the same library on mio.

mod loops;
mod scripts;

use support::{Stage, stage};

use loops::{
    a_greedy_peer_is_not_alone_on_mio, a_level_trigger_on_mio_is_wrong_usage,
    a_long_pipeline_is_answered_on_mio, a_peer_that_never_reads_is_cheap_on_mio,
    a_pipeline_that_waited_is_answered_on_mio, an_idle_server_on_mio_sleeps, answers_of_workers_wake_mio,
    drawn_requests_are_answered_on_mio, half_closed_peers_are_answered_on_mio,
    many_peers_in_three_loops_are_served_on_mio, output_goes_on_when_it_is_read_on_mio,
    peers_are_refused_on_mio, requests_byte_by_byte_are_answered_on_mio, resets_are_seen_on_mio,
    several_accepts_in_one_event_on_mio, slow_and_idle_peers_are_closed_on_mio, sockets_are_closed_on_mio,
    the_end_loses_no_request_on_mio, without_a_free_descriptor_mio_does_not_turn,
};
use scripts::{
    a_signal_is_no_error_to_mio, drawn_scripts_are_played_on_mio_like_the_reference_does,
    edges_of_mio_are_told_once, ends_are_told_on_mio, mio_wakes_from_other_threads,
    what_is_watched_changes_on_mio,
};

pub(crate) const STAGE: Stage = stage!("mio":
    edges_of_mio_are_told_once,
    ends_are_told_on_mio,
    what_is_watched_changes_on_mio,
    mio_wakes_from_other_threads,
    a_signal_is_no_error_to_mio,
    a_level_trigger_on_mio_is_wrong_usage,
    requests_byte_by_byte_are_answered_on_mio,
    a_pipeline_that_waited_is_answered_on_mio,
    a_long_pipeline_is_answered_on_mio,
    several_accepts_in_one_event_on_mio,
    many_peers_in_three_loops_are_served_on_mio,
    half_closed_peers_are_answered_on_mio,
    peers_are_refused_on_mio,
    resets_are_seen_on_mio,
    sockets_are_closed_on_mio,
    answers_of_workers_wake_mio,
    output_goes_on_when_it_is_read_on_mio,
    a_greedy_peer_is_not_alone_on_mio,
    a_peer_that_never_reads_is_cheap_on_mio,
    slow_and_idle_peers_are_closed_on_mio,
    an_idle_server_on_mio_sleeps,
    the_end_loses_no_request_on_mio,
    without_a_free_descriptor_mio_does_not_turn;
    seeded: drawn_scripts_are_played_on_mio_like_the_reference_does, drawn_requests_are_answered_on_mio
);
