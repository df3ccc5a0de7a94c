//! What hosts send that nobody would.

use std::fmt::Write;

use support::Case;

use crate::db::{T0, WINDOW, expect, expect_put, expect_samples, expect_sql, gauge, line, of, put};

pub(super) fn what_is_no_value_is_refused_and_counted(case: &mut Case) {
    let half_a_day = 12 * 3_600_000;
    let long = "x".repeat(256);
    let labelled = |length: usize| {
        let value = "v".repeat(length - 1);
        format!(
            "{{\"host\":\"web1\",\"name\":\"labelled\",\"labels\":{{\"k\":\"{value}\"}},\"time_ms\":{T0},\"value\":1}}\n"
        )
    };
    let lines = [
        // Before 1970, and so far ahead that a clock must be wrong.
        line("web1", "a", "gauge", -1, 1.0),
        line("web1", "a", "gauge", T0 + half_a_day + 86_400_001, 1.0),
        line("web1", "a", "gauge", i64::MAX, 1.0),
        line("web1", "", "gauge", T0, 1.0),
        line("web1", &long, "gauge", T0, 1.0),
        labelled(4097),
        // 256 bytes in 128 letters, and 4097 bytes in 2049.
        line("web1", &"é".repeat(128), "gauge", T0, 1.0),
        labelled(2).replace("\"v\"", &format!("\"{}\"", "é".repeat(2048))),
        // These are not.
        line("web1", "a", "gauge", 0, 1.0),
        line("web1", "a", "gauge", T0 + half_a_day + 86_400_000, 2.0),
        line("web1", &long[..255], "gauge", T0, 1.0),
        labelled(4096),
    ];
    expect_put(case, &lines.concat(), "4 stored, 0 repeated, 8 refused\n");
    expect(
        case,
        &["get", "fleet.db", "web1", "a"],
        &format!("0\t1\n{}\t2\n", T0 + half_a_day + 86_400_000),
    );
    expect_sql(case, "SELECT count(*) FROM series", "3\n");
    // A number that is too large for an f64 is no number to JSON either.
    let ended = put(case, &line("web1", "a", "gauge", 1, 1.0).replace("1.0", "1e999"));
    case.expect_status(&ended, 1);
    case.expect_stderr_names(&ended, "line 1");
}

pub(super) fn names_may_be_sql_markup_or_anything(case: &mut Case) {
    let names = [
        "'; DROP TABLE recent; --",
        "x', 'y', 'z', 'gauge', 'count'); --",
        "%_?1",
        "../../etc/passwd",
        "<script>alert(1)</script>",
        "\u{202e}gnp.exe",
        "日本",
        "--now",
    ];
    let mut lines = String::new();
    for (n, name) in names.iter().enumerate() {
        let _ = writeln!(
            lines,
            "{{\"host\":\"{name}\",\"name\":\"{name}\",\"labels\":{{\"{name}\":\"{name}\"}},\"time_ms\":{T0},\"value\":{n}}}"
        );
    }
    expect_put(case, &lines, "8 stored, 0 repeated, 0 refused\n");
    expect_put(case, &lines, "0 stored, 8 repeated, 0 refused\n");
    for (n, name) in names.iter().enumerate() {
        let series = format!("{name}{{{name}=\"{name}\"}}");
        expect(
            case,
            &["get", "fleet.db", "--", name, &series],
            &format!("1800000000000\t{n}\n"),
        );
    }
    let mut sorted = names;
    sorted.sort_unstable();
    expect_sql(
        case,
        "SELECT name FROM host ORDER BY name",
        &(sorted.join("\n") + "\n"),
    );
}

pub(super) fn a_host_has_ten_thousand_series_and_no_more(case: &mut Case) {
    let many: String = (0..10_005)
        .map(|n| line("web1", &format!("n{n}"), "gauge", T0, 1.0))
        .collect();
    expect_put(
        case,
        &(many.clone() + &line("web2", "n0", "gauge", T0, 1.0)),
        "10001 stored, 0 repeated, 5 refused\n",
    );
    // What is there already goes on, also in the next run.
    let more = line("web1", "n7", "gauge", T0 + 1, 2.0) + &line("web1", "one.more", "gauge", T0 + 1, 2.0);
    expect_put(case, &more, "1 stored, 0 repeated, 1 refused\n");
    expect_samples(case, "n7", &[(0, 1.0), (1, 2.0)]);
    expect_put(case, &gauge(&[(0, 1.0)]), "0 stored, 0 repeated, 1 refused\n");
}

pub(super) fn a_series_has_so_many_samples_in_a_window_and_no_more(case: &mut Case) {
    let fast = |from: i64, to: i64| -> String {
        of(
            "fast",
            "gauge",
            &(from..to).map(|n| (n * 90, 1.0)).collect::<Vec<_>>(),
        )
    };
    // `put` makes a batch of 50 000: of the next 22 005 samples five are too many. Another series and the next window are not full.
    let lines = fast(0, 72_005) + &gauge(&[(0, 1.0)]) + &of("fast", "gauge", &[(WINDOW, 1.0)]);
    expect_put(
        case,
        &lines,
        "50000 stored, 0 repeated, 0 refused\n22002 stored, 0 repeated, 5 refused\n",
    );
    // Nor is that forgotten in the next run.
    expect_put(
        case,
        &of("fast", "gauge", &[(1, 1.0), (WINDOW + 1, 2.0)]),
        "1 stored, 0 repeated, 1 refused\n",
    );
}
