use support::Case;

use crate::world::{PATIENT, expect, rules};

pub(super) fn absence_counts_from_the_newest_sample(case: &mut Case) {
    let text = rules(PATIENT, "[r]\nwhen = 'absent(m{a=\"x\"}, 30s)'");
    expect(
        case,
        &text,
        "10 h m{a=\"x\"} 1
        20 h n 1
        39 h m{a=\"x\"} 1
        68 h m{a=\"y\"} 1
        69 @tick
        70 h n 1
        200 @tick",
        "69 h r{a=\"x\"} ok -> firing 1/1
        69 notify firing r h{a=\"x\"} severity=warning",
    );
}

pub(super) fn absence_recovers_with_a_sample(case: &mut Case) {
    let text = rules(
        PATIENT,
        "[r]\nwhen = 'absent(m, 30s)'\n[slow]\nwhen = 'absent(m, 40s)'\ngood = 2",
    );
    expect(
        case,
        &text,
        "10 h m 1
        60 h m 0
        70 h m 0
        200 @tick",
        "40 h r ok -> firing 1/1
        40 notify firing r h severity=warning
        50 h slow ok -> firing 1/1
        50 notify firing slow h severity=warning
        60 h r firing -> ok 1/1 value 0
        60 notify recovered r h severity=warning
        60 h slow firing -> recovering 1/2 value 0
        70 h slow recovering -> ok 2/2 value 0
        70 notify recovered slow h severity=warning
        100 h r ok -> firing 1/1
        100 notify firing r h severity=warning
        110 h slow ok -> firing 1/1
        110 notify firing slow h severity=warning",
    );
}

pub(super) fn a_series_that_is_gone_is_absent(case: &mut Case) {
    let text = rules(
        PATIENT,
        "[long]
        when = 'last(m) > 4'
        [short]
        when = 'last(m) > 4'
        stale = '20s'
        good = 9",
    );
    expect(
        case,
        &text,
        "10 h m 5
        25 h m 1
        45 h n 1
        46 h m 6
        400 @tick",
        "10 h long ok -> firing 1/1 value 5
        10 notify firing long h severity=warning
        10 h short ok -> firing 1/1 value 5
        10 notify firing short h severity=warning
        25 h long firing -> ok 1/1 value 1
        25 notify recovered long h severity=warning
        25 h short firing -> recovering 1/9 value 1
        45 h short recovering -> absent
        45 notify gone short h severity=warning
        46 h long ok -> firing 1/1 value 6
        46 notify firing long h severity=warning
        46 h short absent -> firing 1/1 value 6
        46 notify firing short h severity=warning
        66 h short firing -> absent
        66 notify gone short h severity=warning
        346 h long firing -> absent
        346 notify gone long h severity=warning",
    );
}

pub(super) fn a_breach_before_a_gap_is_forgotten(case: &mut Case) {
    let text = rules(PATIENT, "[r]\nwhen = 'last(m) > 4'\nbreaches = 2\nstale = '20s'");
    expect(
        case,
        &text,
        "10 h m 5
        31 h m 5
        51 h m 5
        80 h m 1",
        "10 h r ok -> breaching 1/2 value 5
        30 h r breaching -> absent
        31 h r absent -> breaching 1/2 value 5
        51 h r breaching -> firing 2/2 value 5
        51 notify firing r h severity=warning
        71 h r firing -> absent
        71 notify gone r h severity=warning
        80 h r absent -> ok value 1",
    );
}

/// What is due at a moment happens at that moment, in the order of time; at the very same one, what the trace says comes first.
pub(super) fn what_is_due_happens_before_what_comes_later(case: &mut Case) {
    let text = rules(
        PATIENT,
        "[b]\nwhen = 'absent(m, 30s)'\n[a]\nwhen = 'absent(n, 20s)'",
    );
    expect(
        case,
        &text,
        "10 web2 m 1
        10 web1 m 1
        15 web1 n 1
        40 web2 m 1
        100 web1 m 1",
        "35 web1 a ok -> firing 1/1
        35 notify firing a web1 severity=warning
        40 web1 b ok -> firing 1/1
        40 notify firing b web1 severity=warning
        70 web2 b ok -> firing 1/1
        70 notify firing b web2 severity=warning
        100 web1 b firing -> ok 1/1 value 1
        100 notify recovered b web1 severity=warning",
    );
}
