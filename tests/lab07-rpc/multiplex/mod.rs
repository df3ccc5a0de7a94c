//! Stage 3: many calls on one connection.

mod batch;
mod cancel;
mod credit;
mod drawn;
mod ends;
mod fuzzed;
mod large;
mod lines;
mod load;
mod silence;
mod streams;

use support::{Stage, stage};

use crate::wire::the_help_names_every_command;

use batch::{
    answers_go_to_their_lines, calls_of_a_line_say_what_it_says, errors_are_lines_too,
    items_are_listed_with_the_result, lines_are_answered_as_they_come, lines_that_are_no_calls_are_told,
    so_many_calls_are_in_flight, time_over_is_said_and_taken_back, what_waits_is_bounded,
    wrong_usage_of_batch_is_status_2,
};
use cancel::{
    a_call_is_taken_back, a_cancel_for_nobody_is_ignored, a_reader_who_has_seen_enough_takes_the_call_back,
    a_waiting_call_is_taken_back, cancels_race_with_replies, what_a_cancelled_call_says_is_dropped,
};
use credit::{
    a_client_gives_credit_as_it_takes, credit_has_a_bound, input_needs_credit, items_wait_for_credit,
    what_crosses_with_an_end_is_ignored,
};
use drawn::{drawn_batches_are_answered, drawn_streams_arrive_whole};
use ends::{
    a_cut_connection_fails_all_calls, a_stream_goes_on_while_the_server_ends, a_violation_fails_all_calls,
    calls_above_the_last_id_were_not_sent, nobody_to_connect_to,
};
use fuzzed::a_ping_has_eight_bytes;
use large::{
    a_client_that_does_not_read_costs_a_buffer, ten_thousand_calls_on_one_connection,
    ten_thousand_calls_with_the_real_server,
};
use load::{
    load_calls_the_real_server, load_finds_a_connection_that_is_cut, load_has_so_many_calls_in_flight,
    load_tells_the_usual_call_from_the_slowest,
};
use silence::{a_client_asks_a_silent_server, a_client_gives_up_a_silent_server};
use streams::{
    a_slow_stream_holds_nobody_up, a_stream_is_items_and_a_reply, a_stream_of_somebody_who_left_is_over,
    streams_that_wait_can_be_ended,
};

pub(crate) const STAGE: Stage = stage!("multiplex":
    answers_go_to_their_lines,
    calls_of_a_line_say_what_it_says,
    lines_are_answered_as_they_come,
    so_many_calls_are_in_flight,
    errors_are_lines_too,
    lines_that_are_no_calls_are_told,
    items_are_listed_with_the_result,
    a_client_gives_credit_as_it_takes,
    time_over_is_said_and_taken_back,
    what_waits_is_bounded,
    a_call_is_taken_back,
    what_a_cancelled_call_says_is_dropped,
    a_waiting_call_is_taken_back,
    a_cancel_for_nobody_is_ignored,
    cancels_race_with_replies,
    a_reader_who_has_seen_enough_takes_the_call_back,
    a_stream_is_items_and_a_reply,
    items_wait_for_credit,
    a_slow_stream_holds_nobody_up,
    streams_that_wait_can_be_ended,
    a_stream_of_somebody_who_left_is_over,
    a_client_that_does_not_read_costs_a_buffer,
    credit_has_a_bound,
    input_needs_credit,
    what_crosses_with_an_end_is_ignored,
    a_client_asks_a_silent_server,
    a_client_gives_up_a_silent_server,
    nobody_to_connect_to,
    a_cut_connection_fails_all_calls,
    a_violation_fails_all_calls,
    a_ping_has_eight_bytes,
    calls_above_the_last_id_were_not_sent,
    a_stream_goes_on_while_the_server_ends,
    ten_thousand_calls_on_one_connection,
    ten_thousand_calls_with_the_real_server,
    load_has_so_many_calls_in_flight,
    load_tells_the_usual_call_from_the_slowest,
    load_finds_a_connection_that_is_cut,
    load_calls_the_real_server,
    wrong_usage_of_batch_is_status_2,
    the_help_names_every_command;
    seeded: drawn_batches_are_answered, drawn_streams_arrive_whole
);
