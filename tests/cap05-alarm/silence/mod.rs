//! Stage 4: what is not told, and why.

mod hosts;

use support::{Case, Stage, stage};

use crate::drawn::{Level, drawn};
use crate::world::{PATIENT, expect, expect_told, rules};

use hosts::{
    a_host_that_is_back_has_its_time_anew, a_host_that_is_down_is_told_within_three_intervals,
    a_host_that_is_down_keeps_its_alarms_quiet, a_host_that_is_no_more_raises_none,
    a_host_that_reports_without_samples_is_up, a_retired_host_that_reports_is_a_new_one,
    what_waited_of_a_host_that_is_no_more_is_not_told,
};

pub(crate) const STAGE: Stage = stage!("silence":
    a_silence_keeps_quiet_what_it_matches,
    a_silence_needs_all_that_it_says,
    a_silence_begins_and_ends_at_its_times,
    what_still_fires_at_the_end_of_a_silence_is_told,
    what_was_told_recovers_in_a_silence_too,
    a_silence_can_be_replaced_and_taken_back,
    who_looks_after_it_is_not_told_again,
    an_acknowledgement_holds_until_it_is_over,
    what_is_acknowledged_waits_no_more,
    what_settles_is_not_told_again,
    one_series_can_be_acknowledged,
    what_does_not_fire_cannot_be_acknowledged,
    a_rule_that_depends_on_another_is_quiet_while_that_fires,
    a_dependency_is_about_the_same_host,
    of_several_parents_the_first_of_the_rule_is_named,
    a_parent_that_is_acknowledged_or_recovers_still_fires,
    a_host_that_is_down_is_told_within_three_intervals,
    a_host_that_is_down_keeps_its_alarms_quiet,
    a_host_that_is_back_has_its_time_anew,
    a_host_that_reports_without_samples_is_up,
    a_host_that_is_no_more_raises_none,
    what_waited_of_a_host_that_is_no_more_is_not_told,
    a_retired_host_that_reports_is_a_new_one;
    seeded: drawn_operators_are_obeyed
);

fn drawn_operators_are_obeyed(case: &mut Case) {
    case.seeded(60, |rng| drawn(rng, Level::Silence));
}

fn a_silence_keeps_quiet_what_it_matches(case: &mut Case) {
    let text = rules(
        PATIENT,
        "[cpu]
        when = 'last(m) > 4'
        [disk]
        when = 'last(m) > 4'
        severity = 'critical'",
    );
    for (what, expected) in [
        ("rule=c*", ["withhold", "notify", "withhold", "notify"]),
        ("host=web1", ["withhold", "withhold", "notify", "notify"]),
        ("severity=critical", ["notify", "withhold", "notify", "withhold"]),
        ("label.d=a", ["withhold", "withhold", "notify", "notify"]),
        ("label.d=", ["notify", "notify", "withhold", "withhold"]),
        ("label.d=!a", ["notify", "notify", "withhold", "withhold"]),
        ("host=!web1", ["notify", "notify", "withhold", "withhold"]),
        ("rule=*", ["withhold", "withhold", "withhold", "withhold"]),
    ] {
        let one = |index: usize, rule: &str, alarm: &str, host: &str| match expected[index] {
            "notify" => {
                let severity = if rule == "disk" { "critical" } else { "warning" };
                format!("2 notify firing {rule} {alarm} severity={severity}\n")
            }
            _ => format!(
                "2 withhold firing {host} {rule}{} by silence s\n",
                alarm.trim_start_matches(host)
            ),
        };
        let told = [
            one(0, "cpu", "web1{d=\"a\"}", "web1"),
            one(1, "disk", "web1{d=\"a\"}", "web1"),
            one(2, "cpu", "web2", "web2"),
            one(3, "disk", "web2", "web2"),
        ];
        let lines =
            format!("1 @silence s until=100 by=me {what} why=a test\n2 web1 m{{d=\"a\"}} 5\n2 web2 m 5\n");
        expect_told(case, &text, &lines, &told.concat());
    }
}

fn a_silence_needs_all_that_it_says(case: &mut Case) {
    let text = rules(PATIENT, "[r]\nwhen = 'last(m) > 4'");
    expect_told(
        case,
        &text,
        "1 @silence b until=100 by=me rule=r host=h1 label.d=x
        1 @silence a until=100 by=me rule=r host=h1 label.d=y
        2 h1 m{d=\"x\"} 5
        2 h1 m{d=\"z\"} 5
        2 h2 m{d=\"x\"} 5
        3 @silence 0 until=100 by=me rule=r host=h3 label.d=x label.e=*
        4 h3 m{d=\"x\"} 5",
        "2 withhold firing h1 r{d=\"x\"} by silence b
        2 notify firing r h1{d=\"z\"} severity=warning
        2 notify firing r h2{d=\"x\"} severity=warning
        4 withhold firing h3 r{d=\"x\"} by silence 0",
    );
}

fn a_silence_begins_and_ends_at_its_times(case: &mut Case) {
    let text = rules(PATIENT, "[r]\nwhen = 'last(m) > 4'");
    expect_told(
        case,
        &text,
        "1 @silence s from=10 until=20 by=me rule=r
        9.999 a m 5
        10 b m 5
        11 b m 1
        19.999 c m 5
        20 c m 1
        20 d m 5
        21 e m 5",
        "9.999 notify firing r a severity=warning
        10 withhold firing b r by silence s
        19.999 withhold firing c r by silence s
        20 notify firing r d severity=warning
        21 notify firing r e severity=warning",
    );
}

fn what_still_fires_at_the_end_of_a_silence_is_told(case: &mut Case) {
    let text = rules(PATIENT, "[r]\nwhen = 'last(m) > 4'\nrepeat = '1h'");
    expect_told(
        case,
        &text,
        "1 @silence s until=50 by=me rule=r
        2 b m 5
        3 a m 5
        4 c m 5
        5 a m 1
        60 b m 5
        61 c m 1
        61 b m 1",
        "2 withhold firing b r by silence s
        3 withhold firing a r by silence s
        4 withhold firing c r by silence s
        50 notify firing r b severity=warning
        50 notify firing r c severity=warning
        61 notify recovered r c severity=warning
        61 notify recovered r b severity=warning",
    );
}

fn what_was_told_recovers_in_a_silence_too(case: &mut Case) {
    let text = rules(PATIENT, "[r]\nwhen = 'last(m) > 4'\nrepeat = '10s'");
    expect_told(
        case,
        &text,
        "1 a m 5
        2 @silence s until=100 by=me rule=r
        15 a m 5
        16 a m 1",
        "1 notify firing r a severity=warning
        11 withhold repeat a r by silence s
        16 notify recovered r a severity=warning",
    );
}

fn a_silence_can_be_replaced_and_taken_back(case: &mut Case) {
    let text = rules(PATIENT, "[r]\nwhen = 'last(m) > 4'");
    expect_told(
        case,
        &text,
        "1 @silence s until=100 by=me rule=r
        2 a m 5
        3 b m 5
        4 @silence s until=200 by=me host=a
        150 @unsilence s
        160 @unsilence s
        200 b m 1
        201 @mark that was all",
        "2 withhold firing a r by silence s
        3 withhold firing b r by silence s
        4 notify firing r b severity=warning
        150 notify firing r a severity=warning
        160 refused unsilence s: there is no such silence
        200 notify recovered r b severity=warning
        201 mark that was all",
    );
}

fn who_looks_after_it_is_not_told_again(case: &mut Case) {
    let text = rules(PATIENT, "[r]\nwhen = 'last(m) > 4'\nrepeat = '10s'");
    expect(
        case,
        &text,
        "1 a m 5
        12 a m 6
        15 @ack r a anna
        30 a m 7
        35 a m 1
        36 a m 5",
        "1 a r ok -> firing 1/1 value 5
        1 notify firing r a severity=warning
        11 notify repeat r a severity=warning
        15 a r firing -> acknowledged
        21 withhold repeat a r by ack
        31 withhold repeat a r by ack
        35 a r acknowledged -> ok 1/1 value 1
        35 notify recovered r a severity=warning
        36 a r ok -> firing 1/1 value 5
        36 notify firing r a severity=warning",
    );
}

fn an_acknowledgement_holds_until_it_is_over(case: &mut Case) {
    let text = rules(PATIENT, "[r]\nwhen = 'last(m) > 4'\ngood = 2\nrepeat = '10s'");
    expect(
        case,
        &text,
        "1 a m 5
        2 a m 1
        3 @ack r a anna
        4 a m 9
        12 a m 1
        20 a m 9
        30 a m 1
        31 a m 1",
        "1 a r ok -> firing 1/1 value 5
        1 notify firing r a severity=warning
        2 a r firing -> recovering 1/2 value 1
        3 a r recovering -> settling
        4 a r settling -> acknowledged value 9
        11 withhold repeat a r by ack
        12 a r acknowledged -> settling 1/2 value 1
        20 a r settling -> acknowledged value 9
        21 withhold repeat a r by ack
        30 a r acknowledged -> settling 1/2 value 1
        31 a r settling -> ok 2/2 value 1
        31 notify recovered r a severity=warning",
    );
}

fn what_is_acknowledged_waits_no_more(case: &mut Case) {
    let text = rules(PATIENT, "[r]\nwhen = 'last(m) > 4'");
    expect_told(
        case,
        &text,
        "1 @silence s until=50 by=me rule=r
        2 a m 5
        3 b m 5
        4 @ack r a anna
        60 a m 5
        61 a m 1",
        "2 withhold firing a r by silence s
        3 withhold firing b r by silence s
        50 notify firing r b severity=warning",
    );
}

fn what_settles_is_not_told_again(case: &mut Case) {
    let text = rules(PATIENT, "[r]\nwhen = 'last(m) > 4'\ngood = 3\nrepeat = '10s'");
    expect_told(
        case,
        &text,
        "1 a m 5
        2 @ack r a anna
        5 a m 1
        12 a m 1
        30 a m 1",
        "1 notify firing r a severity=warning
        30 notify recovered r a severity=warning",
    );
}

fn one_series_can_be_acknowledged(case: &mut Case) {
    let text = rules(PATIENT, "[r]\nwhen = 'last(m) > 4'\n[s]\nwhen = 'last(m) > 4'");
    expect_told_and_acks(
        case,
        &text,
        "1 a m{d=\"x\"} 5
        1 a m{d=\"y\"} 5
        1 b m{d=\"x\"} 5
        2 @ack r a{d=\"y\"} anna
        3 @ack r a bert
        4 @ack r a{d=\"z\"} carl
        5 @ack s b dora",
        "2 a r{d=\"y\"} firing -> acknowledged
        3 a r{d=\"x\"} firing -> acknowledged
        4 refused ack r a{d=\"z\"}: nothing fires
        5 b s{d=\"x\"} firing -> acknowledged",
    );
}

fn what_does_not_fire_cannot_be_acknowledged(case: &mut Case) {
    let text = rules(PATIENT, "[r]\nwhen = 'last(m) > 4'\nbreaches = 2");
    expect_told_and_acks(
        case,
        &text,
        "1 @ack r a anna
        2 a m 5
        3 @ack r a anna
        4 a m 5
        5 @ack s a anna
        6 @ack r a anna
        7 @ack r a anna",
        "1 refused ack r a: nothing fires
        3 refused ack r a: nothing fires
        5 refused ack s a: nothing fires
        6 a r firing -> acknowledged
        7 refused ack r a: nothing fires",
    );
}

/// Expects just these acknowledgements and refusals.
fn expect_told_and_acks(case: &mut Case, text: &str, lines: &str, expected: &str) {
    let ended = crate::world::judge(case, text, lines);
    let found: String = ended
        .stdout_text()
        .lines()
        .filter(|line| line.contains("-> acknowledged") || line.contains(" refused "))
        .map(|line| format!("{line}\n"))
        .collect();
    case.expect_same(
        &ended,
        "what is acknowledged and what is refused",
        &crate::world::trace(expected),
        &found,
    );
    case.expect_status(&ended, 0);
}

fn a_rule_that_depends_on_another_is_quiet_while_that_fires(case: &mut Case) {
    let text = rules(
        PATIENT,
        "[net]
        when = 'last(net) > 0'
        [disk]
        when = 'last(disk) > 0'
        [app]
        when = 'last(app) > 0'
        depends_on = ['disk', 'net']",
    );
    expect_told(
        case,
        &text,
        "1 a net 1
        2 a app 1
        3 a disk 1
        4 a net 0
        5 a disk 0
        6 a net 1
        7 a app 0
        8 a app 1
        9 a app 0
        10 a net 0",
        "1 notify firing net a severity=warning
        2 withhold firing a app by dependency net
        3 notify firing disk a severity=warning
        4 notify recovered net a severity=warning
        5 notify recovered disk a severity=warning
        5 notify firing app a severity=warning
        6 notify firing net a severity=warning
        7 notify recovered app a severity=warning
        8 withhold firing a app by dependency net
        10 notify recovered net a severity=warning",
    );
}

fn a_dependency_is_about_the_same_host(case: &mut Case) {
    let text = rules(
        PATIENT,
        "[net]\nwhen = 'last(net) > 0'\n[app]\nwhen = 'last(app) > 0'\ndepends_on = ['net']",
    );
    expect_told(
        case,
        &text,
        "1 a net{if=\"eth0\"} 0
        1 a net{if=\"eth1\"} 1
        2 b app 1
        2 a app{x=\"1\"} 1
        2 aa app 1",
        "1 notify firing net a{if=\"eth1\"} severity=warning
        2 notify firing app b severity=warning
        2 withhold firing a app{x=\"1\"} by dependency net
        2 notify firing app aa severity=warning",
    );
}

fn of_several_parents_the_first_of_the_rule_is_named(case: &mut Case) {
    let text = rules(
        PATIENT,
        "[disk]
        when = 'last(disk) > 0'
        [net]
        when = 'last(net) > 0'
        [app]
        when = 'last(app) > 0'
        depends_on = ['net', 'disk']",
    );
    expect_told(
        case,
        &text,
        "1 a disk 1
        2 a net 1
        3 a app 1
        4 a net 0
        5 a disk 0",
        "1 notify firing disk a severity=warning
        2 notify firing net a severity=warning
        3 withhold firing a app by dependency net
        4 notify recovered net a severity=warning
        5 notify recovered disk a severity=warning
        5 notify firing app a severity=warning",
    );
}

fn a_parent_that_is_acknowledged_or_recovers_still_fires(case: &mut Case) {
    let text = rules(
        PATIENT,
        "[net]\nwhen = 'last(net) > 0'\ngood = 2\n[app]\nwhen = 'last(app) > 0'\ndepends_on = ['net']",
    );
    expect_told(
        case,
        &text,
        "1 a net 1
        2 a net 0
        3 a app{n=\"1\"} 1
        4 @ack net a me
        5 a app{n=\"2\"} 1
        6 a net 1
        7 a app{n=\"3\"} 1
        8 a net 0
        9 a net 0",
        "1 notify firing net a severity=warning
        3 withhold firing a app{n=\"1\"} by dependency net
        5 withhold firing a app{n=\"2\"} by dependency net
        7 withhold firing a app{n=\"3\"} by dependency net
        9 notify recovered net a severity=warning
        9 notify firing app a{n=\"1\"} severity=warning
        9 notify firing app a{n=\"2\"} severity=warning
        9 notify firing app a{n=\"3\"} severity=warning",
    );
}
