//! Stage 2: a call and its end.

mod answers;
mod broken;
mod client;
mod deadlines;
mod drawn;
mod ends;
mod fuzzed;
mod hello;
mod limits;
mod real;
mod several;
mod silence;

use support::{Stage, stage};

use crate::wire::the_help_names_every_command;

pub(crate) use answers::FOR_EVER;
use answers::{
    a_call_is_answered_whatever_its_pieces_are, a_ping_is_answered_with_its_bytes,
    a_slow_call_holds_nobody_up, answers_are_ready_in_their_own_order, calls_behind_the_hello_are_answered,
    errors_have_their_codes, every_connection_has_its_own_ids, handlers_that_panic_end_their_call_only,
    many_calls_at_once_are_answered_once_each, the_methods_are_listed,
    unknown_kinds_and_flags_are_passed_over, what_is_no_parameter_is_told,
};
use broken::{
    a_call_waits_for_an_answer_in_pieces, a_connection_that_is_cut_is_told,
    a_payload_too_long_is_refused_by_its_header, a_second_hello_is_a_violation,
    a_server_that_goes_away_is_not_waited_for, a_server_that_reads_nothing_is_late,
    a_server_that_says_nothing_is_late, an_answer_that_nobody_asked_for_is_not_taken,
    an_error_of_the_connection_is_told, nobody_listens,
};
use client::{
    a_body_too_long_for_the_server_is_not_sent, a_call_says_how_much_time_is_left,
    a_large_body_waits_for_the_hello, a_late_answer_is_too_late, a_reply_is_printed_on_a_line,
    credit_is_given_for_items, errors_are_told_by_name_and_number, items_are_printed_as_they_come,
    pings_are_answered_meanwhile, what_may_be_skipped_is_skipped,
};
use deadlines::{
    a_call_that_waits_too_long_is_not_begun, a_deadline_is_a_time_left, a_late_answer_is_dropped,
    time_over_is_answered_while_the_call_runs,
};
use drawn::{drawn_calls_are_answered_like_the_reference_does, drawn_calls_end_once};
use ends::{
    a_grace_that_is_over_ends_what_runs, a_half_closed_client_gets_what_was_answered,
    a_server_that_ends_takes_no_more_calls, a_server_with_nothing_to_do_ends_at_once,
    calls_of_a_client_that_left_are_over, what_waits_for_a_client_that_left_is_not_begun,
};
use fuzzed::a_ping_has_eight_bytes;
use hello::{
    a_violation_takes_no_answer_away, an_id_counts_up, hellos_are_exchanged, the_first_frame_is_a_hello,
    violations_are_named_to_both_sides, what_a_client_never_sends_is_refused,
};
use limits::{
    a_client_that_reads_nothing_costs_a_buffer, a_connection_has_so_many_calls_and_no_more,
    a_listener_is_local_without_certificates, a_reply_too_long_for_the_client_is_an_error,
    an_announced_payload_is_not_allocated, an_overloaded_server_says_so_at_once, so_many_calls_run_at_a_time,
    the_largest_payload_is_the_servers, wrong_usage_is_status_2,
};
use real::{
    calls_are_made_from_the_command_line, many_threads_serve_as_one_does, the_body_comes_from_standard_input,
};
use several::{
    a_call_that_is_late_is_taken_back, calls_follow_each_other_on_one_connection,
    many_clients_call_at_the_same_time, short_connections_have_one_call_each,
};
use silence::{
    a_server_asks_a_silent_client, a_server_gives_up_a_silent_client, any_frame_is_a_sign_of_life,
    nobody_asks_who_was_told_not_to,
};

pub(crate) const STAGE: Stage = stage!("call":
    calls_are_made_from_the_command_line,
    hellos_are_exchanged,
    the_first_frame_is_a_hello,
    calls_behind_the_hello_are_answered,
    a_call_is_answered_whatever_its_pieces_are,
    many_calls_at_once_are_answered_once_each,
    every_connection_has_its_own_ids,
    errors_have_their_codes,
    what_is_no_parameter_is_told,
    the_methods_are_listed,
    handlers_that_panic_end_their_call_only,
    a_ping_is_answered_with_its_bytes,
    unknown_kinds_and_flags_are_passed_over,
    violations_are_named_to_both_sides,
    what_a_client_never_sends_is_refused,
    an_id_counts_up,
    a_violation_takes_no_answer_away,
    answers_are_ready_in_their_own_order,
    a_slow_call_holds_nobody_up,
    so_many_calls_run_at_a_time,
    time_over_is_answered_while_the_call_runs,
    a_late_answer_is_dropped,
    a_call_that_waits_too_long_is_not_begun,
    a_deadline_is_a_time_left,
    an_overloaded_server_says_so_at_once,
    a_connection_has_so_many_calls_and_no_more,
    a_reply_too_long_for_the_client_is_an_error,
    the_largest_payload_is_the_servers,
    an_announced_payload_is_not_allocated,
    a_client_that_reads_nothing_costs_a_buffer,
    calls_of_a_client_that_left_are_over,
    what_waits_for_a_client_that_left_is_not_begun,
    a_half_closed_client_gets_what_was_answered,
    a_server_asks_a_silent_client,
    a_server_gives_up_a_silent_client,
    any_frame_is_a_sign_of_life,
    nobody_asks_who_was_told_not_to,
    a_server_with_nothing_to_do_ends_at_once,
    a_server_that_ends_takes_no_more_calls,
    a_grace_that_is_over_ends_what_runs,
    a_reply_is_printed_on_a_line,
    the_body_comes_from_standard_input,
    a_call_says_how_much_time_is_left,
    a_late_answer_is_too_late,
    errors_are_told_by_name_and_number,
    items_are_printed_as_they_come,
    credit_is_given_for_items,
    pings_are_answered_meanwhile,
    what_may_be_skipped_is_skipped,
    a_large_body_waits_for_the_hello,
    a_body_too_long_for_the_server_is_not_sent,
    a_call_waits_for_an_answer_in_pieces,
    a_server_that_says_nothing_is_late,
    a_server_that_reads_nothing_is_late,
    nobody_listens,
    a_connection_that_is_cut_is_told,
    an_answer_that_nobody_asked_for_is_not_taken,
    an_error_of_the_connection_is_told,
    a_second_hello_is_a_violation,
    a_ping_has_eight_bytes,
    a_payload_too_long_is_refused_by_its_header,
    a_server_that_goes_away_is_not_waited_for,
    calls_follow_each_other_on_one_connection,
    short_connections_have_one_call_each,
    a_call_that_is_late_is_taken_back,
    many_clients_call_at_the_same_time,
    many_threads_serve_as_one_does,
    a_listener_is_local_without_certificates,
    wrong_usage_is_status_2,
    the_help_names_every_command;
    seeded: drawn_calls_are_answered_like_the_reference_does, drawn_calls_end_once
);
