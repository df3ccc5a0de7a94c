//! Stage 4: what a series was, by steps.

mod drawn;
mod ranges;
mod rates;
mod tops;

use support::{Case, Stage, stage};

use crate::db::in_mariadb;

use drawn::{drawn_ranges_are_summed_up, drawn_rates_are_never_negative};
use ranges::{
    any_range_and_any_step_has_an_answer, chunks_and_recent_samples_are_one_series,
    samples_are_summed_up_by_steps, steps_begin_at_multiples_of_their_length,
};
use rates::{
    a_counter_that_begins_anew_has_grown_from_0, a_late_sample_parts_a_growth,
    a_rate_knows_the_sample_before_the_range, growth_belongs_to_the_step_in_which_it_is_noticed,
    least_and_most_rates_are_rounded_to_seven_digits, nothing_is_infinite, the_mean_rate_is_weighted_by_time,
    what_another_program_has_stored_is_summed_up,
};
use tops::{the_highest_means_come_first, the_mean_of_a_day_is_not_the_mean_of_its_hours};

pub(crate) const STAGE: Stage = stage!("query":
    samples_are_summed_up_by_steps,
    steps_begin_at_multiples_of_their_length,
    chunks_and_recent_samples_are_one_series,
    any_range_and_any_step_has_an_answer,
    a_counter_that_begins_anew_has_grown_from_0,
    what_another_program_has_stored_is_summed_up,
    a_rate_knows_the_sample_before_the_range,
    growth_belongs_to_the_step_in_which_it_is_noticed,
    the_mean_rate_is_weighted_by_time,
    least_and_most_rates_are_rounded_to_seven_digits,
    a_late_sample_parts_a_growth,
    nothing_is_infinite,
    the_highest_means_come_first,
    the_mean_of_a_day_is_not_the_mean_of_its_hours;
    seeded: drawn_ranges_are_summed_up, drawn_rates_are_never_negative;
    slow: ranges_are_summed_up_in_mariadb
);

/// With MariaDB in the place of SQLite.
fn ranges_are_summed_up_in_mariadb(case: &mut Case) {
    in_mariadb(
        case,
        &[
            samples_are_summed_up_by_steps,
            chunks_and_recent_samples_are_one_series,
            any_range_and_any_step_has_an_answer,
            a_rate_knows_the_sample_before_the_range,
            a_late_sample_parts_a_growth,
            nothing_is_infinite,
            the_highest_means_come_first,
        ],
    );
}

pub(crate) use drawn::{model_of, points};
pub(crate) use ranges::{expect_points, steps};
