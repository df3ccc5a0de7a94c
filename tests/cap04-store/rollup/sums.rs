//! Minutes and hours.

use support::Case;

use crate::db::{T0, WINDOW, compact, counter, expect_info, expect_sql, gauge, of, put_all, sql, store};
use crate::query::{expect_points, steps};

const HOUR: i64 = 3_600_000;

pub(super) fn hours_can_be_read_with_sqlite3(case: &mut Case) {
    let lines = gauge(&[(0, 1.0), (10_000, 4.0), (HOUR, 0.5), (WINDOW + 60_000, 8.0)])
        + &counter(&[(0, 100.0), (10_000, 200.0), (HOUR + 10_000, 200.0), (WINDOW, 7.0)]);
    put_all(case, &lines);
    expect_info(case, "hours           0");
    compact(case);
    let ended = sql(
        case,
        "SELECT host, metric, labels, hour, min, max, avg, count FROM hourly ORDER BY metric, hour",
    );
    case.snapshot(&ended);
    expect_sql(
        case,
        "SELECT series, from_ms, min, max, sum, count, weight FROM hour WHERE series = 1 ORDER BY from_ms",
        "1|1800000000000|1.0|4.0|5.0|2|2.0\n1|1800003600000|0.5|0.5|0.5|1|1.0\n1|1800007200000|8.0|8.0|8.0|1|1.0\n",
    );
    expect_info(case, "hours           6");
    let ended = store(case, &["info", "fleet.db"]);
    let text = ended.stdout_text();
    let minutes = text.lines().any(|line| line.starts_with("minutes         6, "));
    case.expect(&ended, minutes, "six minutes", text);
}

/// Times behind `T0`, and values.
type Samples = Vec<(i64, f64)>;

/// Samples of four hours, a bit irregular, with a counter that begins anew.
fn some_hours() -> (Samples, Samples) {
    let times = (0..1440)
        .filter(|n| n % 17 != 5 && !(400..500).contains(n))
        .map(|n| n * 10_000 + n % 3);
    let times: Vec<i64> = times.collect();
    let values = times
        .iter()
        .map(|after| (*after, ((after / 10_000) % 29) as f64 / 4.0))
        .collect();
    let growth = times
        .iter()
        .map(|after| (*after, ((after / 100) % 50_000) as f64))
        .collect();
    (values, growth)
}

pub(super) fn sums_say_the_same_as_samples(case: &mut Case) {
    let (values, growth) = some_hours();
    put_all(case, &(gauge(&values) + "\n" + &counter(&growth)));
    let questions = [
        ("range", "load.1m", "1h"),
        ("range", "load.1m", "2h"),
        ("range", "load.1m", "1m"),
        ("range", "load.1m", "7m"),
        ("rate", "disk.reads", "1h"),
        ("rate", "disk.reads", "5m"),
        ("rate", "disk.reads", "1m"),
        // Of these there are no sums.
        ("range", "disk.reads", "1h"),
        ("rate", "load.1m", "1h"),
    ];
    // Partly packed already, since hosts that report on are.
    let before: Vec<Vec<u8>> = questions
        .iter()
        .map(|(command, series, step)| steps(case, command, series, step, None).stdout)
        .collect();
    compact(case);
    for ((command, series, step), before) in questions.into_iter().zip(before) {
        let ended = steps(case, command, series, step, None);
        case.expect_stdout(&ended, before);
    }
    // They are what was asked: change them, and see.
    sql(
        case,
        "UPDATE hour SET max = 1000 WHERE from_ms = 1800003600000 AND series = 1",
    );
    let ended = steps(case, "range", "load.1m", "1h", Some((0, 2 * HOUR)));
    let text = ended.stdout_text();
    case.expect(
        &ended,
        text.contains("\t1000\t"),
        "the table `hour` to be read for steps of an hour",
        text,
    );
}

pub(super) fn a_late_sample_is_in_its_minute_and_its_hour(case: &mut Case) {
    put_all(
        case,
        &gauge(&[(0, 2.0), (10_000, 4.0), (HOUR, 1.0), (WINDOW, 3.0)]),
    );
    compact(case);
    put_all(case, &gauge(&[(20_000, 9.0), (5_000, -3.0)]));
    for packed in [false, true] {
        if packed {
            compact(case);
        }
        let ended = steps(case, "range", "load.1m", "1m", None);
        expect_points(
            case,
            &ended,
            &[(0, "-3 9 3 4"), (HOUR, "1 1 1 1"), (WINDOW, "3 3 3 1")],
        );
        let ended = steps(case, "range", "load.1m", "2h", None);
        expect_points(case, &ended, &[(0, "-3 9 2.6 5"), (WINDOW, "3 3 3 1")]);
    }
    expect_sql(
        case,
        "SELECT min, max, sum, count FROM hour ORDER BY from_ms",
        "-3.0|9.0|12.0|4\n1.0|1.0|1.0|1\n3.0|3.0|3.0|1\n",
    );
}

pub(super) fn a_late_sample_of_a_counter_changes_the_next_window(case: &mut Case) {
    let samples = [
        (0, 0.0),
        (10_000, 100.0),
        (3 * WINDOW, 300.0),
        (3 * WINDOW + 10_000, 310.0),
    ];
    put_all(case, &counter(&samples));
    compact(case);
    let hours = "SELECT from_ms - 1800000000000, sum, count, weight FROM hour ORDER BY from_ms";
    // The next window that has samples is not the one right behind.
    put_all(case, &counter(&[(20_000, 150.0)]));
    compact(case);
    expect_sql(case, hours, "0|150.0|2|20000.0\n21600000|160.0|2|21590000.0\n");
    put_all(case, &counter(&[(3 * WINDOW - 10_000, 200.0)]));
    compact(case);
    expect_sql(
        case,
        hours,
        "0|150.0|2|20000.0\n18000000|50.0|1|21570000.0\n21600000|110.0|2|20000.0\n",
    );
    let ended = steps(case, "rate", "disk.reads", "1h", Some((3 * WINDOW, 4 * WINDOW)));
    expect_points(case, &ended, &[(3 * WINDOW, "1 10 5.5 2")]);
}

pub(super) fn what_another_program_has_summed_up_is_read(case: &mut Case) {
    case.fixture("expired.db");
    let ended = store(case, &["range", "expired.db", "db1", "load.1m", "--step", "1h"]);
    case.snapshot(&ended);
}

pub(super) fn samples_that_are_recent_are_counted_too(case: &mut Case) {
    put_all(case, &gauge(&[(0, 1.0), (30_000, 3.0), (HOUR, 5.0)]));
    compact(case);
    put_all(case, &gauge(&[(40_000, 8.0), (HOUR + 1, 7.0), (WINDOW, 2.0)]));
    let ended = steps(case, "range", "load.1m", "1h", None);
    expect_points(
        case,
        &ended,
        &[(0, "1 8 4 3"), (HOUR, "5 7 6 2"), (WINDOW, "2 2 2 1")],
    );
    let ended = steps(case, "range", "load.1m", "1m", None);
    expect_points(
        case,
        &ended,
        &[(0, "1 8 4 3"), (HOUR, "5 7 6 2"), (WINDOW, "2 2 2 1")],
    );
}

pub(super) fn the_edges_of_a_range_are_read_from_samples(case: &mut Case) {
    let samples: Vec<(i64, f64)> = (0..720).map(|n| (n * 30_000, 1.0 + n as f64)).collect();
    put_all(case, &gauge(&samples));
    compact(case);
    let ended = steps(
        case,
        "range",
        "load.1m",
        "1h",
        Some((HOUR - 30_000, 2 * HOUR + 60_000)),
    );
    expect_points(
        case,
        &ended,
        &[
            (0, "120 120 120 1"),
            (HOUR, "121 240 180.5 120"),
            (2 * HOUR, "241 242 241.5 2"),
        ],
    );
    let ended = steps(case, "range", "load.1m", "1m", Some((30_000, 150_000)));
    expect_points(
        case,
        &ended,
        &[(0, "2 2 2 1"), (60_000, "3 4 3.5 2"), (120_000, "5 5 5 1")],
    );
}

pub(super) fn a_series_that_changes_its_kind_has_no_old_sums(case: &mut Case) {
    put_all(case, &of("a", "counter", &[(0, 1.0), (10_000, 2.0)]));
    compact(case);
    put_all(case, &of("a", "gauge", &[(20_000, 3.0)]));
    let ended = steps(case, "range", "a", "1h", None);
    expect_points(case, &ended, &[(0, "1 3 2 3")]);
    compact(case);
    let ended = steps(case, "range", "a", "1h", None);
    expect_points(case, &ended, &[(0, "1 3 2 3")]);
}

pub(super) fn a_series_that_changes_its_kind_is_summed_up_anew(case: &mut Case) {
    let samples: Vec<(i64, f64)> = (0..1000).map(|n| (n * 10_000, (n % 700) as f64)).collect();
    put_all(case, &of("a", "gauge", &samples));
    compact(case);
    put_all(case, &of("a", "counter", &[(10_000_000, 1000.0)]));
    // The second hour has 360 samples, and 359 growths of 1 and one of 0 by beginning anew.
    let rates = [
        (0, "0.10000000149011612 0.10000000149011612 0.1 359"),
        (HOUR, "0 0.10000000149011612 0.09972222222222223 360"),
        (
            2 * HOUR,
            "0.10000000149011612 70.0999984741211 0.3491103202846975 281",
        ),
    ];
    let values = [
        (0, "0 359 179.5 360"),
        (HOUR, "0 699 500.6111111111111 360"),
        (2 * HOUR, "20 1000 162.49110320284697 281"),
    ];
    for packed in [false, true] {
        if packed {
            compact(case);
        }
        for (command, expected) in [("rate", &rates), ("range", &values)] {
            let ended = steps(case, command, "a", "1h", None);
            expect_points(case, &ended, expected);
        }
    }
    expect_sql(case, "SELECT count(*) FROM hour", "3\n");
    // Minutes too are those of a counter; and a day later, a gauge again.
    let ended = steps(case, "rate", "a", "1m", Some((0, 60_000)));
    expect_points(
        case,
        &ended,
        &[(0, "0.10000000149011612 0.10000000149011612 0.1 5")],
    );
    put_all(case, &of("a", "gauge", &[(12 * HOUR, 1.0)]));
    let ended = steps(case, "range", "a", "1h", Some((0, 3 * HOUR)));
    expect_points(case, &ended, &values);
    expect_sql(case, "SELECT count(*) FROM hour WHERE count <> weight", "0\n");
}

pub(super) fn what_adds_up_to_no_number_is_packed(case: &mut Case) {
    put_all(
        case,
        &(of(
            "c",
            "counter",
            &[
                (0, 0.0),
                (1000, -1e308),
                (2000, -1.5e308),
                (3000, 1.7e308),
                (4000, 5.0),
            ],
        ) + &of(
            "g",
            "gauge",
            &[
                (0, 1.7e308),
                (1000, 1.7e308),
                (HOUR, -1.7e308),
                (HOUR + 1000, -1.7e308),
                (HOUR + 2000, 1.0),
            ],
        )),
    );
    compact(case);
    expect_sql(
        case,
        "SELECT count(*), count(sum), sum(abs(sum) > 1.7976931348623157e308), sum(abs(min) > 1.7976931348623157e308) FROM hour",
        "3|3|0|0\n",
    );
    let ended = steps(case, "range", "g", "1h", None);
    expect_points(
        case,
        &ended,
        &[
            (0, &format!("{0} {0} {1} 2", 1.7e308, f64::MAX / 2.0)),
            (HOUR, &format!("{} 1 {} 3", -1.7e308, -f64::MAX / 3.0)),
        ],
    );
    // Growth that is too large, then all that is below it again.
    let ended = steps(case, "rate", "c", "1m", None);
    let text = ended.stdout_text();
    case.expect(
        &ended,
        text.lines().count() == 1 && !text.contains("inf") && !text.contains("NaN"),
        "a line of numbers",
        text,
    );
}

pub(super) fn a_finer_step_than_there_is_gets_the_minutes(case: &mut Case) {
    put_all(
        case,
        &(gauge(&[
            (0, 1.0),
            (10_000, 3.0),
            (70_000, 5.0),
            (HOUR, 7.0),
            (4 * WINDOW, 9.0),
        ]) + &counter(&[(0, 10.0), (10_000, 110.0), (70_000, 110.0), (4 * WINDOW, 110.0)])),
    );
    compact(case);
    let now = (T0 + 5 * WINDOW).to_string();
    let ended = store(
        case,
        &[
            "expire",
            "fleet.db",
            "--now",
            &now,
            "--raw",
            "4h",
            "--minutes",
            "20h",
        ],
    );
    case.expect_stdout(
        &ended,
        "2 chunks, 0 windows of minutes, 0 hours and 0 series deleted\n",
    );
    let ended = steps(case, "range", "load.1m", "10s", None);
    expect_points(
        case,
        &ended,
        &[
            (0, "1 3 2 2"),
            (60_000, "5 5 5 1"),
            (HOUR, "7 7 7 1"),
            (4 * WINDOW, "9 9 9 1"),
        ],
    );
    let ended = steps(case, "range", "load.1m", "2h", Some((0, WINDOW)));
    expect_points(case, &ended, &[(0, "1 7 4 4")]);
    let ended = steps(case, "rate", "disk.reads", "1m", Some((0, WINDOW)));
    expect_points(case, &ended, &[(0, "10 10 10 1"), (60_000, "0 0 0 1")]);
    let ended = store(case, &["get", "fleet.db", "web1", "load.1m"]);
    case.expect_stdout(&ended, format!("{}\t9\n", T0 + 4 * WINDOW));
}
