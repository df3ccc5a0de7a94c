//! Stage 4: deadlines, limits and the end of a server.

pub(crate) mod chat;
mod clocks;
mod drain;
mod limits;
mod slow;
mod work;

use support::{Stage, stage};

use crate::http::{
    a_large_file_waits_for_a_slow_reader, many_slow_readers_cost_little,
    who_sends_many_requests_ahead_costs_little,
};
use chat::{
    a_flood_of_empty_lines_costs_little, a_peer_that_does_not_read_is_dropped_and_the_others_go_on,
    lines_go_to_all_others, names_that_are_none_are_refused, those_who_leave_are_announced,
};
use clocks::{
    a_timer_that_was_cancelled_does_not_fire, a_timer_that_was_moved_fires_at_its_new_time_only,
    drawn_timers_fire_like_those_of_the_reference, timers_fire_in_the_order_of_their_deadlines,
};
use drain::{
    a_second_signal_ends_it_at_once, after_the_grace_what_is_left_is_closed,
    idle_peers_do_not_hold_up_the_end, requests_that_came_whole_are_answered,
    those_who_wait_to_be_accepted_are_answered, what_is_not_whole_at_the_end_is_nobodys_mistake,
    what_waits_in_the_output_is_sent_first,
};
use limits::{
    beyond_the_most_connections_peers_are_turned_away, idle_peers_hold_no_buffer,
    ten_thousand_idle_peers_are_cheap, without_a_free_descriptor_peers_wait_and_nothing_turns,
};
use slow::{
    a_byte_begins_the_idle_time_anew, a_peer_that_never_reads_costs_no_more_than_its_buffer,
    a_peer_that_talks_on_after_a_violation_is_closed, a_request_byte_by_byte_must_be_whole_in_time,
    idle_peers_are_closed_and_not_too_early, idle_peers_are_closed_while_a_server_looks_for_events,
    pauses_between_requests_are_no_slow_requests, reading_goes_on_when_the_output_is_empty_again,
    time_in_work_is_no_idle_time, time_in_work_is_no_slow_request,
};
use work::{
    a_busy_worker_stalls_no_other_peer, a_peer_that_is_gone_gets_no_answer_and_nobody_else_does,
    answers_of_workers_keep_the_order_of_the_requests, answers_that_are_due_come_after_the_half_close,
    workers_work_at_the_same_time,
};

pub(crate) const STAGE: Stage = stage!("timers":
    timers_fire_in_the_order_of_their_deadlines,
    a_timer_that_was_cancelled_does_not_fire,
    a_timer_that_was_moved_fires_at_its_new_time_only,
    idle_peers_are_closed_and_not_too_early,
    idle_peers_are_closed_while_a_server_looks_for_events,
    a_byte_begins_the_idle_time_anew,
    a_request_byte_by_byte_must_be_whole_in_time,
    pauses_between_requests_are_no_slow_requests,
    time_in_work_is_no_slow_request,
    time_in_work_is_no_idle_time,
    a_peer_that_talks_on_after_a_violation_is_closed,
    a_peer_that_never_reads_costs_no_more_than_its_buffer,
    reading_goes_on_when_the_output_is_empty_again,
    a_large_file_waits_for_a_slow_reader,
    many_slow_readers_cost_little,
    who_sends_many_requests_ahead_costs_little,
    answers_of_workers_keep_the_order_of_the_requests,
    a_busy_worker_stalls_no_other_peer,
    workers_work_at_the_same_time,
    a_peer_that_is_gone_gets_no_answer_and_nobody_else_does,
    answers_that_are_due_come_after_the_half_close,
    requests_that_came_whole_are_answered,
    what_waits_in_the_output_is_sent_first,
    those_who_wait_to_be_accepted_are_answered,
    what_is_not_whole_at_the_end_is_nobodys_mistake,
    idle_peers_do_not_hold_up_the_end,
    after_the_grace_what_is_left_is_closed,
    a_second_signal_ends_it_at_once,
    beyond_the_most_connections_peers_are_turned_away,
    without_a_free_descriptor_peers_wait_and_nothing_turns,
    idle_peers_hold_no_buffer,
    lines_go_to_all_others,
    those_who_leave_are_announced,
    names_that_are_none_are_refused,
    a_peer_that_does_not_read_is_dropped_and_the_others_go_on,
    a_flood_of_empty_lines_costs_little;
    seeded: drawn_timers_fire_like_those_of_the_reference;
    slow: ten_thousand_idle_peers_are_cheap
);
