//! Stage 5: minutes, hours, and what is deleted.

mod drawn;
mod expiry;
mod sums;

use support::{Case, Stage, stage};

use crate::db::in_mariadb;

use drawn::drawn_series_are_the_same_when_they_are_summed_up;
use expiry::{
    a_sample_that_is_older_than_what_is_kept_is_refused, a_window_is_deleted_whole,
    each_resolution_is_kept_for_its_own_time, growth_from_what_is_deleted_outlives_a_late_sample,
    growth_to_a_recent_sample_outlives_what_it_grew_from, hosts_report_on_while_something_is_deleted,
    series_of_which_nothing_is_left_are_deleted, the_file_gets_smaller,
    what_another_program_puts_meanwhile_is_kept, what_is_coarser_is_kept_as_long,
    what_is_recent_and_old_is_summed_up_before_it_is_deleted,
};
use sums::{
    a_finer_step_than_there_is_gets_the_minutes, a_late_sample_is_in_its_minute_and_its_hour,
    a_late_sample_of_a_counter_changes_the_next_window, a_series_that_changes_its_kind_has_no_old_sums,
    a_series_that_changes_its_kind_is_summed_up_anew, hours_can_be_read_with_sqlite3,
    samples_that_are_recent_are_counted_too, sums_say_the_same_as_samples,
    the_edges_of_a_range_are_read_from_samples, what_adds_up_to_no_number_is_packed,
    what_another_program_has_summed_up_is_read,
};

pub(crate) const STAGE: Stage = stage!("rollup":
    hours_can_be_read_with_sqlite3,
    what_another_program_has_summed_up_is_read,
    sums_say_the_same_as_samples,
    a_late_sample_is_in_its_minute_and_its_hour,
    a_late_sample_of_a_counter_changes_the_next_window,
    samples_that_are_recent_are_counted_too,
    the_edges_of_a_range_are_read_from_samples,
    a_series_that_changes_its_kind_has_no_old_sums,
    a_series_that_changes_its_kind_is_summed_up_anew,
    what_adds_up_to_no_number_is_packed,
    a_finer_step_than_there_is_gets_the_minutes,
    a_window_is_deleted_whole,
    what_is_recent_and_old_is_summed_up_before_it_is_deleted,
    a_sample_that_is_older_than_what_is_kept_is_refused,
    each_resolution_is_kept_for_its_own_time,
    series_of_which_nothing_is_left_are_deleted,
    the_file_gets_smaller,
    hosts_report_on_while_something_is_deleted,
    growth_to_a_recent_sample_outlives_what_it_grew_from,
    growth_from_what_is_deleted_outlives_a_late_sample,
    what_another_program_puts_meanwhile_is_kept,
    what_is_coarser_is_kept_as_long;
    seeded: drawn_series_are_the_same_when_they_are_summed_up;
    slow: sums_are_made_and_deleted_in_mariadb
);

/// With MariaDB in the place of SQLite.
fn sums_are_made_and_deleted_in_mariadb(case: &mut Case) {
    in_mariadb(
        case,
        &[
            sums_say_the_same_as_samples,
            a_late_sample_is_in_its_minute_and_its_hour,
            samples_that_are_recent_are_counted_too,
            a_series_that_changes_its_kind_has_no_old_sums,
            a_finer_step_than_there_is_gets_the_minutes,
            a_window_is_deleted_whole,
            what_is_recent_and_old_is_summed_up_before_it_is_deleted,
            each_resolution_is_kept_for_its_own_time,
            series_of_which_nothing_is_left_are_deleted,
            growth_to_a_recent_sample_outlives_what_it_grew_from,
            growth_from_what_is_deleted_outlives_a_late_sample,
        ],
    );
}
