//! Stage 5: runs at their times, and what is known of them.

mod pages;
mod peer;
mod times;

use support::{Stage, stage};

use pages::{
    a_manifest_that_is_refused_is_counted, a_page_is_served, a_plug_in_that_fails_is_told_with_its_reason,
    a_script_that_changes_is_not_run_any_more, counters_are_there_from_the_beginning, escapes_are_counted,
    samples_that_are_old_are_not_told, the_page_is_printed_at_the_end,
};
use peer::promtool_has_nothing_to_say;
use times::{
    a_run_that_comes_late_does_not_move_the_others, a_signal_ends_all_of_them,
    first_runs_come_in_the_order_of_their_phases, no_plug_in_overlaps_with_itself,
    so_many_run_at_once_and_no_more, waiting_costs_nothing, whoever_hangs_does_not_stop_the_others,
};

pub(crate) const STAGE: Stage = stage!("schedule":
    counters_are_there_from_the_beginning,
    the_page_is_printed_at_the_end,
    a_page_is_served,
    first_runs_come_in_the_order_of_their_phases,
    a_run_that_comes_late_does_not_move_the_others,
    no_plug_in_overlaps_with_itself,
    so_many_run_at_once_and_no_more,
    whoever_hangs_does_not_stop_the_others,
    a_plug_in_that_fails_is_told_with_its_reason,
    a_script_that_changes_is_not_run_any_more,
    samples_that_are_old_are_not_told,
    escapes_are_counted,
    a_manifest_that_is_refused_is_counted,
    a_signal_ends_all_of_them,
    waiting_costs_nothing;
    slow: promtool_has_nothing_to_say
);
