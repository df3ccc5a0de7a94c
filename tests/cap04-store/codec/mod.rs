//! Stage 1: samples of a series in few bytes.

mod columns;
mod damage;
mod drawn;

use support::{Stage, stage};

use columns::{
    a_column_of_the_same_value_has_no_bits, a_counter_that_grows_steadily_is_a_delta_of_deltas,
    a_single_sample_is_a_chunk, a_window_serves_as_long_as_it_fits, all_values_come_back_whatever_they_are,
    any_time_will_do, decimals_are_whole_numbers, intervals_that_shake_cost_a_few_bits,
    of_two_forms_of_equal_length_the_lower_is_taken, pages_share_their_zeros,
    recorded_series_are_read_and_written_again, regular_times_have_no_bits,
    the_first_interval_is_no_residual, the_width_is_the_cheapest_for_all_residuals, thirds_go_by_xor,
    zeros_in_front_are_counted_up_to_31,
};
use damage::{chunks_that_are_damaged_are_refused, lines_that_are_no_samples_are_named};
use drawn::{drawn_chunks_are_damaged, drawn_decimals_are_encoded, drawn_samples_are_encoded};

pub(crate) const STAGE: Stage = stage!("codec":
    a_single_sample_is_a_chunk,
    regular_times_have_no_bits,
    a_column_of_the_same_value_has_no_bits,
    the_first_interval_is_no_residual,
    intervals_that_shake_cost_a_few_bits,
    the_width_is_the_cheapest_for_all_residuals,
    any_time_will_do,
    decimals_are_whole_numbers,
    pages_share_their_zeros,
    a_counter_that_grows_steadily_is_a_delta_of_deltas,
    of_two_forms_of_equal_length_the_lower_is_taken,
    thirds_go_by_xor,
    a_window_serves_as_long_as_it_fits,
    zeros_in_front_are_counted_up_to_31,
    all_values_come_back_whatever_they_are,
    recorded_series_are_read_and_written_again,
    chunks_that_are_damaged_are_refused,
    lines_that_are_no_samples_are_named;
    seeded: drawn_samples_are_encoded, drawn_decimals_are_encoded, drawn_chunks_are_damaged
);
