use support::{Case, Ended};

use crate::world::{PATIENT, rules, trace};

fn why(case: &mut Case, text: &str, lines: &str, args: &[&str]) -> Ended {
    case.file("rules.toml", text);
    case.file("trace", trace(lines));
    let ended = case
        .program("alarm")
        .args(["why", "rules.toml", "trace"])
        .args(args)
        .run();
    case.expect_status(&ended, 0);
    ended
}

pub(super) fn an_alarm_that_fires_is_explained(case: &mut Case) {
    let text = rules(
        PATIENT,
        r#"[busy]
        when = 'avg(cpu.busy{cpu="*"}, 3) > 0.9 and last(cpu.busy{cpu="*"}) > 0.5'
        recover = 'max(cpu.busy{cpu="*"}, 20s) < 0.7'
        breaches = 2
        [other]
        when = 'last(cpu.busy) > 0'"#,
    );
    let ended = why(
        case,
        &text,
        r#"10 web1 cpu.busy{cpu="0"} 0.95
        10 web2 cpu.busy{cpu="0"} 1
        20 web1 cpu.busy{cpu="0"} 1
        20 web1 cpu.busy{cpu="1"} 0.25
        30 web1 cpu.busy{cpu="0"} 0.99
        40 web1 cpu.busy{cpu="0"} 1
        50 web1 cpu.busy{cpu="0"} 0.75"#,
        &["--host", "web1", "--rule", "busy"],
    );
    case.snapshot(&ended);
}

pub(super) fn an_alarm_that_counts_is_explained(case: &mut Case) {
    let text = rules(PATIENT, "[r]\nwhen = 'last(m) > 4'\nbreaches = 3\ngood = 3");
    let lines = "1 a m 5
        2 a m 5
        3 a m 5
        4 a m 1
        5 a m 1
        6 @ack r a anna";
    let ended = why(case, &text, lines, &["--host", "a", "--rule", "r", "--at", "2"]);
    case.snapshot(&ended);
    let ended = why(case, &text, lines, &["--host", "a", "--rule", "r", "--at", "5"]);
    case.snapshot(&ended);
    let ended = why(case, &text, lines, &["--host", "a", "--rule", "r"]);
    case.snapshot(&ended);
}

pub(super) fn each_silence_is_explained(case: &mut Case) {
    let text = rules(
        "interval = '1d'\nat_most = 3\n",
        "[net]
        when = 'last(n) > 4'
        [r]
        when = 'last(m) > 4'
        repeat = '10s'
        depends_on = ['net']
        flaps = 3
        flap_span = '1m'",
    );
    let ended = why(
        case,
        &text,
        "1 @silence s until=8 by=me rule=r why=a new disk
        2 a m 5
        9 a n 5
        19 a m 5
        20 a n 1
        21 b n 5
        31 a m 5
        35 @ack r a anna
        45 a m 1
        46 a m 5
        47 a m 1
        48 a m 5
        49 a m 1
        50 a m 5
        65 a m 5",
        &["--host", "a", "--rule", "r"],
    );
    case.snapshot(&ended);
    let ended = why(
        case,
        &text,
        "1 @silence s until=8 by=me rule=r why=a new disk
        2 a m 5",
        &["--host", "a", "--rule", "r"],
    );
    case.snapshot(&ended);
}

pub(super) fn what_is_absent_is_explained(case: &mut Case) {
    let text = rules(
        PATIENT,
        "[gone]\nwhen = 'absent(m, 30s)'\n[r]\nwhen = 'diff(m, 10s) > 4'\nstale = '20s'",
    );
    let lines = "1 a m 5\n5 a m 6\n40 @tick";
    let ended = why(case, &text, lines, &["--host", "a", "--rule", "gone"]);
    case.snapshot(&ended);
    let ended = why(case, &text, lines, &["--host", "a", "--rule", "r"]);
    case.snapshot(&ended);
}

pub(super) fn a_host_that_is_down_is_explained(case: &mut Case) {
    let text = rules("interval = '10s'\n", "");
    let ended = why(
        case,
        &text,
        "1 a m 5\n11 a m 6\n60 b m 1",
        &["--host", "a", "--rule", "host-down"],
    );
    case.snapshot(&ended);
}

pub(super) fn what_was_at_a_time_is_explained(case: &mut Case) {
    let text = rules(
        PATIENT,
        "[r]\nwhen = 'sum(m, 10s) > 4'\n[gone]\nwhen = 'absent(m, 30s)'",
    );
    let lines = "1 a m 5\n5 a m 6\n40 a m 7\n50 a m 1";
    let said = |case: &mut Case, rule: &str, at: &str| {
        let ended = why(case, &text, lines, &["--host", "a", "--rule", rule, "--at", at]);
        let second = ended.stdout_text().lines().nth(1).map(str::to_owned);
        (ended, second.unwrap_or_default())
    };
    for (rule, at, expected) in [
        ("gone", "34.999", "a gone: ok"),
        ("gone", "35", "a gone: firing since 35, told"),
        ("gone", "39.5", "a gone: firing since 35, told"),
        ("gone", "40", "a gone: ok"),
        ("r", "49", "a r: firing since 1, told"),
        ("r", "50", "a r: ok"),
    ] {
        let (ended, second) = said(case, rule, at);
        case.expect_same(
            &ended,
            &format!("the second line, of {rule} at {at}"),
            expected,
            &second,
        );
    }
}

pub(super) fn what_was_never_seen_is_said(case: &mut Case) {
    let text = rules(PATIENT, "[r]\nwhen = 'last(m) > 4'\nhosts = ['web*']");
    let ended = why(case, &text, "1 a m 5\n", &["--host", "a", "--rule", "r"]);
    case.snapshot(&ended);
    let ended = case
        .program("alarm")
        .args(["why", "rules.toml", "trace", "--host", "a", "--rule", "s"])
        .run();
    case.expect_status(&ended, 1);
    case.expect_stderr_names(&ended, "there is no rule s");
}

pub(super) fn rules_are_replayed_over_what_has_been(case: &mut Case) {
    let text = rules(
        "interval = '100s'\n",
        "[often]
        when = 'last(m) > 4'
        good = 2
        at_most = 1
        [never]
        when = 'last(m) > 99'
        [gone]
        when = 'absent(m, 40s)'",
    );
    case.file("rules.toml", text);
    case.file(
        "trace",
        trace(
            "0 web2 m 5
            10 web1 m 5
            11.5 web1 m 1
            20 web1 m 1
            21 web2 m 1
            22 web2 m 1
            30 web1 m{x=\"1\"} 6
            40 web1 m 5
            41 web1 m 1
            42 web1 m 5
            45 web1 m 1
            50 web1 m 1
            122.5 @tick",
        ),
    );
    let ended = case
        .program("alarm")
        .args(["replay", "rules.toml", "trace"])
        .run();
    case.snapshot(&ended);
}

pub(super) fn the_longest_need_not_be_the_last(case: &mut Case) {
    case.file("rules.toml", rules(PATIENT, "[r]\nwhen = 'last(m) > 4'"));
    case.file("trace", trace("0 a m 5\n10 a m 1\n20 a m 5\n23 a m 1"));
    let ended = case
        .program("alarm")
        .args(["replay", "rules.toml", "trace"])
        .run();
    case.expect(
        &ended,
        ended.stdout_text().contains("\nr\t2\ta\t13\t10\t4\t0\n"),
        "fired twice on a, for 13 s together, the longest 10 s",
        ended.stdout_text(),
    );
}

pub(super) fn what_still_fires_counts_until_the_end(case: &mut Case) {
    let text = rules("interval = '10s'\n", "[r]\nwhen = 'last(m) > 4'");
    case.file("rules.toml", text);
    case.file(
        "trace",
        trace("0 a m 5\n1 b m 5\n5 a m 5\n10 b m 1\n20 a n 1\n20 @retire a\n45 @tick"),
    );
    let ended = case
        .program("alarm")
        .args(["replay", "rules.toml", "trace"])
        .run();
    case.expect_stdout(
        &ended,
        "RULE\tFIRED\tHOSTS\tTOGETHER\tLONGEST\tNOTIFIED\tWITHHELD\n\
         r\t2\ta,b\t54\t45\t3\t0\n\
         host-down\t1\tb\t5\t5\t1\t0\n",
    );
}
