//! Stage 3: level and edge triggers.

mod edges;
mod loops;

use support::{Stage, stage};

use crate::http::{
    a_connection_is_kept_unless_somebody_says_close, a_file_comes_with_its_length_its_type_and_its_time,
    a_folder_is_its_index, a_part_of_a_file_is_206, a_pipeline_of_requests_is_answered_in_order,
    a_request_for_a_file_may_come_in_pieces, curl_gets_what_is_there, nothing_outside_of_the_root_is_served,
    what_cannot_be_answered_has_a_status, what_has_not_changed_is_not_sent_again, wrk_finds_no_fault,
};
use edges::{
    an_edge_comes_again_when_more_has_come, an_edge_is_told_once,
    an_edge_to_write_comes_when_there_is_room_again,
    drawn_scripts_with_edges_are_played_like_the_reference_does, edges_need_epoll,
    registering_again_tells_what_is_there,
};
use loops::{
    a_greedy_peer_does_not_keep_the_others_waiting, a_half_close_behind_the_requests_is_seen,
    a_long_pipeline_is_answered_while_it_is_sent, a_peer_that_left_before_it_was_looked_at_is_closed,
    a_pipeline_that_was_there_before_the_server_looked_is_answered,
    drawn_pieces_are_answered_with_both_triggers, edge_triggers_of_other_pollers_are_wrong_usage,
    every_cut_is_answered_with_both_triggers, nothing_turns_while_output_is_blocked,
    output_that_blocks_goes_on_when_it_is_read, peers_are_refused_with_both_triggers,
    requests_byte_by_byte_are_answered_with_both_triggers, resets_are_seen_with_both_triggers,
    several_peers_that_connect_at_once_are_all_accepted, sockets_are_closed_with_both_triggers,
};

pub(crate) const STAGE: Stage = stage!("triggers":
    an_edge_is_told_once,
    an_edge_comes_again_when_more_has_come,
    an_edge_to_write_comes_when_there_is_room_again,
    registering_again_tells_what_is_there,
    edges_need_epoll,
    edge_triggers_of_other_pollers_are_wrong_usage,
    requests_byte_by_byte_are_answered_with_both_triggers,
    every_cut_is_answered_with_both_triggers,
    a_pipeline_that_was_there_before_the_server_looked_is_answered,
    a_long_pipeline_is_answered_while_it_is_sent,
    several_peers_that_connect_at_once_are_all_accepted,
    output_that_blocks_goes_on_when_it_is_read,
    nothing_turns_while_output_is_blocked,
    a_greedy_peer_does_not_keep_the_others_waiting,
    a_half_close_behind_the_requests_is_seen,
    a_peer_that_left_before_it_was_looked_at_is_closed,
    sockets_are_closed_with_both_triggers,
    resets_are_seen_with_both_triggers,
    peers_are_refused_with_both_triggers,
    a_file_comes_with_its_length_its_type_and_its_time,
    a_part_of_a_file_is_206,
    what_has_not_changed_is_not_sent_again,
    a_folder_is_its_index,
    nothing_outside_of_the_root_is_served,
    what_cannot_be_answered_has_a_status,
    a_connection_is_kept_unless_somebody_says_close,
    a_pipeline_of_requests_is_answered_in_order,
    a_request_for_a_file_may_come_in_pieces,
    curl_gets_what_is_there,
    wrk_finds_no_fault;
    seeded: drawn_scripts_with_edges_are_played_like_the_reference_does, drawn_pieces_are_answered_with_both_triggers
);
