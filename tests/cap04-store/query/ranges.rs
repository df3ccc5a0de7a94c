//! Values by steps.

use support::{Case, Ended};

use crate::db::{T0, WINDOW, compact, gauge, put_all, store};

/// Asks for the steps of a series of `web1`; `from` and `to` are behind [`T0`].
pub(crate) fn steps(
    case: &mut Case,
    command: &str,
    series: &str,
    step: &str,
    range: Option<(i64, i64)>,
) -> Ended {
    let mut args = vec![command, "fleet.db", "web1", series, "--step", step];
    let range = range.map(|(from, to)| ((T0 + from).to_string(), (T0 + to).to_string()));
    if let Some((from, to)) = &range {
        args.extend(["--from", from, "--to", to]);
    }
    store(case, &args)
}

/// Expects these points: a time behind [`T0`], and what stands behind the time.
pub(crate) fn expect_points(case: &mut Case, ended: &Ended, points: &[(i64, &str)]) {
    let expected: String = points
        .iter()
        .map(|(after, rest)| format!("{}\t{}\n", T0 + after, rest.replace(' ', "\t")))
        .collect();
    case.expect_stdout(ended, expected);
    case.expect_status(ended, 0);
}

pub(super) fn samples_are_summed_up_by_steps(case: &mut Case) {
    put_all(
        case,
        &gauge(&[
            (0, 1.0),
            (5_000, 4.0),
            (9_999, 1.0),
            (10_000, 7.0),
            (40_000, -2.5),
        ]),
    );
    let ended = steps(case, "range", "load.1m", "10s", None);
    expect_points(
        case,
        &ended,
        &[(0, "1 4 2 3"), (10_000, "7 7 7 1"), (40_000, "-2.5 -2.5 -2.5 1")],
    );
    // A range begins with its first moment, and ends before its last one.
    let ended = steps(case, "range", "load.1m", "10s", Some((5_000, 10_000)));
    expect_points(case, &ended, &[(0, "1 4 2.5 2")]);
    let ended = steps(case, "range", "load.1m", "10s", Some((10_001, 40_000)));
    expect_points(case, &ended, &[]);
    let ended = steps(case, "range", "load.1m", "10s", Some((40_000, 0)));
    expect_points(case, &ended, &[]);
}

pub(super) fn steps_begin_at_multiples_of_their_length(case: &mut Case) {
    put_all(case, &gauge(&[(1_000, 1.0), (8_000, 2.0), (15_000, 3.0)]));
    // 1.8 · 10¹² is no multiple of 7000.
    let ended = steps(case, "range", "load.1m", "7s", Some((1_000, 20_000)));
    expect_points(
        case,
        &ended,
        &[(-1_000, "1 1 1 1"), (6_000, "2 2 2 1"), (13_000, "3 3 3 1")],
    );
    let ended = steps(case, "range", "load.1m", "7s", Some((8_000, 20_000)));
    expect_points(case, &ended, &[(6_000, "2 2 2 1"), (13_000, "3 3 3 1")]);
}

pub(super) fn chunks_and_recent_samples_are_one_series(case: &mut Case) {
    put_all(case, &gauge(&[(0, 1.0), (20_000, 3.0), (WINDOW, 5.0)]));
    compact(case);
    put_all(
        case,
        &gauge(&[(10_000, 2.0), (30_000, 4.0), (WINDOW - 1, 8.0), (WINDOW + 1, 6.0)]),
    );
    let ended = steps(case, "range", "load.1m", "25s", Some((0, 30_000)));
    expect_points(case, &ended, &[(0, "1 3 2 3")]);
    let ended = steps(case, "range", "load.1m", "10s", None);
    let expected = [
        (0, "1 1 1 1"),
        (10_000, "2 2 2 1"),
        (20_000, "3 3 3 1"),
        (30_000, "4 4 4 1"),
        (WINDOW - 10_000, "8 8 8 1"),
        (WINDOW, "5 6 5.5 2"),
    ];
    expect_points(case, &ended, &expected);
    compact(case);
    let ended = steps(case, "range", "load.1m", "10s", None);
    expect_points(case, &ended, &expected);
}

pub(super) fn any_range_and_any_step_has_an_answer(case: &mut Case) {
    put_all(case, &gauge(&[(0, 1.0), (20_000, 3.0)]));
    let least = i64::MIN.to_string();
    let most = i64::MAX.to_string();
    for packed in [false, true] {
        if packed {
            compact(case);
        }
        for command in ["range", "rate"] {
            for step in ["1ms", "1000000000000d", "213503982334d", "1h", "60s"] {
                for (from, to) in [(&least, &most), (&most, &least), (&least, &least), (&most, &most)] {
                    let args = [
                        command, "fleet.db", "web1", "load.1m", "--step", step, "--from", from, "--to", to,
                    ];
                    let ended = store(case, &args);
                    case.expect(
                        &ended,
                        ended.status.code() == Some(0) || step == "213503982334d" || step == "1000000000000d",
                        "status 0",
                        ended.status,
                    );
                    case.expect(
                        &ended,
                        ended.status.code().is_some_and(|code| code <= 2),
                        "an answer, or wrong usage",
                        ended.status,
                    );
                }
            }
        }
    }
}
