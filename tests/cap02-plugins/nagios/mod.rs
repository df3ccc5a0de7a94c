//! Stage 2: Nagios plug-ins.

mod data;
mod drawn;
mod real;
mod text;

use support::{Stage, stage};

use data::{
    data_is_read, items_that_are_wrong_are_left_out_and_named, labels_may_be_quoted,
    ranges_are_those_of_the_guidelines, units_become_ours, what_could_not_be_found_out_is_left_out,
};
use drawn::drawn_performance_data_is_read;
use real::plug_ins_of_debian_are_read;
use text::{
    a_plug_in_that_says_nothing_has_a_status, bounds_hold_for_nagios_too, data_stands_behind_bars_only,
    text_that_is_no_utf_8_is_no_fault, the_status_is_a_sample,
};

pub(crate) use real::need as plug_in;

pub(crate) const STAGE: Stage = stage!("nagios":
    the_status_is_a_sample,
    data_is_read,
    units_become_ours,
    ranges_are_those_of_the_guidelines,
    labels_may_be_quoted,
    what_could_not_be_found_out_is_left_out,
    items_that_are_wrong_are_left_out_and_named,
    data_stands_behind_bars_only,
    a_plug_in_that_says_nothing_has_a_status,
    text_that_is_no_utf_8_is_no_fault,
    bounds_hold_for_nagios_too;
    seeded: drawn_performance_data_is_read;
    slow: plug_ins_of_debian_are_read
);
