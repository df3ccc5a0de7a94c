//! Stage 2: what a query gives.

mod groups;
mod peer;
mod ranges;
mod rates;
mod selectors;
mod sides;

use support::{Case, Ended, Exchange, Stage, stage};

use crate::drawn;
use groups::{
    a_mean_neither_overflows_nor_hides_infinity, equal_groups_are_one_series, groups_are_made_by_labels,
    least_and_most_are_numbers_if_there_are_any, the_best_are_chosen_in_each_step,
    the_best_stay_and_come_first,
};
use peer::answers_are_those_of_prometheus;
use ranges::{
    a_range_of_samples_is_given_as_it_is, both_ends_belong_to_a_range, each_step_sees_its_own_range,
    functions_of_a_range, sums_lose_nothing_small,
};
use rates::{
    a_counter_that_is_lower_began_anew, a_counter_was_never_below_0, a_gauge_may_fall_below_0,
    a_rate_goes_on_to_the_ends_of_its_range, an_end_that_is_far_away_is_not_reached,
    irate_looks_at_the_last_two,
};
use selectors::{
    a_label_that_is_not_there_is_empty, a_sample_is_a_value_for_five_minutes,
    a_selector_finds_by_all_its_matchers, an_offset_looks_back_or_ahead, patterns_match_a_whole_value,
};
use sides::{
    a_filter_keeps_what_the_vector_has, a_group_has_one_series_on_either_side, a_number_stays_on_its_side,
    labels_of_a_match_are_those_that_matched, what_is_computed_has_another_name,
};

pub(crate) const STAGE: Stage = stage!("evaluate":
    a_sample_is_a_value_for_five_minutes,
    a_selector_finds_by_all_its_matchers,
    a_label_that_is_not_there_is_empty,
    patterns_match_a_whole_value,
    an_offset_looks_back_or_ahead,
    a_range_of_samples_is_given_as_it_is,
    both_ends_belong_to_a_range,
    each_step_sees_its_own_range,
    functions_of_a_range,
    sums_lose_nothing_small,
    a_rate_goes_on_to_the_ends_of_its_range,
    an_end_that_is_far_away_is_not_reached,
    a_counter_was_never_below_0,
    a_gauge_may_fall_below_0,
    a_counter_that_is_lower_began_anew,
    irate_looks_at_the_last_two,
    a_number_stays_on_its_side,
    a_filter_keeps_what_the_vector_has,
    what_is_computed_has_another_name,
    groups_are_made_by_labels,
    equal_groups_are_one_series,
    least_and_most_are_numbers_if_there_are_any,
    a_mean_neither_overflows_nor_hides_infinity,
    the_best_stay_and_come_first,
    the_best_are_chosen_in_each_step,
    labels_of_a_match_are_those_that_matched,
    a_group_has_one_series_on_either_side;
    seeded: drawn_queries_give_what_they_should;
    slow: answers_are_those_of_prometheus
);

/// Answers queries at a time, in seconds, over samples.
fn ask(case: &mut Case, samples: &str, time: &str, queries: &[&str]) -> Ended {
    case.program("dashboard")
        .args(["query", "-", "--time", time, "--"])
        .args(queries)
        .stdin(samples)
        .run()
}

/// Expects answers at a time: pairs of a query and the lines of its answer.
fn expect(case: &mut Case, samples: &str, time: &str, table: &[(&str, &str)]) {
    expect_all(case, samples, &["--time", time], table);
}

/// Expects answers, at whatever times the options say.
fn expect_all(case: &mut Case, samples: &str, options: &[&str], table: &[(&str, &str)]) {
    let ended = case
        .program("dashboard")
        .args(["query", "-"])
        .args(options)
        // A query may begin with a sign.
        .args(["--"])
        .args(table.iter().map(|(query, _)| query))
        // One query alone is not told: then there is no line in front of its answer.
        .args(["0"])
        .stdin(samples)
        .run();
    let mut expected = String::new();
    for (query, lines) in table {
        expected += &format!("# {query}\n");
        for line in lines.lines() {
            expected += &format!("{}\n", line.trim());
        }
    }
    let text = ended.stdout_text();
    let found = text.split("# 0\n").next().unwrap_or_default();
    case.expect_same(&ended, "the answers", &expected, found);
    case.expect_status(&ended, 0);
}

/// Expects that a query has no answer, and why.
fn expect_fault(case: &mut Case, samples: &str, time: &str, query: &str, why: &str) {
    let ended = ask(case, samples, time, &[query]);
    case.expect_status(&ended, 1);
    case.expect_stderr_names(&ended, why);
    case.expect_stdout(&ended, "");
}

fn drawn_queries_give_what_they_should(case: &mut Case) {
    case.seeded(10, |rng| {
        let samples = drawn::samples(rng);
        let times: [String; 3] = {
            let from = rng.i64(0..1500);
            [from, from + rng.i64(0..900), rng.i64(1..90)].map(|time| time.to_string())
        };
        let [from, to, step] = &times;
        let mut args = match rng.bool() {
            true => vec!["query", "-", "--time", to],
            false => vec!["query", "-", "--from", from, "--to", to, "--step", step],
        };
        args.push("--");
        let queries: Vec<String> = (0..10).map(|_| drawn::vector(rng, 0)).collect();
        args.extend(queries.iter().map(String::as_str));
        Exchange::of("dashboard").args(args).stdin(samples)
    });
}
