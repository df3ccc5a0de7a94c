//! Stage 1: how a query is understood.

mod bounds;
mod operands;
mod operators;

use support::{Case, Exchange, Stage, stage};

use crate::drawn;
use bounds::{brackets_are_counted, long_queries_are_refused, operators_are_counted};
use operands::{
    aggregations_take_vectors, functions_take_ranges, groups_stand_before_or_behind, offsets_go_either_way,
    ranges_belong_to_selectors, what_is_wrong_is_told_with_its_place,
};
use operators::{
    a_power_begins_on_the_right, a_sign_binds_less_than_a_power, comparisons_bind_least,
    comparisons_of_numbers_need_bool, numbers_are_computed_at_once, operators_bind_as_in_arithmetic,
    vectors_are_matched_one_to_one,
};

pub(crate) const STAGE: Stage = stage!("parse":
    operators_bind_as_in_arithmetic,
    a_power_begins_on_the_right,
    a_sign_binds_less_than_a_power,
    comparisons_bind_least,
    numbers_are_computed_at_once,
    comparisons_of_numbers_need_bool,
    vectors_are_matched_one_to_one,
    ranges_belong_to_selectors,
    offsets_go_either_way,
    functions_take_ranges,
    groups_stand_before_or_behind,
    aggregations_take_vectors,
    what_is_wrong_is_told_with_its_place,
    brackets_are_counted,
    operators_are_counted,
    long_queries_are_refused;
    seeded: drawn_queries_are_understood
);

/// Expects how queries are understood: pairs of a query and what is said of it.
fn expect(case: &mut Case, table: &[(&str, &str)]) {
    let queries: String = table.iter().map(|(query, _)| format!("{query}\n")).collect();
    let ended = case.program("dashboard").args(["parse"]).stdin(queries).run();
    let said = ended.stdout_text();
    // Beside each other, so that the first difference says which query it is about.
    let beside = |said: &mut dyn Iterator<Item = &str>| -> String {
        table
            .iter()
            .map(|(query, _)| format!("{query}\n    {}\n", said.next().unwrap_or("(nothing)")))
            .collect()
    };
    let expected = beside(&mut table.iter().map(|(_, expected)| *expected));
    let found = beside(&mut said.lines());
    case.expect_same(&ended, "how each query is understood", &expected, &found);
    let is_right = table.iter().all(|(_, expected)| !expected.starts_with("error "));
    case.expect_status(&ended, i32::from(!is_right));
}

fn drawn_queries_are_understood(case: &mut Case) {
    case.seeded(12, |rng| {
        let queries: String = (0..12).map(|_| drawn::any(rng) + "\n").collect();
        Exchange::of("dashboard").args(["parse"]).stdin(queries)
    });
}
