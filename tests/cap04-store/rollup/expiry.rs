//! What is old is deleted.

use support::Case;

use crate::db::{
    T0, WINDOW, compact, counter, expect, expect_put, expect_samples, expect_sql, gauge, line, now, of,
    put_all, sql, store,
};
use crate::query::{expect_points, steps};

/// Deletes what is older than these at a time behind [`T0`], and expects how much that is.
fn expire(case: &mut Case, after: i64, raw: &str, minutes: &str, hours: &str, expected: &str) {
    let now = (T0 + after).to_string();
    let ended = store(
        case,
        &[
            "expire",
            "fleet.db",
            "--now",
            &now,
            "--raw",
            raw,
            "--minutes",
            minutes,
            "--hours",
            hours,
        ],
    );
    case.expect_stdout(&ended, expected.to_owned() + " deleted\n");
    case.expect_status(&ended, 0);
}

pub(super) fn a_window_is_deleted_whole(case: &mut Case) {
    put_all(
        case,
        &gauge(&[(-1, 0.0), (0, 1.0), (WINDOW - 1, 2.0), (WINDOW, 3.0)]),
    );
    compact(case);
    // Older than two hours at that moment is all before T0 + 1: but a window is deleted whole, and not before all of it is.
    expire(
        case,
        WINDOW + 1,
        "2h",
        "90d",
        "730d",
        "1 chunks, 0 windows of minutes, 0 hours and 0 series",
    );
    expect_samples(case, "load.1m", &[(0, 1.0), (WINDOW - 1, 2.0), (WINDOW, 3.0)]);
    expire(
        case,
        2 * WINDOW - 1,
        "2h",
        "90d",
        "730d",
        "0 chunks, 0 windows of minutes, 0 hours and 0 series",
    );
    expire(
        case,
        2 * WINDOW,
        "2h",
        "90d",
        "730d",
        "1 chunks, 0 windows of minutes, 0 hours and 0 series",
    );
    expect_samples(case, "load.1m", &[(WINDOW, 3.0)]);
}

pub(super) fn what_is_recent_and_old_is_summed_up_before_it_is_deleted(case: &mut Case) {
    put_all(
        case,
        &(gauge(&[(0, 1.0), (10_000, 5.0)]) + &of("b", "counter", &[(0, 1.0), (10_000, 11.0)])),
    );
    expect_sql(case, "SELECT count(*) FROM chunk", "0\n");
    expire(
        case,
        30 * WINDOW,
        "1h",
        "90d",
        "730d",
        "2 chunks, 0 windows of minutes, 0 hours and 0 series",
    );
    expect(case, &["get", "fleet.db", "web1", "load.1m"], "");
    expect_sql(case, "SELECT count(*) FROM recent", "0\n");
    for step in ["1s", "1m", "1h"] {
        let ended = steps(case, "range", "load.1m", step, None);
        expect_points(case, &ended, &[(0, "1 5 3 2")]);
    }
    let ended = steps(case, "rate", "b", "1m", None);
    expect_points(case, &ended, &[(0, "1 1 1 1")]);
}

pub(super) fn a_sample_that_is_older_than_what_is_kept_is_refused(case: &mut Case) {
    put_all(case, &gauge(&[(0, 1.0), (WINDOW, 3.0)]));
    compact(case);
    expire(
        case,
        2 * WINDOW,
        "2h",
        "90d",
        "730d",
        "1 chunks, 0 windows of minutes, 0 hours and 0 series",
    );
    // The same sample again would be counted twice in its hour.
    expect_put(
        case,
        &gauge(&[(0, 1.0), (WINDOW - 1, 2.0), (WINDOW + 1, 4.0)]),
        "1 stored, 0 repeated, 2 refused\n",
    );
    let ended = steps(case, "range", "load.1m", "2h", None);
    expect_points(case, &ended, &[(0, "1 1 1 1"), (WINDOW, "3 4 3.5 2")]);
    // A clock that went back brings nothing back.
    expire(
        case,
        0,
        "2h",
        "90d",
        "730d",
        "0 chunks, 0 windows of minutes, 0 hours and 0 series",
    );
    expect_put(case, &gauge(&[(0, 1.0)]), "0 stored, 0 repeated, 1 refused\n");
}

pub(super) fn each_resolution_is_kept_for_its_own_time(case: &mut Case) {
    let samples: Vec<(i64, f64)> = (0..6).map(|n| (n * WINDOW + 60_000, n as f64)).collect();
    put_all(case, &gauge(&samples));
    compact(case);
    expire(
        case,
        6 * WINDOW,
        "4h",
        "8h",
        "10h",
        "4 chunks, 2 windows of minutes, 1 hours and 0 series",
    );
    let ended = steps(case, "range", "load.1m", "1m", None);
    // An hour, two windows of minutes, and two of samples; hours lie where they begin.
    expect_points(
        case,
        &ended,
        &[
            (WINDOW, "1 1 1 1"),
            (2 * WINDOW + 60_000, "2 2 2 1"),
            (3 * WINDOW + 60_000, "3 3 3 1"),
            (4 * WINDOW + 60_000, "4 4 4 1"),
            (5 * WINDOW + 60_000, "5 5 5 1"),
        ],
    );
    let ended = steps(case, "range", "load.1m", "1h", None);
    let all: Vec<(i64, String)> = (1..6).map(|n| (n * WINDOW, format!("{n} {n} {n} 1"))).collect();
    let all: Vec<(i64, &str)> = all.iter().map(|(after, rest)| (*after, rest.as_str())).collect();
    expect_points(case, &ended, &all);
}

pub(super) fn series_of_which_nothing_is_left_are_deleted(case: &mut Case) {
    put_all(
        case,
        &(of("old", "gauge", &[(0, 1.0)])
            + &of("new", "gauge", &[(9 * WINDOW, 1.0)])
            + &line("web2", "old", "gauge", T0, 1.0)),
    );
    compact(case);
    // What is recent of the host keeps its series.
    expire(
        case,
        10 * WINDOW,
        "4h",
        "4h",
        "4h",
        "2 chunks, 2 windows of minutes, 2 hours and 2 series",
    );
    expect(case, &["series", "fleet.db"], "web1\tnew\tgauge\tcount\n");
    expect_sql(case, "SELECT name FROM host ORDER BY name", "web1\nweb2\n");
    // A series that has nothing but recent samples stays.
    put_all(case, &of("fresh", "gauge", &[(9 * WINDOW + 1, 3.0)]));
    expire(
        case,
        10 * WINDOW,
        "4h",
        "4h",
        "4h",
        "0 chunks, 0 windows of minutes, 0 hours and 0 series",
    );
    expect_samples(case, "fresh", &[(9 * WINDOW + 1, 3.0)]);
    // A series that comes again is another one.
    let now = (T0 + 10 * WINDOW).to_string();
    let ended = case
        .program("store")
        .args(["put", &crate::db::database(), "--now", &now])
        .stdin(of("old", "gauge", &[(9 * WINDOW, 2.0)]))
        .run();
    case.expect_stdout(&ended, "1 stored, 0 repeated, 0 refused\n");
    expect_samples(case, "old", &[(9 * WINDOW, 2.0)]);
}

pub(super) fn the_file_gets_smaller(case: &mut Case) {
    let noise = |n: i64| ((n * 7_919_993) % 100_003) as f64 / 7.0;
    let samples: Vec<(i64, f64)> = (0..20_000).map(|n| (n * 2_000, noise(n))).collect();
    let mut lines = String::new();
    for part in samples.chunks(2_000) {
        for name in ["a", "b", "c"] {
            lines += &of(name, "gauge", part);
        }
        lines += "\n";
    }
    put_all(case, &lines);
    compact(case);
    let file = case.dir().join("fleet.db");
    let before = std::fs::metadata(&file)
        .map(|meta| meta.len())
        .unwrap_or_default();
    let now = (T0 + 40 * WINDOW).to_string();
    let ended = store(
        case,
        &[
            "expire",
            "fleet.db",
            "--now",
            &now,
            "--raw",
            "1h",
            "--minutes",
            "1h",
        ],
    );
    case.expect_status(&ended, 0);
    let after = std::fs::metadata(&file)
        .map(|meta| meta.len())
        .unwrap_or(u64::MAX);
    case.expect(
        &ended,
        after * 4 < before,
        &format!("a quarter of the {before} bytes that it had"),
        after,
    );
}

pub(super) fn hosts_report_on_while_something_is_deleted(case: &mut Case) {
    let mut lines = String::new();
    for n in 0..400 {
        lines += &of(
            &format!("n{n}"),
            "gauge",
            &[(0, 1.0), (WINDOW, 2.0), (2 * WINDOW, 2.0)],
        );
    }
    put_all(case, &lines);
    compact(case);
    let batches: String = (0..60)
        .map(|n| gauge(&[(5 * WINDOW + n, n as f64)]) + "\n")
        .collect();
    let running = case
        .program("store")
        .args(["put", &crate::db::database(), "--now", &now()])
        .stdin(batches)
        .spawn();
    expire(
        case,
        5 * WINDOW,
        "1h",
        "90d",
        "730d",
        "1200 chunks, 0 windows of minutes, 0 hours and 0 series",
    );
    let ended = running.wait();
    case.expect_stdout(&ended, "1 stored, 0 repeated, 0 refused\n".repeat(60));
    let expected: Vec<(i64, f64)> = (0..60).map(|n| (5 * WINDOW + n, n as f64)).collect();
    expect_samples(case, "load.1m", &expected);
}

pub(super) fn growth_to_a_recent_sample_outlives_what_it_grew_from(case: &mut Case) {
    put_all(case, &counter(&[(0, 0.0), (10_000, 100.0)]));
    compact(case);
    put_all(
        case,
        &counter(&[(3 * WINDOW, 2259.0), (3 * WINDOW + 10_000, 2260.0)]),
    );
    expect_sql(case, "SELECT count(*) FROM recent", "1\n");
    let grown = [
        (0, "10 10 10 1"),
        (3 * WINDOW, "0.10000000149011612 0.10000000149011612 0.1 2"),
    ];
    for after_expiry in [false, true] {
        if after_expiry {
            expire(
                case,
                5 * WINDOW,
                "4h",
                "90d",
                "730d",
                "1 chunks, 0 windows of minutes, 0 hours and 0 series",
            );
        }
        for step in ["1m", "1h"] {
            let ended = steps(case, "rate", "disk.reads", step, None);
            expect_points(case, &ended, &grown);
        }
    }
}

pub(super) fn what_another_program_puts_meanwhile_is_kept(case: &mut Case) {
    // A sample that comes from elsewhere just when what is recent has been packed: a trigger does it.
    put_all(case, &gauge(&[(20_000, 5.0)]));
    sql(
        case,
        "CREATE TABLE elsewhere AS SELECT * FROM recent; DELETE FROM recent",
    );
    put_all(case, &gauge(&[(0, 1.0), (10_000, 3.0)]));
    sql(
        case,
        "CREATE TRIGGER meanwhile AFTER DELETE ON recent BEGIN INSERT INTO recent SELECT * FROM elsewhere; DELETE FROM elsewhere; END",
    );
    let now = 5 * WINDOW;
    expire(
        case,
        now,
        "2h",
        "90d",
        "730d",
        "0 chunks, 0 windows of minutes, 0 hours and 0 series",
    );
    expect_samples(case, "load.1m", &[(0, 1.0), (10_000, 3.0), (20_000, 5.0)]);
    expire(
        case,
        now,
        "2h",
        "90d",
        "730d",
        "1 chunks, 0 windows of minutes, 0 hours and 0 series",
    );
    let ended = steps(case, "range", "load.1m", "1h", None);
    expect_points(case, &ended, &[(0, "1 5 3 3")]);
}

pub(super) fn what_is_coarser_is_kept_as_long(case: &mut Case) {
    put_all(case, &gauge(&[(0, 1.0)]));
    compact(case);
    for wrong in [
        ["--raw", "2d", "--minutes", "1d", "--hours", "3d"],
        ["--raw", "1d", "--minutes", "3d", "--hours", "2d"],
    ] {
        let ended = store(case, &[["expire", "fleet.db"].as_slice(), &wrong].concat());
        case.expect_status(&ended, 2);
        case.expect_stderr_names(&ended, if wrong[5] == "3d" { "--minutes" } else { "--hours" });
    }
    let ended = store(case, &["expire", "fleet.db", "--minutes", "14d"]);
    case.expect_status(&ended, 2);
    // What is not said gives way.
    let now = (T0 + 800 * 12 * WINDOW).to_string();
    for kept in ["--raw", "--minutes"] {
        let ended = store(case, &["expire", "fleet.db", "--now", &now, kept, "900d"]);
        case.expect_status(&ended, 0);
        expect_sql(case, "SELECT count(*) FROM hour", "1\n");
    }
}

pub(super) fn growth_from_what_is_deleted_outlives_a_late_sample(case: &mut Case) {
    put_all(
        case,
        &counter(&[
            (0, 100.0),
            (10_000, 200.0),
            (WINDOW + 10_000, 260.0),
            (WINDOW + 20_000, 300.0),
        ]),
    );
    compact(case);
    expire(
        case,
        2 * WINDOW,
        "2h",
        "90d",
        "730d",
        "1 chunks, 0 windows of minutes, 0 hours and 0 series",
    );
    let hour = "SELECT sum, count, weight FROM hour WHERE from_ms = 1800007200000";
    expect_sql(case, hour, "100.0|2|7210000.0\n");
    // The window is packed once more, and once again; what was before it is deleted: 60 of growth were from there.
    for (late, expected) in [
        ((WINDOW + 15_000, 280.0), "100.0|3|7210000.0\n"),
        ((WINDOW + 5_000, 210.0), "100.0|4|7210000.0\n"),
        ((WINDOW + 1_000, 205.0), "100.0|5|7210000.0\n"),
    ] {
        let ended = case
            .program("store")
            .args([
                "put",
                &crate::db::database(),
                "--now",
                &(T0 + 2 * WINDOW).to_string(),
            ])
            .stdin(counter(&[late]))
            .run();
        case.expect_stdout(&ended, "1 stored, 0 repeated, 0 refused\n");
        compact(case);
        expect_sql(case, hour, expected);
    }
}
