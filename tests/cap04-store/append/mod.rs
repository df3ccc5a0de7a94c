//! Stage 2: samples come in, once.

mod batches;
mod drawn;
mod files;
mod hostile;

use support::{Case, Stage, stage};

use crate::db::in_mariadb;

use batches::{
    a_batch_is_one_row_for_each_host, a_batch_that_comes_again_changes_nothing,
    a_batch_that_fails_leaves_nothing_behind, a_line_that_is_no_sample_ends_it_and_its_batch_is_not_stored,
    a_sample_that_is_late_is_in_its_place, an_acknowledged_batch_can_be_read_while_the_next_one_is_written,
    an_empty_line_ends_a_batch, batches_are_counted_one_by_one, labels_make_a_series_whatever_their_order,
    nothing_is_acknowledged_that_is_not_stored, of_two_samples_of_a_moment_the_first_stays,
    samples_are_stored_and_read_back, what_a_batch_that_failed_had_told_is_forgotten,
};
use drawn::drawn_batches_are_stored_once;
pub(crate) use drawn::{Model, batches, expect_model};
use files::{
    a_database_of_a_later_release_is_refused, a_file_that_is_no_database_is_left_alone,
    a_foreign_database_is_left_alone, two_programs_may_write_at_the_same_time,
};
use hostile::{
    a_host_has_ten_thousand_series_and_no_more, a_series_has_so_many_samples_in_a_window_and_no_more,
    names_may_be_sql_markup_or_anything, what_is_no_value_is_refused_and_counted,
};

pub(crate) const STAGE: Stage = stage!("append":
    samples_are_stored_and_read_back,
    an_empty_line_ends_a_batch,
    batches_are_counted_one_by_one,
    a_batch_is_one_row_for_each_host,
    a_batch_that_comes_again_changes_nothing,
    of_two_samples_of_a_moment_the_first_stays,
    a_sample_that_is_late_is_in_its_place,
    labels_make_a_series_whatever_their_order,
    what_is_no_value_is_refused_and_counted,
    names_may_be_sql_markup_or_anything,
    a_host_has_ten_thousand_series_and_no_more,
    a_series_has_so_many_samples_in_a_window_and_no_more,
    a_line_that_is_no_sample_ends_it_and_its_batch_is_not_stored,
    nothing_is_acknowledged_that_is_not_stored,
    a_batch_that_fails_leaves_nothing_behind,
    what_a_batch_that_failed_had_told_is_forgotten,
    an_acknowledged_batch_can_be_read_while_the_next_one_is_written,
    two_programs_may_write_at_the_same_time,
    a_foreign_database_is_left_alone,
    a_database_of_a_later_release_is_refused,
    a_file_that_is_no_database_is_left_alone;
    seeded: drawn_batches_are_stored_once;
    slow: batches_are_stored_once_in_mariadb
);

/// With MariaDB in the place of SQLite.
fn batches_are_stored_once_in_mariadb(case: &mut Case) {
    in_mariadb(
        case,
        &[
            an_empty_line_ends_a_batch,
            batches_are_counted_one_by_one,
            a_batch_is_one_row_for_each_host,
            a_batch_that_comes_again_changes_nothing,
            of_two_samples_of_a_moment_the_first_stays,
            a_sample_that_is_late_is_in_its_place,
            labels_make_a_series_whatever_their_order,
            what_is_no_value_is_refused_and_counted,
            names_may_be_sql_markup_or_anything,
            a_line_that_is_no_sample_ends_it_and_its_batch_is_not_stored,
            an_acknowledged_batch_can_be_read_while_the_next_one_is_written,
            two_programs_may_write_at_the_same_time,
        ],
    );
}
