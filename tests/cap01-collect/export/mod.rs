//! Stage 4: Prometheus' text format.

mod drawn;
mod peer;
mod text;

use support::{Stage, stage};

use drawn::drawn_hosts_are_exported;
use peer::promtool_has_nothing_to_say;
use text::{
    a_family_is_written_in_one_piece, a_host_without_readings_is_exported_as_nothing,
    a_small_host_is_exported, every_reading_is_a_sample, labels_are_escaped_and_values_are_whole,
    names_have_their_unit_and_counters_total,
};

pub(crate) const STAGE: Stage = stage!("export":
    a_small_host_is_exported,
    names_have_their_unit_and_counters_total,
    a_family_is_written_in_one_piece,
    labels_are_escaped_and_values_are_whole,
    every_reading_is_a_sample,
    a_host_without_readings_is_exported_as_nothing;
    seeded: drawn_hosts_are_exported;
    slow: promtool_has_nothing_to_say
);
