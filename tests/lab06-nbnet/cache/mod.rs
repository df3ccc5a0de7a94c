//! Stage 6: the rest of the protocol, time, and a limit of memory.

mod changes;
mod clients;
mod drawn;
mod expiry;
mod memory;
mod once;
mod real;
mod scripts;
mod stats;
mod usage;

use support::{Stage, stage};

use changes::{
    a_new_value_has_a_new_number, a_number_is_counted_up_and_down, cas_stores_only_over_what_was_seen,
    everything_is_flushed, values_are_added_replaced_and_made_longer,
    what_is_wrong_is_said_and_the_connection_goes_on,
};
use clients::{memccapable_finds_no_fault, pymemcache_is_at_home};
use drawn::{drawn_commands_are_answered_like_the_reference_does, drawn_uses_push_out_the_same_items};
use expiry::{
    a_delayed_flush_takes_what_was_stored_before_its_time, a_flush_takes_the_place_of_one_that_waits,
    a_moment_of_the_clock_is_when_it_expires, a_touch_changes_when_it_expires, seconds_are_seconds,
    what_has_no_time_left_is_not_there,
};
use memory::{
    a_cas_that_comes_too_late_is_no_use, a_gibibyte_goes_through_16_mebibytes,
    a_number_that_becomes_longer_makes_room, a_use_keeps_an_item,
    an_item_costs_its_key_its_value_and_64_bytes, overwritten_and_deleted_items_cost_nothing,
    the_least_recently_used_goes_first, what_does_not_fit_alone_is_refused,
};
use once::{every_increment_counts_on_whatever_connection, of_many_that_have_seen_the_same_one_stores};
use real::{memcached_answers_the_same, memcached_counts_the_same};
use stats::{counters_are_set_back, verbosity_changes_nothing_for_clients, what_is_done_is_counted};
use usage::wrong_usage_is_status_2;

pub(crate) const STAGE: Stage = stage!("cache":
    values_are_added_replaced_and_made_longer,
    a_number_is_counted_up_and_down,
    cas_stores_only_over_what_was_seen,
    a_new_value_has_a_new_number,
    what_has_no_time_left_is_not_there,
    everything_is_flushed,
    what_is_wrong_is_said_and_the_connection_goes_on,
    every_increment_counts_on_whatever_connection,
    of_many_that_have_seen_the_same_one_stores,
    seconds_are_seconds,
    a_moment_of_the_clock_is_when_it_expires,
    a_touch_changes_when_it_expires,
    a_delayed_flush_takes_what_was_stored_before_its_time,
    a_flush_takes_the_place_of_one_that_waits,
    an_item_costs_its_key_its_value_and_64_bytes,
    the_least_recently_used_goes_first,
    a_use_keeps_an_item,
    a_cas_that_comes_too_late_is_no_use,
    a_number_that_becomes_longer_makes_room,
    what_does_not_fit_alone_is_refused,
    overwritten_and_deleted_items_cost_nothing,
    a_gibibyte_goes_through_16_mebibytes,
    what_is_done_is_counted,
    counters_are_set_back,
    verbosity_changes_nothing_for_clients,
    memcached_answers_the_same,
    memcached_counts_the_same,
    memccapable_finds_no_fault,
    pymemcache_is_at_home,
    wrong_usage_is_status_2;
    seeded:
    drawn_commands_are_answered_like_the_reference_does,
    drawn_uses_push_out_the_same_items
);
