use support::Case;

use crate::world::{PATIENT, expect, judge, rules};

/// Feeds these values, 10 s apart, and expects that just these conditions fire with the last of them.
fn fire_at_the_end(case: &mut Case, values: &[f64], table: &[(&str, bool)]) {
    let text: String = table
        .iter()
        .enumerate()
        .map(|(n, (when, _))| format!("[r{n}]\nwhen = '{when}'\n"))
        .collect();
    let lines: String = values
        .iter()
        .enumerate()
        .map(|(n, value)| format!("{} h m {value}\n", n * 10))
        .collect();
    let ended = judge(case, &rules(PATIENT, &text), &lines);
    // What fired before and has recovered does not fire; the last word on each rule counts.
    let said = ended.stdout_text();
    let fires = |n: usize| {
        let of_it = |line: &&str| line.contains(&format!(" h r{n} ")) && line.contains(" -> ");
        said.lines()
            .rfind(of_it)
            .is_some_and(|line| line.contains("-> firing"))
    };
    let row = |when: &str, fires: bool| format!("{when}: {}\n", if fires { "fires" } else { "does not" });
    let expected: String = table.iter().map(|(when, fires)| row(when, *fires)).collect();
    let found: String = table
        .iter()
        .enumerate()
        .map(|(n, (when, _))| row(when, fires(n)))
        .collect();
    case.expect_same(
        &ended,
        &format!("what fires after {values:?}, 10 s apart"),
        &expected,
        &found,
    );
    case.expect_status(&ended, 0);
}

pub(super) fn functions_look_at_their_window(case: &mut Case) {
    fire_at_the_end(
        case,
        &[7.0, 1.0, 4.0, 2.5],
        &[
            ("last(m) == 2.5", true),
            ("sum(m, 1) == 2.5", true),
            ("sum(m, 3) == 7.5", true),
            ("sum(m, 4) == 14.5", true),
            ("avg(m, 3) == 2.5", true),
            ("avg(m, 4) == 3.625", true),
            ("min(m, 3) == 1", true),
            ("min(m, 2) == 2.5", true),
            ("max(m, 3) == 4", true),
            ("max(m, 4) == 7", true),
            ("diff(m, 2) == -1.5", true),
            ("diff(m, 3) == 1.5", true),
            ("diff(m, 4) == -4.5", true),
            ("rate(m, 20s) == 0.25", true),
            ("rate(m, 3) == 0.275", true),
            ("avg(m, 30s) == 2.5", true),
            ("sum(m, 1d) == 14.5", true),
        ],
    );
}

pub(super) fn spans_begin_behind_their_beginning(case: &mut Case) {
    fire_at_the_end(
        case,
        &[100.0, 10.0, 1.0],
        &[
            ("sum(m, 10s) == 1", true),
            ("sum(m, 10001ms) == 11", true),
            ("sum(m, 20s) == 11", true),
            ("sum(m, 20001ms) == 111", true),
            ("sum(m, 1ms) == 1", true),
        ],
    );
}

pub(super) fn too_few_samples_say_nothing(case: &mut Case) {
    let text = rules(
        PATIENT,
        "[sum]
        when = 'sum(m, 3) > 1'
        [less]
        when = 'sum(m, 3) < 100'
        [diff]
        when = 'diff(m, 10s) == 0'
        [rate]
        when = 'rate(m, 1d) >= 0'",
    );
    expect(
        case,
        &text,
        "10 h m 1
        10 h m 1
        20 h m 1",
        "10 h diff ok -> firing 1/1 value 1
        10 notify firing diff h severity=warning
        20 h sum ok -> firing 1/1 value 1
        20 notify firing sum h severity=warning
        20 h less ok -> firing 1/1 value 1
        20 notify firing less h severity=warning
        20 h rate ok -> firing 1/1 value 1
        20 notify firing rate h severity=warning",
    );
}

pub(super) fn and_and_or_know_what_cannot_be_said(case: &mut Case) {
    fire_at_the_end(
        case,
        &[5.0],
        &[
            ("last(m) > 1 or sum(m, 2) > 1", true),
            ("sum(m, 2) > 1 or last(m) > 1", true),
            ("last(m) > 9 or sum(m, 2) > 1", false),
            ("last(m) > 1 and sum(m, 2) > 1", false),
            ("last(m) > 1 and last(m) < 9", true),
            ("last(m) > 1 and last(m) > 9", false),
        ],
    );
    // What cannot be said is not good either: a relapse. What is false whatever the other side is, is good.
    let text = rules(
        PATIENT,
        "[unknown]
        when = 'last(m) > 9 or diff(m, 10s) > 5'
        good = 2
        [known]
        when = 'last(m) > 9 and diff(m, 10s) > -5'
        [never]
        when = 'last(m) > 9 or last(m) < 0 and diff(m, 10s) > 5'
        good = 2",
    );
    expect(
        case,
        &text,
        "10 h m 10
        20 h m 1
        21 h m 1
        40 h m 1",
        "10 h unknown ok -> firing 1/1 value 10
        10 notify firing unknown h severity=warning
        10 h never ok -> firing 1/1 value 10
        10 notify firing never h severity=warning
        20 h never firing -> recovering 1/2 value 1
        21 h unknown firing -> recovering 1/2 value 1
        21 h never recovering -> ok 2/2 value 1
        21 notify recovered never h severity=warning
        40 h unknown recovering -> firing value 1",
    );
}

pub(super) fn comparisons_are_exact(case: &mut Case) {
    fire_at_the_end(
        case,
        &[0.5],
        &[
            ("last(m) > 0.5", false),
            ("last(m) >= 0.5", true),
            ("last(m) < 0.5", false),
            ("last(m) <= 0.5", true),
            ("last(m) == 0.5", true),
            ("last(m) != 0.5", false),
            ("last(m) > 0.4999999999999999", true),
            ("last(m) > -1", true),
        ],
    );
}

pub(super) fn a_counter_that_falls_has_begun_anew(case: &mut Case) {
    fire_at_the_end(
        case,
        &[100.0, 110.0, 5.0, 25.0],
        &[
            ("rate(m, 2) == 2", true),
            ("rate(m, 3) == 1.25", true),
            ("rate(m, 1d) < 1.1667", true),
            ("rate(m, 1d) > 1.1666", true),
            ("diff(m, 4) == -75", true),
        ],
    );
}

pub(super) fn a_rate_needs_time_to_pass(case: &mut Case) {
    let text = rules(
        PATIENT,
        "[rate]
        when = 'rate(m, 2) > 0'
        [day]
        when = 'rate(m, 1d) == 0.2'",
    );
    expect(
        case,
        &text,
        "10 h m 1
        10 h m 3
        20 h m 3",
        "20 h day ok -> firing 1/1 value 3
        20 notify firing day h severity=warning",
    );
}

pub(super) fn a_sample_is_good_by_recover_whatever_can_be_said_of_when(case: &mut Case) {
    let text = rules(
        PATIENT,
        "[r]
        when = 'diff(m, 10s) > 5'
        recover = 'last(m) < 2'",
    );
    expect(
        case,
        &text,
        "10 h m 1
        11 h m 10
        30 h m 3
        50 h m 1",
        "11 h r ok -> firing 1/1 value 10
        11 notify firing r h severity=warning
        50 h r firing -> ok 1/1 value 1
        50 notify recovered r h severity=warning",
    );
}
