//! Stage 2: what fires, and when.

mod absence;
mod functions;
mod machine;

use support::{Case, Stage, stage};

use crate::drawn::{Level, drawn};

use absence::{
    a_breach_before_a_gap_is_forgotten, a_series_that_is_gone_is_absent,
    absence_counts_from_the_newest_sample, absence_recovers_with_a_sample,
    what_is_due_happens_before_what_comes_later,
};
use functions::{
    a_counter_that_falls_has_begun_anew, a_rate_needs_time_to_pass,
    a_sample_is_good_by_recover_whatever_can_be_said_of_when, and_and_or_know_what_cannot_be_said,
    comparisons_are_exact, functions_look_at_their_window, spans_begin_behind_their_beginning,
    too_few_samples_say_nothing,
};
use machine::{
    a_good_sample_begins_the_count_anew, a_relapse_goes_on_firing, each_host_has_an_alarm_of_its_own,
    each_series_has_an_alarm_of_its_own, good_samples_in_a_row_end_it, hosts_are_chosen_by_patterns,
    labels_are_chosen_by_patterns, lines_that_are_wrong_are_named_and_the_rest_is_judged,
    n_breaches_in_a_row_fire, the_machine_is_a_table, the_machine_is_drawn, time_is_that_of_the_trace,
    what_is_between_breaks_both_counts,
};

pub(crate) const STAGE: Stage = stage!("judge":
    n_breaches_in_a_row_fire,
    the_machine_is_a_table,
    the_machine_is_drawn,
    a_good_sample_begins_the_count_anew,
    good_samples_in_a_row_end_it,
    a_relapse_goes_on_firing,
    what_is_between_breaks_both_counts,
    each_host_has_an_alarm_of_its_own,
    each_series_has_an_alarm_of_its_own,
    hosts_are_chosen_by_patterns,
    labels_are_chosen_by_patterns,
    functions_look_at_their_window,
    spans_begin_behind_their_beginning,
    too_few_samples_say_nothing,
    and_and_or_know_what_cannot_be_said,
    comparisons_are_exact,
    a_counter_that_falls_has_begun_anew,
    a_rate_needs_time_to_pass,
    a_sample_is_good_by_recover_whatever_can_be_said_of_when,
    absence_counts_from_the_newest_sample,
    absence_recovers_with_a_sample,
    a_series_that_is_gone_is_absent,
    a_breach_before_a_gap_is_forgotten,
    what_is_due_happens_before_what_comes_later,
    time_is_that_of_the_trace,
    lines_that_are_wrong_are_named_and_the_rest_is_judged;
    seeded: drawn_traces_are_judged
);

fn drawn_traces_are_judged(case: &mut Case) {
    case.seeded(40, |rng| drawn(rng, Level::Judge));
}
