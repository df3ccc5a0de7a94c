use support::{Case, Ended};

use crate::world::{PATIENT, expect, judge, rules};

const TABLE: &str = "\
absent\tbetween\tok
absent\tbreach\tbreaching
absent\tgood\tok
absent\tlast-breach\tfiring
acknowledged\tgone\tabsent
acknowledged\tgood\tsettling
acknowledged\tlast-good\tok
breaching\tbetween\tok
breaching\tbreach\tbreaching
breaching\tgone\tabsent
breaching\tgood\tok
breaching\tlast-breach\tfiring
firing\tack\tacknowledged
firing\tgone\tabsent
firing\tgood\trecovering
firing\tlast-good\tok
ok\tbreach\tbreaching
ok\tgone\tabsent
ok\tlast-breach\tfiring
recovering\tack\tsettling
recovering\tbetween\tfiring
recovering\tbreach\tfiring
recovering\tgone\tabsent
recovering\tgood\trecovering
recovering\tlast-good\tok
settling\tbetween\tacknowledged
settling\tbreach\tacknowledged
settling\tgone\tabsent
settling\tgood\tsettling
settling\tlast-good\tok
";

fn sorted(ended: &Ended, wanted: impl Fn(&str) -> bool) -> String {
    let text = ended.stdout_text();
    let mut lines: Vec<_> = text.lines().filter(|line| wanted(line)).collect();
    lines.sort_unstable();
    lines.iter().map(|line| format!("{line}\n")).collect()
}

pub(super) fn the_machine_is_a_table(case: &mut Case) {
    let ended = case.program("alarm").args(["machine"]).run();
    case.expect_same(
        &ended,
        "the rows of the table, sorted",
        TABLE,
        &sorted(&ended, |_| true),
    );
    case.expect_status(&ended, 0);
}

pub(super) fn the_machine_is_drawn(case: &mut Case) {
    let ended = case.program("alarm").args(["machine", "--dot"]).run();
    let mut arrows: Vec<String> = TABLE
        .lines()
        .filter_map(|line| {
            let mut parts = line.split('\t');
            let (from, input, to) = (parts.next()?, parts.next()?, parts.next()?);
            Some(format!("  \"{from}\" -> \"{to}\" [label=\"{input}\"];\n"))
        })
        .collect();
    arrows.sort_unstable();
    let found = sorted(&ended, |line| line.starts_with(' '));
    case.expect_same(&ended, "the arrows, sorted", &arrows.concat(), &found);
    let text = ended.stdout_text();
    let is_whole = text.starts_with("digraph alarm {\n") && text.ends_with("\n}\n");
    case.expect(&ended, is_whole, "`digraph alarm {`, the arrows, `}`", &text);
}

pub(super) fn n_breaches_in_a_row_fire(case: &mut Case) {
    let text = rules(
        PATIENT,
        "[once]
        when = 'last(load) > 4'
        [thrice]
        when = 'last(load) > 4'
        breaches = 3
        severity = 'critical'",
    );
    expect(
        case,
        &text,
        "0 web1 load 1
        10 web1 load 5
        20 web1 load 6.5
        30 web1 load 7
        40 web1 load 8
        50 web1 load 2
        60 web1 load 3",
        "10 web1 once ok -> firing 1/1 value 5
        10 notify firing once web1 severity=warning
        10 web1 thrice ok -> breaching 1/3 value 5
        20 web1 thrice breaching -> breaching 2/3 value 6.5
        30 web1 thrice breaching -> firing 3/3 value 7
        30 notify firing thrice web1 severity=critical
        50 web1 once firing -> ok 1/1 value 2
        50 notify recovered once web1 severity=warning
        50 web1 thrice firing -> ok 1/1 value 2
        50 notify recovered thrice web1 severity=critical",
    );
}

pub(super) fn a_good_sample_begins_the_count_anew(case: &mut Case) {
    let text = rules(PATIENT, "[r]\nwhen = 'last(m) > 4'\nbreaches = 3");
    expect(
        case,
        &text,
        "1 h m 5
        2 h m 5
        3 h m 1
        4 h m 5
        5 h m 5
        6 h m 1
        7 h m 5",
        "1 h r ok -> breaching 1/3 value 5
        2 h r breaching -> breaching 2/3 value 5
        3 h r breaching -> ok value 1
        4 h r ok -> breaching 1/3 value 5
        5 h r breaching -> breaching 2/3 value 5
        6 h r breaching -> ok value 1
        7 h r ok -> breaching 1/3 value 5",
    );
}

pub(super) fn good_samples_in_a_row_end_it(case: &mut Case) {
    let text = rules(PATIENT, "[r]\nwhen = 'last(m) > 4'\ngood = 3");
    expect(
        case,
        &text,
        "1 h m 5
        2 h m 1
        3 h m 2
        4 h m 3
        5 h m 3",
        "1 h r ok -> firing 1/1 value 5
        1 notify firing r h severity=warning
        2 h r firing -> recovering 1/3 value 1
        3 h r recovering -> recovering 2/3 value 2
        4 h r recovering -> ok 3/3 value 3
        4 notify recovered r h severity=warning",
    );
}

pub(super) fn a_relapse_goes_on_firing(case: &mut Case) {
    let text = rules(PATIENT, "[r]\nwhen = 'last(m) > 4'\nbreaches = 2\ngood = 2");
    expect(
        case,
        &text,
        "1 h m 5
        2 h m 5
        3 h m 1
        4 h m 9
        5 h m 1
        6 h m 1",
        "1 h r ok -> breaching 1/2 value 5
        2 h r breaching -> firing 2/2 value 5
        2 notify firing r h severity=warning
        3 h r firing -> recovering 1/2 value 1
        4 h r recovering -> firing value 9
        5 h r firing -> recovering 1/2 value 1
        6 h r recovering -> ok 2/2 value 1
        6 notify recovered r h severity=warning",
    );
}

pub(super) fn what_is_between_breaks_both_counts(case: &mut Case) {
    let text = rules(
        PATIENT,
        "[r]\nwhen = 'last(m) > 9'\nrecover = 'last(m) < 5'\nbreaches = 2\ngood = 2",
    );
    expect(
        case,
        &text,
        "1 h m 10
        2 h m 7
        3 h m 10
        4 h m 10
        5 h m 7
        6 h m 4
        7 h m 7
        8 h m 4
        9 h m 4",
        "1 h r ok -> breaching 1/2 value 10
        2 h r breaching -> ok value 7
        3 h r ok -> breaching 1/2 value 10
        4 h r breaching -> firing 2/2 value 10
        4 notify firing r h severity=warning
        6 h r firing -> recovering 1/2 value 4
        7 h r recovering -> firing value 7
        8 h r firing -> recovering 1/2 value 4
        9 h r recovering -> ok 2/2 value 4
        9 notify recovered r h severity=warning",
    );
}

/// A mistake of the original course: an alarm that was kept by the rule's name only.
pub(super) fn each_host_has_an_alarm_of_its_own(case: &mut Case) {
    let text = rules(PATIENT, "[r]\nwhen = 'last(m) > 4'\nbreaches = 2");
    expect(
        case,
        &text,
        "1 web1 m 5
        2 web2 m 5
        3 web3 m 1
        4 web1 m 5
        5 web2 m 1
        6 web3 m 1",
        "1 web1 r ok -> breaching 1/2 value 5
        2 web2 r ok -> breaching 1/2 value 5
        4 web1 r breaching -> firing 2/2 value 5
        4 notify firing r web1 severity=warning
        5 web2 r breaching -> ok value 1",
    );
}

pub(super) fn each_series_has_an_alarm_of_its_own(case: &mut Case) {
    let text = rules(PATIENT, "[r]\nwhen = 'sum(m, 2) > 4'");
    expect(
        case,
        &text,
        "1 h m{disk=\"a\"} 3
        2 h m{disk=\"b\"} 3
        3 h m 3
        4 h m{disk=\"a\",x=\"1\"} 3
        5 h m{x=\"1\",disk=\"a\"} 3",
        "5 h r{disk=\"a\",x=\"1\"} ok -> firing 1/1 value 3
        5 notify firing r h{disk=\"a\",x=\"1\"} severity=warning",
    );
}

pub(super) fn hosts_are_chosen_by_patterns(case: &mut Case) {
    let hosts = [
        "web1", "web22", "db1", "xweb1", "a-b", "ab", "aba", "ababa", "abaaba", "Web1",
    ];
    for (patterns, expected) in [
        ("", "web1 web22 db1 xweb1 a-b ab aba ababa abaaba Web1"),
        ("'web*'", "web1 web22"),
        ("'web*', 'db1'", "web1 web22 db1"),
        ("'web*', '!web1'", "web22"),
        ("'!web*'", "db1 xweb1 a-b ab aba ababa abaaba Web1"),
        ("'!web*', '!*a*'", "db1 xweb1 Web1"),
        ("'*1'", "web1 db1 xweb1 Web1"),
        ("'*e*1'", "web1 xweb1 Web1"),
        ("'aba*aba'", "abaaba"),
        ("'a*b'", "a-b ab"),
        ("'a*b*b'", ""),
        ("'a*b*b*a'", "ababa abaaba"),
        ("'web.'", ""),
        ("'**'", "web1 web22 db1 xweb1 a-b ab aba ababa abaaba Web1"),
    ] {
        let text = rules(
            PATIENT,
            &format!("[r]\nwhen = 'last(m) > 0'\nhosts = [{patterns}]"),
        );
        let lines: String = hosts.iter().map(|host| format!("1 {host} m 1\n")).collect();
        let ended = judge(case, &text, &lines);
        let fired: Vec<_> = ended
            .stdout_text()
            .lines()
            .filter_map(|line| {
                line.strip_prefix("1 notify firing r ")?
                    .split(' ')
                    .next()
                    .map(str::to_owned)
            })
            .collect();
        let what = format!("the hosts of the patterns [{patterns}]");
        case.expect_same(
            &ended,
            &what,
            &format!("{expected}\n"),
            &format!("{}\n", fired.join(" ")),
        );
    }
}

pub(super) fn labels_are_chosen_by_patterns(case: &mut Case) {
    let text = rules(
        PATIENT,
        r#"[one]
        when = 'last(m{a="x*",b="!y"}) > 0'
        [none]
        when = 'last(m{c=""}) > 0'"#,
    );
    expect(
        case,
        &text,
        r#"1 h m{a="x1",b="z"} 1
        1 h m{a="x1",b="y"} 1
        1 h m{a="x1",c="c"} 1
        1 h m{b="z",c="c"} 1
        1 h n{a="x1"} 1"#,
        r#"1 h one{a="x1",b="z"} ok -> firing 1/1 value 1
        1 notify firing one h{a="x1",b="z"} severity=warning
        1 h none{a="x1",b="z"} ok -> firing 1/1 value 1
        1 notify firing none h{a="x1",b="z"} severity=warning
        1 h none{a="x1",b="y"} ok -> firing 1/1 value 1
        1 notify firing none h{a="x1",b="y"} severity=warning
        1 h one{a="x1",c="c"} ok -> firing 1/1 value 1
        1 notify firing one h{a="x1",c="c"} severity=warning"#,
    );
}

/// The clock of the machine is not asked: a trace of the year 1970 and one of 2255 are judged alike, and as fast as they can be read.
pub(super) fn time_is_that_of_the_trace(case: &mut Case) {
    let text = rules(
        "interval = '36500d'\n",
        "[r]\nwhen = 'sum(m, 1d) > 4'\n[gone]\nwhen = 'absent(m, 2d)'\nrepeat = 'never'",
    );
    expect(
        case,
        &text,
        "0 h m 3
        86399.999 h m 3
        172799.998 h m 3
        8999999999.5 h m 3",
        "300 h r ok -> absent
        86399.999 h r absent -> firing 1/1 value 3
        86399.999 notify firing r h severity=warning
        86699.999 h r firing -> absent
        86699.999 notify gone r h severity=warning
        172799.998 h r absent -> firing 1/1 value 3
        172799.998 notify firing r h severity=warning
        173099.998 h r firing -> absent
        173099.998 notify gone r h severity=warning
        345599.998 h gone ok -> firing 1/1
        345599.998 notify firing gone h severity=warning
        8999999999.5 h r absent -> ok value 3
        8999999999.5 h gone firing -> ok 1/1 value 3
        8999999999.5 notify recovered gone h severity=warning",
    );
}

pub(super) fn lines_that_are_wrong_are_named_and_the_rest_is_judged(case: &mut Case) {
    let text = rules(PATIENT, "[r]\nwhen = 'last(m) > 4'");
    let ended = judge(
        case,
        &text,
        "5 h m 1
        6 ../h m 9
        x h m 9
        6 h m NaN
        6 h m inf
        4 h m 9
        6 @reboot h
        7 h m 5",
    );
    case.expect_stdout(
        &ended,
        "7 h r ok -> firing 1/1 value 5\n7 notify firing r h severity=warning\n",
    );
    case.expect_status(&ended, 1);
    for line in 2..=7 {
        case.expect_stderr_names(&ended, &format!("alarm: standard input, line {line}: "));
    }
}
