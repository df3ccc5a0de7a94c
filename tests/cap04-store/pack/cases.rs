//! What chunks hold, and when they are made.

use std::fmt::Write;

use support::Case;

use crate::db::{
    T0, WINDOW, compact, counter, expect, expect_info, expect_put, expect_samples, expect_sql, gauge, of,
    put_all, recent, sql, store,
};

pub(super) fn packed_samples_are_read_as_before(case: &mut Case) {
    let samples: Vec<(i64, f64)> = (0..100).map(|n| (n * 10_000, (n % 7) as f64)).collect();
    put_all(case, &(gauge(&samples) + &counter(&samples)));
    compact(case);
    let ended = store(case, &["info", "fleet.db"]);
    let text = ended.stdout_text();
    let shown: String = text
        .lines()
        .filter(|line| {
            !line.starts_with("file")
                && !line.starts_with("bytes")
                && !line.starts_with("minutes")
                && !line.starts_with("hours")
        })
        .map(|line| line.to_owned() + "\n")
        .collect();
    case.snapshot_text(&ended, &shown);
    expect_samples(case, "load.1m", &samples);
    expect_samples(case, "disk.reads", &samples);
    // Twice is as once.
    compact(case);
    expect_info(case, "recent          0 samples in 0 rows");
    // What comes behind is read together with it.
    put_all(case, &gauge(&[(1_000_000, 5.0), (1_010_000, 6.0)]));
    let mut all = samples;
    all.extend([(1_000_000, 5.0), (1_010_000, 6.0)]);
    expect_samples(case, "load.1m", &all);
    let from = (T0 + 990_000).to_string();
    let to = (T0 + 1_010_000).to_string();
    expect(
        case,
        &["get", "fleet.db", "web1", "load.1m", "--from", &from, "--to", &to],
        &format!("{from}\t1\n{}\t5\n", T0 + 1_000_000),
    );
}

pub(super) fn what_another_program_has_packed_is_read(case: &mut Case) {
    case.fixture("packed.db");
    let from = (T0 + 7_150_000).to_string();
    let to = (T0 + 7_300_000).to_string();
    let args = [
        "get",
        "packed.db",
        "db1",
        "disk.reads",
        "--from",
        &from,
        "--to",
        &to,
    ];
    let ended = store(case, &args);
    case.snapshot(&ended);
}

pub(super) fn windows_begin_at_multiples_of_two_hours(case: &mut Case) {
    put_all(
        case,
        &gauge(&[
            (-1, 1.0),
            (0, 2.0),
            (WINDOW - 1, 3.0),
            (WINDOW, 4.0),
            (3 * WINDOW, 5.0),
        ]),
    );
    compact(case);
    let rows = format!(
        "{}|{}|1\n{}|{}|2\n{}|{}|1\n{}|{}|1\n",
        T0 - 1,
        T0 - 1,
        T0,
        T0 + WINDOW - 1,
        T0 + WINDOW,
        T0 + WINDOW,
        T0 + 3 * WINDOW,
        T0 + 3 * WINDOW
    );
    expect_sql(
        case,
        "SELECT from_ms, until_ms, count FROM chunk ORDER BY from_ms",
        &rows,
    );
    // The first moment that there is.
    put_all(case, &of("old", "gauge", &[(-T0, 1.0), (-T0 + WINDOW - 1, 2.0)]));
    compact(case);
    expect_samples(case, "old", &[(-T0, 1.0), (-T0 + WINDOW - 1, 2.0)]);
}

pub(super) fn a_sample_that_is_in_a_chunk_is_repeated(case: &mut Case) {
    put_all(
        case,
        &gauge(&[(0, 1.0), (10_000, 2.0), (20_000, 3.0), (WINDOW, 4.0)]),
    );
    compact(case);
    let again = gauge(&[(0, 9.0), (10_000, 9.0), (20_000, 9.0), (WINDOW, 9.0)]);
    expect_put(case, &again, "0 stored, 4 repeated, 0 refused\n");
    // Between two of it, between two chunks, and behind all.
    let new = gauge(&[(15_000, 2.5), (WINDOW - 1, 3.5), (WINDOW + 1, 5.0)]);
    expect_put(case, &new, "3 stored, 0 repeated, 0 refused\n");
    expect_put(case, &new, "0 stored, 3 repeated, 0 refused\n");
    expect_samples(
        case,
        "load.1m",
        &[
            (0, 1.0),
            (10_000, 2.0),
            (15_000, 2.5),
            (20_000, 3.0),
            (WINDOW - 1, 3.5),
            (WINDOW, 4.0),
            (WINDOW + 1, 5.0),
        ],
    );
}

pub(super) fn late_samples_join_the_chunk_of_their_window(case: &mut Case) {
    put_all(case, &gauge(&[(10_000, 2.0), (30_000, 4.0), (WINDOW + 5, 6.0)]));
    compact(case);
    put_all(
        case,
        &gauge(&[(0, 1.0), (20_000, 3.0), (40_000, 5.0), (WINDOW + 6, 7.0)]),
    );
    compact(case);
    expect_sql(
        case,
        "SELECT from_ms - 1800000000000, until_ms - 1800000000000, count FROM chunk ORDER BY from_ms",
        "0|40000|5\n7200005|7200006|2\n",
    );
    expect_samples(
        case,
        "load.1m",
        &[
            (0, 1.0),
            (10_000, 2.0),
            (20_000, 3.0),
            (30_000, 4.0),
            (40_000, 5.0),
            (WINDOW + 5, 6.0),
            (WINDOW + 6, 7.0),
        ],
    );
    expect_info(case, "recent          0 samples in 0 rows");
}

pub(super) fn a_window_has_chunks_of_at_most_4096_samples(case: &mut Case) {
    let samples: Vec<(i64, f64)> = (0..10_000).map(|n| (n * 700, (n % 11) as f64)).collect();
    put_all(case, &gauge(&samples[..9000]));
    compact(case);
    expect_sql(
        case,
        "SELECT count FROM chunk ORDER BY from_ms",
        "4096\n4096\n808\n",
    );
    put_all(case, &gauge(&samples[9000..]));
    compact(case);
    expect_sql(
        case,
        "SELECT count FROM chunk ORDER BY from_ms",
        "4096\n4096\n1808\n",
    );
    expect_samples(case, "load.1m", &samples);
    expect_put(
        case,
        &gauge(&samples[4090..4100]),
        "0 stored, 10 repeated, 0 refused\n",
    );
}

pub(super) fn a_chunk_can_be_read_with_sqlite3_and_decode(case: &mut Case) {
    put_all(case, &gauge(&[(0, 0.5), (10_000, 0.25), (20_000, 0.25)]));
    compact(case);
    let ended = sql(case, "SELECT lower(hex(data)) FROM chunk");
    let decoded = case.program("store").args(["decode"]).stdin(ended.stdout).run();
    case.expect_stdout(
        &decoded,
        "1800000000000\t0.5\n1800000010000\t0.25\n1800000020000\t0.25\n",
    );
}

pub(super) fn a_pack_that_fails_loses_nothing(case: &mut Case) {
    let samples = [(0, 1.0), (10_000, 2.0)];
    put_all(case, &(of("a", "gauge", &samples) + &of("b", "gauge", &samples)));
    compact(case);
    put_all(
        case,
        &(of("a", "gauge", &[(20_000, 3.0)]) + &of("b", "gauge", &[(20_000, 3.0)])),
    );
    sql(
        case,
        "CREATE TRIGGER full BEFORE INSERT ON chunk WHEN NEW.series = 2 BEGIN SELECT RAISE(ABORT, 'disk full'); END",
    );
    let ended = store(case, &["compact", "fleet.db"]);
    case.expect_status(&ended, 1);
    case.expect_stderr_names(&ended, "fleet.db");
    let all = [(0, 1.0), (10_000, 2.0), (20_000, 3.0)];
    expect_samples(case, "a", &all);
    expect_samples(case, "b", &all);
    sql(case, "DROP TRIGGER full");
    compact(case);
    expect_samples(case, "a", &all);
    expect_samples(case, "b", &all);
}

pub(super) fn a_chunk_that_is_damaged_is_named(case: &mut Case) {
    put_all(case, &gauge(&[(0, 1.0), (10_000, 2.0)]));
    compact(case);
    sql(case, "UPDATE chunk SET data = x'0200'");
    let ended = store(case, &["get", "fleet.db", "web1", "load.1m"]);
    case.expect_status(&ended, 1);
    case.expect_stderr_names(
        &ended,
        "fleet.db: the chunk of series 1 from 1800000000000 is damaged",
    );
}

pub(super) fn a_host_that_reports_on_is_packed_by_itself(case: &mut Case) {
    // Five hours of two series, and then more samples than a series may have fresh, within one window.
    let samples: Vec<(i64, f64)> = (0..1800).map(|n| (n * 10_000, (n % 5) as f64)).collect();
    let mut lines = String::new();
    for hour in samples.chunks(360) {
        lines += &(of("a", "gauge", hour) + &of("b", "counter", hour) + "\n");
    }
    put_all(case, &lines);
    let left = recent(case);
    let ended = store(case, &["info", "fleet.db"]);
    case.expect(
        &ended,
        left <= 2 * 1024,
        "at most 1024 samples of each series that are in no chunk",
        left,
    );
    let dense: Vec<(i64, f64)> = (0..3000).map(|n| (18_000_000 + n * 100, n as f64)).collect();
    let mut lines = String::new();
    for part in dense.chunks(500) {
        lines += &(of("a", "gauge", part) + "\n");
    }
    put_all(case, &lines);
    let left = recent(case);
    case.expect(
        &ended,
        left <= 3 * 1024,
        "at most 1024 samples of each series that are in no chunk, and a batch",
        left,
    );
    let mut all = samples;
    all.extend(dense);
    expect_samples(case, "a", &all);
}

pub(super) fn what_is_before_the_window_is_packed_and_what_is_in_it_stays(case: &mut Case) {
    // The last batch reaches over the end of a window, and is one row.
    let samples: Vec<(i64, f64)> = (0..750).map(|n| (n * 10_000, (n % 5) as f64)).collect();
    put_all(case, &(gauge(&samples[..700]) + "\n" + &gauge(&samples[700..])));
    put_all(case, &gauge(&[(2 * WINDOW - 1, 1.0)]));
    expect_sql(
        case,
        "SELECT from_ms - 1800000000000, count FROM chunk",
        "0|720\n",
    );
    expect_sql(
        case,
        "SELECT from_ms - 1800000000000, until_ms - 1800000000000, count FROM recent ORDER BY from_ms",
        "7200000|7490000|30\n14399999|14399999|1\n",
    );
    let mut all = samples.clone();
    all.push((2 * WINDOW - 1, 1.0));
    expect_samples(case, "load.1m", &all);
    expect_put(
        case,
        &gauge(&samples[710..730]),
        "0 stored, 20 repeated, 0 refused\n",
    );
}

pub(super) fn recorded_data_needs_few_bytes_a_sample(case: &mut Case) {
    let recorded = String::from_utf8(case.fixture_bytes("recorded.txt")).expect("the fixture is text");
    let (mut lines, mut count) = (String::new(), 0);
    for series in recorded.lines().step_by(2) {
        let columns: Vec<&str> = series.split('\t').collect();
        let [name, kind, _, chunk] = columns[..] else {
            panic!("a line of the fixture is a name, a kind, a unit and a chunk")
        };
        let decoded = case.program("store").args(["decode"]).stdin(chunk).run();
        for sample in decoded.stdout_text().lines() {
            let Some((time, value)) = sample.split_once('\t') else {
                continue;
            };
            let name = name.replace('\\', "\\\\").replace('"', "\\\"");
            let _ = writeln!(
                lines,
                "{{\"host\":\"web1\",\"name\":\"{name}\",\"kind\":\"{kind}\",\"time_ms\":{time},\"value\":{value}}}"
            );
            count += 1;
        }
    }
    put_all(case, &lines);
    compact(case);
    let ended = store(case, &["info", "fleet.db"]);
    let text = ended.stdout_text();
    let bytes = text.lines().find_map(|line| {
        line.strip_prefix("packed          ")?
            .split(", ")
            .nth(1)?
            .split(' ')
            .next()?
            .parse::<usize>()
            .ok()
    });
    case.expect(
        &ended,
        bytes.is_some_and(|bytes| 10 * bytes < 15 * count),
        &format!("less than 1.5 bytes for each of {count} samples"),
        format!("{bytes:?} bytes"),
    );
}
