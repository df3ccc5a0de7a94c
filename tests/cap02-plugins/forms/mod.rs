//! Stage 1: pairs, and Prometheus' text format.

mod bounds;
mod drawn;
mod pairs;
mod peer;
mod prometheus;

use support::{Stage, stage};

use bounds::{
    a_lying_plug_in_speaks_under_its_own_name_only, a_million_lines_are_not_read,
    a_thousand_samples_are_taken_and_not_one_more, labels_have_bounds, lines_have_a_longest,
    names_have_a_longest, the_same_sample_twice_is_refused, what_is_printed_cannot_steer_a_terminal,
};
use drawn::{drawn_pairs_are_read, drawn_text_for_prometheus_is_read};
use pairs::{
    a_wrong_pair_refuses_all_and_names_its_line, keys_become_names, pairs_become_samples,
    what_is_cut_or_no_text_is_refused,
};
use peer::promtool_takes_and_refuses_the_same;
use prometheus::{
    blanks_and_commas_may_stand_where_prometheus_lets_them, label_values_are_unescaped,
    parts_of_histograms_and_summaries_are_told, text_for_prometheus_is_read, types_and_names_say_the_kind,
    what_is_not_finite_is_left_out, what_prometheus_refuses_is_refused,
};

pub(crate) const STAGE: Stage = stage!("forms":
    pairs_become_samples,
    keys_become_names,
    a_wrong_pair_refuses_all_and_names_its_line,
    what_is_cut_or_no_text_is_refused,
    text_for_prometheus_is_read,
    types_and_names_say_the_kind,
    label_values_are_unescaped,
    blanks_and_commas_may_stand_where_prometheus_lets_them,
    what_prometheus_refuses_is_refused,
    parts_of_histograms_and_summaries_are_told,
    what_is_not_finite_is_left_out,
    the_same_sample_twice_is_refused,
    a_lying_plug_in_speaks_under_its_own_name_only,
    names_have_a_longest,
    labels_have_bounds,
    lines_have_a_longest,
    a_thousand_samples_are_taken_and_not_one_more,
    a_million_lines_are_not_read,
    what_is_printed_cannot_steer_a_terminal;
    seeded: drawn_pairs_are_read, drawn_text_for_prometheus_is_read;
    slow: promtool_takes_and_refuses_the_same
);
