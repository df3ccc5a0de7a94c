//! Stage 3: a part of the log.

use support::{Case, Exchange, Stage, stage};

use crate::log::{DAY, at, get, json, line, spoiled};
use crate::synthetic;

pub(crate) const STAGE: Stage = stage!("filter":
    from_is_the_first_second_that_counts_and_to_the_first_that_does_not,
    times_are_compared_across_zones,
    a_time_may_be_written_in_many_ways,
    a_status_is_three_digits,
    a_class_is_a_hundred_statuses,
    the_path_is_searched_as_the_log_writes_it,
    a_request_without_a_path_matches_no_pattern,
    all_conditions_must_hold,
    lines_and_malformed_ones_are_counted_whatever_the_filter,
    nothing_left_is_a_report_of_zeros,
    arguments_that_mean_nothing_are_wrong_usage;
    seeded: filtered_reports_are_as_the_reference_says
);

fn report(case: &mut Case, args: &[&str]) -> support::Ended {
    let args: Vec<&str> = ["report", "--threads", "1", "--json", "access.log"]
        .iter()
        .chain(args)
        .copied()
        .collect();
    case.program("loganalysis").args(args).run()
}

fn expect_requests(case: &mut Case, args: &[&str], expected: u64) {
    let ended = report(case, args);
    let seen = json(&ended)["requests"].clone();
    case.expect(
        &ended,
        seen == expected,
        &format!("\"requests\" is {expected}"),
        format!("\"requests\" is {seen}"),
    );
}

fn from_is_the_first_second_that_counts_and_to_the_first_that_does_not(case: &mut Case) {
    case.file(
        "access.log",
        (0..100).map(|second| at(DAY + second, "/")).collect::<String>(),
    );
    expect_requests(case, &["--from", "2026-11-23T00:00:10Z"], 90);
    expect_requests(case, &["--to", "2026-11-23T00:00:10Z"], 10);
    expect_requests(
        case,
        &["--from", "2026-11-23T00:00:10Z", "--to", "2026-11-23T00:01:10Z"],
        60,
    );
    expect_requests(
        case,
        &["--from", "2026-11-23T00:00:10Z", "--to", "2026-11-23T00:00:10Z"],
        0,
    );
}

fn times_are_compared_across_zones(case: &mut Case) {
    let times = [
        "24/Nov/2026:00:30:00 +0530",
        "23/Nov/2026:18:30:00 +0000",
        "23/Nov/2026:16:00:00 -0330",
        "23/Nov/2026:19:30:00 +0000",
    ];
    case.file(
        "access.log",
        times.map(|time| line("::1", time, "/", 200, 1)).concat(),
    );
    expect_requests(case, &["--from", "2026-11-23T19:00:00Z"], 3);
    expect_requests(
        case,
        &["--from", "2026-11-23T19:00:00Z", "--to", "2026-11-23T19:30:00Z"],
        1,
    );
    expect_requests(case, &["--to", "2026-11-24T00:30:00+05:30"], 1);
    expect_requests(case, &["--to", "23/Nov/2026:15:30:01 -0330"], 2);
}

fn a_time_may_be_written_in_many_ways(case: &mut Case) {
    case.file(
        "access.log",
        (-5..5).map(|hour| at(DAY + hour * 3600, "/")).collect::<String>(),
    );
    for time in [
        "2026-11-23",
        "2026-11-23T00:00",
        "2026-11-23T00:00Z",
        "2026-11-23T00:00:00",
        "2026-11-23 00:00:00",
        "2026-11-23T00:00:00Z",
        "2026-11-23T05:30+05:30",
        "2026-11-23T05:30:00+0530",
        "2026-11-22T20:30:00-03:30",
        "2026-11-22T00:01:00-23:59",
        "23/Nov/2026:00:00:00 +0000",
        "22/Nov/2026:20:30:00 -0330",
    ] {
        expect_requests(case, &["--from", time], 5);
    }
}

fn statuses(case: &mut Case, statuses: &[u16]) {
    let log: String = statuses
        .iter()
        .map(|status| {
            format!("::1 - - [23/Nov/2026:20:47:48 +0000] \"GET / HTTP/1.1\" {status:03} 1 \"-\" \"x\"\n")
        })
        .collect();
    case.file("access.log", log);
}

fn a_status_is_three_digits(case: &mut Case) {
    statuses(case, &[200, 404, 40, 404, 4, 400, 499, 4]);
    expect_requests(case, &["--status", "404"], 2);
    expect_requests(case, &["--status", "040"], 1);
    expect_requests(case, &["--status=004"], 2);
    expect_requests(case, &["--status", "403"], 0);
}

fn a_class_is_a_hundred_statuses(case: &mut Case) {
    statuses(case, &[399, 400, 404, 499, 500, 40, 4, 49, 0, 99, 599, 999]);
    for (class, expected) in [
        ("4xx", 3),
        ("5xx", 2),
        ("3xx", 1),
        ("2xx", 0),
        ("0xx", 5),
        ("9xx", 1),
    ] {
        expect_requests(case, &["--status", class], expected);
    }
}

fn the_path_is_searched_as_the_log_writes_it(case: &mut Case) {
    let targets = [
        "/",
        "/a.css",
        "/a.css?v=1",
        "/acss",
        "/b/a.css",
        r"/caf\xC3\xA9",
        "/caf%C3%A9",
        "/A.CSS",
        "/a b",
    ];
    case.file("access.log", targets.map(|target| at(DAY, target)).concat());
    for (pattern, expected) in [
        ("", 9),
        ("css", 4),
        (r"\.css$", 2),
        (r"^/a\.css", 2),
        (r"\.css(\?|$)", 3),
        (r"(?i)\.css$", 3),
        (r"\\xC3", 1),
        ("%C3", 1),
        (" ", 1),
        ("GET", 0),
        ("HTTP", 0),
        ("é", 0),
    ] {
        expect_requests(case, &["--path", pattern], expected);
    }
}

fn a_request_without_a_path_matches_no_pattern(case: &mut Case) {
    case.fixture("access.log");
    let all = report(case, &[]);
    let all = json(&all);
    let expected = all["requests"].as_u64().unwrap_or(0) - all["pathless"].as_u64().unwrap_or(0);
    expect_requests(case, &["--path", "^"], expected);
}

fn all_conditions_must_hold(case: &mut Case) {
    case.fixture("access.log");
    for args in [
        &["--status", "4xx", "--path", "^/(item|search)", "--top", "1"][..],
        &[
            "--status",
            "200",
            "--from",
            "2026-11-23T20:47:48Z",
            "--to",
            "2026-11-23T20:47:51Z",
            "--path",
            "^/$",
        ],
    ] {
        let args: Vec<&str> = ["report", "--threads", "1", "access.log"]
            .iter()
            .chain(args)
            .copied()
            .collect();
        let ended = case.program("loganalysis").args(args).run();
        case.snapshot(&ended);
    }
}

fn lines_and_malformed_ones_are_counted_whatever_the_filter(case: &mut Case) {
    case.file(
        "access.log",
        get("/before") + "no record\n" + &get("/after") + "nor this\n" + &get("/after"),
    );
    let ended = report(case, &["--path", "after"]);
    case.snapshot(&ended);
}

fn nothing_left_is_a_report_of_zeros(case: &mut Case) {
    case.fixture("access.log");
    let ended = report(case, &["--from", "2030-01-01"]);
    case.snapshot(&ended);
}

fn arguments_that_mean_nothing_are_wrong_usage(case: &mut Case) {
    case.file("access.log", "");
    for (option, value) in [
        ("--from", "yesterday"),
        ("--from", "2026-13-01"),
        ("--to", "2026-02-29"),
        ("--to", "2026-11-23T25:00"),
        ("--to", "2026-11-23T00:00:00X"),
        ("--to", "2026-11-23T00:00:00z"),
        ("--to", "2026-11-23t00:00:00Z"),
        ("--to", "2026-11-23Z"),
        ("--to", "2026-11-23+05:30"),
        ("--to", "2026-11-23T00Z"),
        ("--to", "2026-11-23T00:00:00+00:60"),
        ("--to", "2026-11-23T00:00:00+24:00"),
        ("--to", "2026-11-23T00:00:00+05"),
        ("--to", "23/Nov/2026:00:00:00 +0060"),
        ("--from", "2026-+1-23"),
        ("--from", "2026-11-+1"),
        ("--from", "+026-11-23"),
        ("--from", "2026-11-23T+1:00"),
        ("--from", "2026-11-23T00:+1:00"),
        ("--from", "2026-11-23T00:00:+1"),
        ("--from", "2026-11-23T00:00:00++1:00"),
        ("--from", "2026-11-23T"),
        ("--from", ""),
        ("--status", "40"),
        ("--status", "4x"),
        ("--status", "4XX"),
        ("--status", "4000"),
        ("--status", "+40"),
        ("--status", "x04"),
        ("--path", "("),
    ] {
        let ended = report(case, &[option, value]);
        case.expect_status(&ended, 2);
        case.expect_stderr_names(&ended, option);
        case.expect_stderr_names(&ended, value);
    }
}

fn filtered_reports_are_as_the_reference_says(case: &mut Case) {
    case.seeded(5, |rng| {
        let log = spoiled(rng, 500);
        let mut args = vec![
            "report".to_owned(),
            "--threads=1".to_owned(),
            "--top=0".to_owned(),
            "access.log".to_owned(),
            "--json".to_owned(),
        ];
        let mut option = |name: &str, value: String| args.extend([name.to_owned(), value]);
        if rng.bool() {
            option("--from", synthetic::time(DAY + rng.i64(0..20)));
        }
        if rng.bool() {
            option("--to", synthetic::time(DAY + rng.i64(0..20)));
        }
        if rng.bool() {
            option(
                "--status",
                (*rng.choice(&["2xx", "4xx", "404", "0xx", "304"]).unwrap_or(&"5xx")).to_owned(),
            );
        }
        if rng.bool() {
            option(
                "--path",
                (*rng.choice(&["^/static", r"\d$", "a.t", "[?]v=1"]).unwrap_or(&"")).to_owned(),
            );
        }
        Exchange::of("loganalysis").args(args).file("access.log", log)
    });
}
