//! Stage 2: a state machine for each connection.

mod decoders;
mod echo;
mod table;

use support::{Stage, stage};

use decoders::{
    bodies_are_what_they_are, decoders_see_the_same_whatever_the_pieces_are,
    drawn_bytes_are_decoded_like_the_reference_does, lengths_are_checked_before_the_body_comes,
    lines_end_with_a_line_feed, ten_digits_are_ten_digits,
};
use echo::{
    a_half_closed_peer_gets_all_its_answers, a_header_that_is_no_number_ends_the_connection,
    a_length_above_the_limit_is_refused_and_named, a_length_is_not_allocated_before_its_bytes_have_come,
    a_long_stream_of_requests_takes_little_memory, a_server_that_looks_before_it_sleeps_sleeps_too,
    a_violation_takes_no_answer_away, an_address_that_is_taken_is_named, an_idle_server_sleeps,
    answers_that_do_not_fit_go_out_when_the_peer_reads, drawn_requests_in_drawn_pieces_are_answered,
    every_cut_of_two_requests_is_answered_the_same, fifty_peers_are_served_at_the_same_time,
    many_requests_at_once_are_answered_once_each, requests_byte_by_byte_are_answered,
    requests_one_after_the_other_are_answered, resets_end_one_connection_only,
    sockets_of_peers_that_left_are_closed, what_a_broken_connection_leaves_goes_to_nobody,
    what_ends_within_a_frame_is_named, wrong_usage_is_status_2,
};
use table::{
    an_input_that_is_not_in_the_table_changes_nothing, drawn_inputs_are_played_like_the_reference_does,
    the_diagram_is_drawn_from_the_table, the_life_of_a_connection_is_played, the_table_is_complete,
};

pub(crate) const STAGE: Stage = stage!("machine":
    the_life_of_a_connection_is_played,
    the_table_is_complete,
    the_diagram_is_drawn_from_the_table,
    an_input_that_is_not_in_the_table_changes_nothing,
    decoders_see_the_same_whatever_the_pieces_are,
    bodies_are_what_they_are,
    ten_digits_are_ten_digits,
    lengths_are_checked_before_the_body_comes,
    lines_end_with_a_line_feed,
    requests_one_after_the_other_are_answered,
    requests_byte_by_byte_are_answered,
    every_cut_of_two_requests_is_answered_the_same,
    many_requests_at_once_are_answered_once_each,
    fifty_peers_are_served_at_the_same_time,
    a_long_stream_of_requests_takes_little_memory,
    answers_that_do_not_fit_go_out_when_the_peer_reads,
    a_half_closed_peer_gets_all_its_answers,
    what_ends_within_a_frame_is_named,
    a_length_above_the_limit_is_refused_and_named,
    a_length_is_not_allocated_before_its_bytes_have_come,
    a_header_that_is_no_number_ends_the_connection,
    sockets_of_peers_that_left_are_closed,
    resets_end_one_connection_only,
    what_a_broken_connection_leaves_goes_to_nobody,
    a_violation_takes_no_answer_away,
    an_idle_server_sleeps,
    a_server_that_looks_before_it_sleeps_sleeps_too,
    an_address_that_is_taken_is_named,
    wrong_usage_is_status_2;
    seeded: drawn_inputs_are_played_like_the_reference_does, drawn_bytes_are_decoded_like_the_reference_does, drawn_requests_in_drawn_pieces_are_answered
);
