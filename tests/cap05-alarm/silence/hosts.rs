use support::Case;

use crate::world::{PATIENT, expect, expect_told, rules};

pub(super) fn a_host_that_is_down_is_told_within_three_intervals(case: &mut Case) {
    let text = rules(
        "interval = '10s'\n[host_down]\nseverity = 'warning'\nrepeat = '50s'\n",
        "",
    );
    expect(
        case,
        &text,
        "0 web1 m 1
        5 web2 m 1
        10 web1 m 1
        20 web1 m 1
        34 web2 m 1
        49.999 web1 m 1
        90 web1 m 1",
        "64 web2 host-down ok -> firing 1/1
        64 notify firing host-down web2 severity=warning
        79.999 web1 host-down ok -> firing 1/1
        79.999 notify firing host-down web1 severity=warning
        90 web1 host-down firing -> ok 1/1
        90 notify recovered host-down web1 severity=warning",
    );
    // At the very moment a report is still in time.
    expect(
        case,
        &text,
        "0 web1 m 1
        30 web1 m 1
        60 web1 m 1",
        "",
    );
}

pub(super) fn a_host_that_is_down_keeps_its_alarms_quiet(case: &mut Case) {
    let text = rules(
        "interval = '10s'\n",
        "[r]
        when = 'last(m) > 4'
        repeat = '15s'
        stale = '20s'
        [absent]
        when = 'absent(m, 40s)'
        [before]
        when = 'absent(m, 25s)'",
    );
    // What was told before is not told again while the host is down, and nothing becomes absent of which nothing can be known.
    expect(
        case,
        &text,
        "0 a m 5
        100 b m 1
        101 a m 5
        110 @tick",
        "0 a r ok -> firing 1/1 value 5
        0 notify firing r a severity=critical
        15 notify repeat r a severity=critical
        20 a r firing -> absent
        20 notify gone r a severity=critical
        25 a before ok -> firing 1/1
        25 notify firing before a severity=critical
        30 a host-down ok -> firing 1/1
        30 notify firing host-down a severity=critical
        101 a host-down firing -> ok 1/1
        101 notify recovered host-down a severity=critical
        101 a r absent -> firing 1/1 value 5
        101 notify firing r a severity=critical
        101 a before firing -> ok 1/1 value 5
        101 notify recovered before a severity=critical"
            .replace("before a severity=critical", "before a severity=warning")
            .replace("r a severity=critical", "r a severity=warning")
            .as_str(),
    );
    let text = rules(
        "interval = '10s'\n",
        "[r]\nwhen = 'last(m) > 4'\nrepeat = '20s'\nstale = '1h'",
    );
    expect_told(
        case,
        &text,
        "0 a m 5
        65 b m 1
        66 a n 1
        80 a n 1
        81 b m 1",
        "0 notify firing r a severity=warning
        20 notify repeat r a severity=warning
        30 notify firing host-down a severity=critical
        40 withhold repeat a r by host-down
        60 withhold repeat a r by host-down
        66 notify recovered host-down a severity=critical
        80 notify repeat r a severity=warning",
    );
}

pub(super) fn a_host_that_is_back_has_its_time_anew(case: &mut Case) {
    let text = rules(
        "interval = '10s'\n",
        "[absent]\nwhen = 'absent(m, 40s)'\n[r]\nwhen = 'last(m) > 4'\nstale = '35s'",
    );
    expect(
        case,
        &text,
        "0 a m 1
        100 a n 1
        120 a n 1
        139 a n 1
        141 a m 1",
        "30 a host-down ok -> firing 1/1
        30 notify firing host-down a severity=critical
        100 a host-down firing -> ok 1/1
        100 notify recovered host-down a severity=critical
        135 a r ok -> absent
        140 a absent ok -> firing 1/1
        140 notify firing absent a severity=warning
        141 a absent firing -> ok 1/1 value 1
        141 notify recovered absent a severity=warning
        141 a r absent -> ok value 1",
    );
}

pub(super) fn a_host_that_reports_without_samples_is_up(case: &mut Case) {
    let text = rules("interval = '10s'\n", "");
    expect(
        case,
        &text,
        "0 a
        25 a
        50 a
        80 a
        109 @tick
        111 @tick",
        "110 a host-down ok -> firing 1/1
        110 notify firing host-down a severity=critical",
    );
}

pub(super) fn a_host_that_is_no_more_raises_none(case: &mut Case) {
    let text = rules(
        "interval = '10s'\n",
        "[r]\nwhen = 'last(m) > 4'\ngroup_wait = '5s'\n[absent]\nwhen = 'absent(m, 20s)'\n[s]\nwhen = 'last(n) > 4'",
    );
    expect_told(
        case,
        &text,
        "0 a m 5
        0 b m 5
        1 a n 5
        2 @silence x until=60 by=me rule=s
        3 b n 5
        4 @retire b
        5 @retire b
        5 @retire c
        6 a m 1
        7 @retire a
        200 d m 1",
        "1 notify firing s a severity=warning
        3 withhold firing b s by silence x
        5 refused retire b: there is no such host
        5 refused retire c: there is no such host
        5 notify firing r a severity=warning",
    );
}

pub(super) fn a_retired_host_that_reports_is_a_new_one(case: &mut Case) {
    let text = rules("interval = '10s'\n", "[r]\nwhen = 'last(m) > 4'\nbreaches = 2");
    expect(
        case,
        &text,
        "0 a m 5
        1 @retire a
        50 a m 5
        51 a m 5
        82 @tick",
        "0 a r ok -> breaching 1/2 value 5
        50 a r ok -> breaching 1/2 value 5
        51 a r breaching -> firing 2/2 value 5
        51 notify firing r a severity=warning
        81 a host-down ok -> firing 1/1
        81 notify firing host-down a severity=critical",
    );
}

pub(super) fn what_waited_of_a_host_that_is_no_more_is_not_told(case: &mut Case) {
    let text = rules(PATIENT, "[r]\nwhen = 'last(m) > 4'");
    expect_told(
        case,
        &text,
        "1 @silence s until=50 by=me rule=r
        2 a m 5
        3 @retire a
        4 a m 1
        60 a m 1",
        "2 withhold firing a r by silence s",
    );
}
