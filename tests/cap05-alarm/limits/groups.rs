use support::Case;

use crate::world::{PATIENT, expect_told, rules};

pub(super) fn a_group_waits_for_others(case: &mut Case) {
    let text = rules(PATIENT, "[r]\nwhen = 'last(m) > 4'\ngroup_wait = '10s'");
    expect_told(
        case,
        &text,
        "1 web2 m 5
        5 web1 m{d=\"b\"} 5
        6 web1 m{d=\"a\"} 5
        11 db1 m 5
        12 web3 m 5",
        "11 notify firing r db1 web1{d=\"a\"} web1{d=\"b\"} web2 severity=warning",
    );
    // The next group begins with the next alarm, and what is due when the trace ends is told.
    expect_told(
        case,
        &text,
        "1 web2 m 5
        11.5 web3 m 5
        21.5 @tick",
        "11 notify firing r web2 severity=warning
        21.5 notify firing r web3 severity=warning",
    );
}

pub(super) fn a_group_that_has_become_empty_keeps_its_moment(case: &mut Case) {
    let text = rules(PATIENT, "[r]\nwhen = 'last(m) > 4'\ngroup_wait = '30s'");
    expect_told(
        case,
        &text,
        "10 a m 5
        20 a m 1
        25 b m 5
        60 b m 5",
        "20 withhold firing a r by group
        40 notify firing r b severity=warning",
    );
}

pub(super) fn groups_are_by_rule_or_by_host(case: &mut Case) {
    let text = rules(
        PATIENT,
        "[r]
        when = 'last(m) > 4'
        group_wait = '10s'
        group_by = 'host'
        [s]
        when = 'last(m) > 4'
        group_wait = '10s'
        group_by = 'rule'",
    );
    expect_told(
        case,
        &text,
        "1 b m{d=\"a\"} 5
        2 a m 5
        3 b m{d=\"b\"} 5
        20 @tick",
        "11 notify firing r b{d=\"a\"} b{d=\"b\"} severity=warning
        11 notify firing s a b{d=\"a\"} b{d=\"b\"} severity=warning
        12 notify firing r a severity=warning",
    );
}

pub(super) fn what_begins_and_what_ends_are_told_apart(case: &mut Case) {
    let text = rules(
        PATIENT,
        "[r]\nwhen = 'last(m) > 4'\ngroup_wait = '10s'\nrepeat = '20s'\nstale = '22s'",
    );
    expect_told(
        case,
        &text,
        "1 a m 5
        2 b m 5
        3 c m 5
        20 a m 5
        21 c m 5
        24 d m 5
        26 a m 1
        40 @tick",
        "11 notify firing r a b c severity=warning
        34 notify firing r d severity=warning
        34 notify repeat r c severity=warning
        34 notify recovered r a severity=warning
        34 notify gone r b severity=warning",
    );
}

pub(super) fn what_is_over_before_its_group_is_told_is_not_told(case: &mut Case) {
    let text = rules(PATIENT, "[r]\nwhen = 'last(m) > 4'\ngroup_wait = '10s'");
    expect_told(
        case,
        &text,
        "1 a m 5
        2 b m 5
        3 a m 1
        20 b m 1
        21 b m 5
        40 b m 1
        60 @tick",
        "3 withhold firing a r by group
        11 notify firing r b severity=warning
        21 withhold recovered b r by group
        50 notify recovered r b severity=warning",
    );
}

pub(super) fn a_group_is_one_notification_for_a_limit(case: &mut Case) {
    let text = rules(
        PATIENT,
        "[r]\nwhen = 'last(m) > 4'\ngroup_wait = '10s'\nat_most = 1",
    );
    expect_told(
        case,
        &text,
        "1 a m 5
        2 b m 5
        20 c m 5
        21 d m 5
        62 e m 5
        80 @tick",
        "11 notify firing r a b severity=warning
        30 withhold firing c r by rule-limit
        30 withhold firing d r by rule-limit
        72 notify firing r e severity=warning withheld=2",
    );
}

pub(super) fn a_repeat_that_waits_does_not_keep_an_end_from_being_told(case: &mut Case) {
    let text = rules(
        PATIENT,
        "[r]\nwhen = 'last(m) > 4'\ngroup_wait = '10s'\nrepeat = '20s'",
    );
    expect_told(
        case,
        &text,
        "1 a m 5
        35 a m 1
        60 @tick",
        "11 notify firing r a severity=warning
        35 withhold repeat a r by group
        41 notify recovered r a severity=warning",
    );
}
