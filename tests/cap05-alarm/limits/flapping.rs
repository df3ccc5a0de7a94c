use support::Case;

use crate::world::{PATIENT, expect_told, rules};

pub(super) fn an_alarm_that_flaps_is_told_once(case: &mut Case) {
    let text = rules(
        PATIENT,
        "[r]\nwhen = 'last(m) > 4'\nflaps = 2\nflap_span = '100s'\nrepeat = '50s'",
    );
    expect_told(
        case,
        &text,
        "10 a m 5
        20 a m 1
        30 a m 5
        31 b m 5
        40 a m 1
        50 a m 5
        60 a m 1
        70 a m 5
        80 a m 1
        90 a m 5
        95 b m 1
        140 a m 6",
        "10 notify firing r a severity=warning
        20 notify recovered r a severity=warning
        30 notify firing r a severity=warning
        31 notify firing r b severity=warning
        40 notify recovered r a severity=warning
        50 notify flapping r a severity=warning
        60 withhold recovered a r by flapping
        70 withhold firing a r by flapping
        80 withhold recovered a r by flapping
        81 notify repeat r b severity=warning
        90 withhold firing a r by flapping
        95 notify recovered r b severity=warning
        140 withhold repeat a r by flapping",
    );
}

pub(super) fn an_end_that_waits_in_a_group_is_not_told_of_what_flaps(case: &mut Case) {
    let text = rules(
        PATIENT,
        "[r]\nwhen = 'last(m) > 4'\nflaps = 1\nflap_span = '200s'\ngroup_wait = '30s'",
    );
    expect_told(
        case,
        &text,
        "10 a m 5
        50 a m 1
        60 a m 5
        100 a m 5",
        "40 notify firing r a severity=warning
        60 notify flapping r a severity=warning
        60 withhold recovered a r by group",
    );
}

pub(super) fn what_is_withheld_at_a_repeat_is_what_would_be_told(case: &mut Case) {
    let text = rules(
        PATIENT,
        "[r]\nwhen = 'last(m) > 4'\nflaps = 1\nflap_span = '200s'\nrepeat = '50s'\nat_most = 1",
    );
    // Nobody knows of a, so that what it would be told as is firing.
    expect_told(
        case,
        &text,
        "5 b m 5
        10 a m 5
        11 a m 1
        12 a m 5
        63 a m 5",
        "5 notify firing r b severity=warning
        10 withhold firing a r by rule-limit
        12 withhold flapping a r by rule-limit
        55 withhold repeat b r by rule-limit
        62 withhold firing a r by flapping",
    );
}

pub(super) fn what_stays_as_it_is_flaps_no_more(case: &mut Case) {
    let text = rules(
        PATIENT,
        "[r]\nwhen = 'last(m) > 4'\nflaps = 1\nflap_span = '60s'\nat_most = 3",
    );
    // a ends well, b goes on firing; c began to flap when the limit was reached, so that nobody knows of it until it is steady.
    expect_told(
        case,
        &text,
        "10 a m 5
        11 a m 1
        20 a m 5
        30 a m 1
        81 b m 5
        82 b m 1
        90 b m 5
        150 b m 5
        151 b m 1
        160 b m 5",
        "10 notify firing r a severity=warning
        11 notify recovered r a severity=warning
        20 notify flapping r a severity=warning
        30 withhold recovered a r by flapping
        80 notify recovered r a severity=warning
        81 notify firing r b severity=warning
        82 notify recovered r b severity=warning
        90 notify flapping r b severity=warning
        151 notify recovered r b severity=warning
        160 notify firing r b severity=warning",
    );
    let text = rules(
        PATIENT,
        "[r]\nwhen = 'last(m) > 4'\nflaps = 1\nflap_span = '60s'\nat_most = 1",
    );
    expect_told(
        case,
        &text,
        "10 c m 5
        11 c m 1
        20 c m 5
        81 d m 1",
        "10 notify firing r c severity=warning
        11 notify recovered r c severity=warning
        20 withhold flapping c r by rule-limit
        80 notify firing r c severity=warning withheld=1",
    );
}

pub(super) fn a_beginning_that_is_a_span_ago_does_not_count(case: &mut Case) {
    let text = rules(PATIENT, "[r]\nwhen = 'last(m) > 4'\nflaps = 1\nflap_span = '20s'");
    expect_told(
        case,
        &text,
        "10 a m 5
        11 a m 1
        30 a m 5
        31 a m 1
        49.999 a m 5",
        "10 notify firing r a severity=warning
        11 notify recovered r a severity=warning
        30 notify firing r a severity=warning
        31 notify recovered r a severity=warning
        49.999 notify flapping r a severity=warning",
    );
}
