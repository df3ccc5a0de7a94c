//! Stage 4: what there is, in JSON.

mod browser;
mod errors;
mod hosts;
mod ranges;

use support::{Stage, stage};

use browser::a_browser_without_a_network_shows_the_fleet;
use errors::{
    names_are_text_wherever_they_are_shown, series_that_are_not_there_are_told,
    what_is_asked_wrongly_is_answered_with_a_sentence, what_is_no_database_is_not_served,
};
use hosts::{
    a_filesystem_that_is_gone_does_not_count, a_host_has_its_series,
    hosts_are_told_with_what_they_are_busy_with, processors_count_once, the_past_is_a_number_a_step,
    what_is_not_known_is_null,
};
use ranges::{
    a_counter_is_told_as_its_rate, a_peak_stays_in_a_range, drawn_ranges_are_told,
    many_series_are_one_question, times_are_cut_into_bounded_steps,
};

pub(crate) const STAGE: Stage = stage!("api":
    a_peak_stays_in_a_range,
    a_counter_is_told_as_its_rate,
    many_series_are_one_question,
    times_are_cut_into_bounded_steps,
    hosts_are_told_with_what_they_are_busy_with,
    what_is_not_known_is_null,
    processors_count_once,
    a_filesystem_that_is_gone_does_not_count,
    the_past_is_a_number_a_step,
    a_host_has_its_series,
    what_is_asked_wrongly_is_answered_with_a_sentence,
    series_that_are_not_there_are_told,
    names_are_text_wherever_they_are_shown,
    what_is_no_database_is_not_served;
    seeded: drawn_ranges_are_told;
    slow: a_browser_without_a_network_shows_the_fleet
);
