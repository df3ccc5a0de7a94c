//! Stage 3: recent samples become chunks.

mod cases;
mod drawn;

use support::{Case, Stage, stage};

use crate::db::in_mariadb;

use cases::{
    a_chunk_can_be_read_with_sqlite3_and_decode, a_chunk_that_is_damaged_is_named,
    a_host_that_reports_on_is_packed_by_itself, a_pack_that_fails_loses_nothing,
    a_sample_that_is_in_a_chunk_is_repeated, a_window_has_chunks_of_at_most_4096_samples,
    late_samples_join_the_chunk_of_their_window, packed_samples_are_read_as_before,
    recorded_data_needs_few_bytes_a_sample, what_another_program_has_packed_is_read,
    what_is_before_the_window_is_packed_and_what_is_in_it_stays, windows_begin_at_multiples_of_two_hours,
};
use drawn::drawn_batches_are_packed_in_between;

pub(crate) const STAGE: Stage = stage!("pack":
    packed_samples_are_read_as_before,
    what_another_program_has_packed_is_read,
    windows_begin_at_multiples_of_two_hours,
    a_sample_that_is_in_a_chunk_is_repeated,
    late_samples_join_the_chunk_of_their_window,
    a_window_has_chunks_of_at_most_4096_samples,
    a_chunk_can_be_read_with_sqlite3_and_decode,
    a_pack_that_fails_loses_nothing,
    a_chunk_that_is_damaged_is_named,
    a_host_that_reports_on_is_packed_by_itself,
    what_is_before_the_window_is_packed_and_what_is_in_it_stays,
    recorded_data_needs_few_bytes_a_sample;
    seeded: drawn_batches_are_packed_in_between;
    slow: samples_are_packed_in_mariadb
);

/// With MariaDB in the place of SQLite.
fn samples_are_packed_in_mariadb(case: &mut Case) {
    in_mariadb(
        case,
        &[
            windows_begin_at_multiples_of_two_hours,
            a_sample_that_is_in_a_chunk_is_repeated,
            late_samples_join_the_chunk_of_their_window,
            a_window_has_chunks_of_at_most_4096_samples,
            a_host_that_reports_on_is_packed_by_itself,
            what_is_before_the_window_is_packed_and_what_is_in_it_stays,
        ],
    );
}
