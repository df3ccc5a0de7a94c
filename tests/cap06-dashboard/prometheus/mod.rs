//! Stage 6: what Prometheus and its clients ask.

mod names;
mod scrape;

use support::{Stage, stage};

use names::{
    ends_and_steps_of_a_range_are_checked, labels_and_their_values_are_told,
    questions_come_in_a_form_as_well, series_are_told_by_their_labels,
    the_command_line_checks_ends_and_steps_as_well,
};
use scrape::{
    a_family_is_one_block, alarms_are_counted, federate_gives_the_newest_sample_with_its_time,
    only_what_is_asked_is_federated, promtool_finds_nothing_wrong, reports_are_counted,
};

pub(crate) const STAGE: Stage = stage!("prometheus":
    a_family_is_one_block,
    reports_are_counted,
    alarms_are_counted,
    federate_gives_the_newest_sample_with_its_time,
    only_what_is_asked_is_federated,
    promtool_finds_nothing_wrong,
    labels_and_their_values_are_told,
    series_are_told_by_their_labels,
    ends_and_steps_of_a_range_are_checked,
    the_command_line_checks_ends_and_steps_as_well,
    questions_come_in_a_form_as_well
);

/// Writes a text as a part of a URI.
fn escape(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            byte if byte.is_ascii_alphanumeric() => char::from(byte).to_string(),
            byte => format!("%{byte:02X}"),
        })
        .collect()
}
