//! Stage 5: where each value is from, for programs and for people.

mod drawn;
mod names;
mod objects;
mod peer;
mod people;
mod provenance;

use support::{Stage, stage};

use drawn::{drawn_hosts_are_objects, drawn_metrics_are_explained};
use objects::{
    a_closed_pipe_is_no_failure, a_metric_is_an_object_with_its_values, all_metrics_are_listed,
    readings_are_objects_with_their_source, whole_numbers_have_no_point,
};
use peer::node_exporter_says_the_same;
use people::{
    a_metric_is_explained_by_either_name, a_name_cannot_steer_the_terminal, a_terminal_shows_a_table,
    bytes_are_shown_in_the_largest_unit, decimals_are_few, what_is_absent_is_said_to_be,
};
use provenance::each_value_is_where_its_source_says;

pub(crate) const STAGE: Stage = stage!("explain":
    a_metric_is_explained_by_either_name,
    what_is_absent_is_said_to_be,
    bytes_are_shown_in_the_largest_unit,
    decimals_are_few,
    a_terminal_shows_a_table,
    a_name_cannot_steer_the_terminal,
    readings_are_objects_with_their_source,
    whole_numbers_have_no_point,
    a_metric_is_an_object_with_its_values,
    all_metrics_are_listed,
    a_closed_pipe_is_no_failure,
    each_value_is_where_its_source_says;
    seeded: drawn_hosts_are_objects, drawn_metrics_are_explained;
    slow: node_exporter_says_the_same
);
