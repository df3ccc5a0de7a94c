//! Stage 1: readiness, the same from three system calls.

mod ends;
mod ready;
pub(crate) mod script;
mod slab;
pub(crate) mod wakes;

use support::{Stage, stage};

use ends::{
    a_half_close_is_seen_behind_the_bytes, a_peer_that_closed_is_seen, a_reset_is_seen,
    an_end_is_not_readable_to_who_only_writes, ends_of_several_are_told_at_once,
};
use ready::{
    descriptors_beyond_select_are_refused_by_it_alone, drawn_scripts_are_played_like_the_reference_does,
    many_descriptors_are_all_told, nothing_is_told_of_what_is_watched_no_more,
    only_what_is_watched_for_is_told, readiness_stays_until_all_is_read,
    registering_twice_and_forgetting_nobody_are_errors, room_to_write_is_told_until_it_is_full,
    several_at_once_are_told_each, watching_for_something_else_takes_the_place_of_what_was,
    wrong_usage_is_status_2,
};
use slab::{a_token_is_never_given_twice, drawn_values_are_found_like_in_the_reference};
use wakes::{
    a_signal_is_no_error, a_wait_lasts_as_long_as_it_was_told, a_wake_ends_a_wait_and_many_are_one,
    a_wake_is_told_beside_what_is_ready, no_time_is_used_while_it_waits,
};

pub(crate) const STAGE: Stage = stage!("poller":
    readiness_stays_until_all_is_read,
    room_to_write_is_told_until_it_is_full,
    only_what_is_watched_for_is_told,
    watching_for_something_else_takes_the_place_of_what_was,
    nothing_is_told_of_what_is_watched_no_more,
    registering_twice_and_forgetting_nobody_are_errors,
    several_at_once_are_told_each,
    many_descriptors_are_all_told,
    a_half_close_is_seen_behind_the_bytes,
    a_peer_that_closed_is_seen,
    a_reset_is_seen,
    an_end_is_not_readable_to_who_only_writes,
    ends_of_several_are_told_at_once,
    a_wake_ends_a_wait_and_many_are_one,
    a_wake_is_told_beside_what_is_ready,
    a_wait_lasts_as_long_as_it_was_told,
    no_time_is_used_while_it_waits,
    a_signal_is_no_error,
    descriptors_beyond_select_are_refused_by_it_alone,
    a_token_is_never_given_twice,
    wrong_usage_is_status_2;
    seeded: drawn_scripts_are_played_like_the_reference_does, drawn_values_are_found_like_in_the_reference
);
