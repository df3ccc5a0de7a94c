//! Growth a second, by steps.

use support::Case;

use super::ranges::{expect_points, steps};
use crate::db::{WINDOW, compact, counter, of, put_all};

pub(super) fn a_counter_that_begins_anew_has_grown_from_0(case: &mut Case) {
    put_all(
        case,
        &counter(&[
            (0, 1000.0),
            (10_000, 1100.0),
            (20_000, 50.0),
            (30_000, 50.0),
            (40_000, 0.0),
        ]),
    );
    let ended = steps(case, "rate", "disk.reads", "10s", None);
    expect_points(
        case,
        &ended,
        &[
            (10_000, "10 10 10 1"),
            (20_000, "5 5 5 1"),
            (30_000, "0 0 0 1"),
            (40_000, "0 0 0 1"),
        ],
    );
}

pub(super) fn what_another_program_has_stored_is_summed_up(case: &mut Case) {
    case.fixture("packed.db");
    let ended = crate::db::store(
        case,
        &["rate", "packed.db", "web1", "disk.reads", "--step", "777s"],
    );
    case.snapshot(&ended);
}

pub(super) fn a_rate_knows_the_sample_before_the_range(case: &mut Case) {
    put_all(
        case,
        &counter(&[
            (0, 100.0),
            (10_000, 200.0),
            (20_000, 400.0),
            (WINDOW + 10_000, 400.0),
        ]),
    );
    for packed in [false, true] {
        if packed {
            compact(case);
        }
        let ended = steps(case, "rate", "disk.reads", "10s", Some((20_000, 30_000)));
        expect_points(case, &ended, &[(20_000, "20 20 20 1")]);
        let ended = steps(case, "rate", "disk.reads", "10s", Some((WINDOW, WINDOW + 20_000)));
        expect_points(case, &ended, &[(WINDOW + 10_000, "0 0 0 1")]);
        // The first one of all has grown from nobody knows what.
        let ended = steps(case, "rate", "disk.reads", "10s", Some((0, 20_000)));
        expect_points(case, &ended, &[(10_000, "10 10 10 1")]);
    }
    // The one before is in a chunk, and the next one is not; then the other way round.
    put_all(case, &counter(&[(WINDOW + 20_000, 450.0)]));
    let ended = steps(
        case,
        "rate",
        "disk.reads",
        "10s",
        Some((WINDOW + 20_000, WINDOW + 30_000)),
    );
    expect_points(case, &ended, &[(WINDOW + 20_000, "5 5 5 1")]);
    put_all(case, &counter(&[(WINDOW + 5_000, 400.0)]));
    let ended = steps(
        case,
        "rate",
        "disk.reads",
        "1s",
        Some((WINDOW + 6_000, WINDOW + 11_000)),
    );
    expect_points(case, &ended, &[(WINDOW + 10_000, "0 0 0 1")]);
}

pub(super) fn growth_belongs_to_the_step_in_which_it_is_noticed(case: &mut Case) {
    put_all(case, &counter(&[(0, 0.0), (60_000, 600.0), (61_000, 600.0)]));
    let ended = steps(case, "rate", "disk.reads", "10s", None);
    expect_points(case, &ended, &[(60_000, "0 10 9.836065573770492 2")]);
}

pub(super) fn the_mean_rate_is_weighted_by_time(case: &mut Case) {
    put_all(
        case,
        &counter(&[(0, 0.0), (1_000, 100.0), (10_000, 100.0), (20_000, 300.0)]),
    );
    let ended = steps(case, "rate", "disk.reads", "60s", None);
    // 300 in 20 s, and not the mean of 100, 0 and 20.
    expect_points(case, &ended, &[(0, "0 100 15 3")]);
}

pub(super) fn least_and_most_rates_are_rounded_to_seven_digits(case: &mut Case) {
    put_all(case, &counter(&[(0, 0.0), (3_000, 1.0), (6_000, 123_456_790.0)]));
    let ended = steps(case, "rate", "disk.reads", "3s", None);
    let third = f64::from(1.0_f32 / 3.0);
    let much = f64::from((123_456_789.0_f64 / 3.0) as f32);
    let one = format!("{third} {third} {} 1", 1000.0 / 3000.0);
    let two = format!("{much} {much} 41152263 1");
    expect_points(case, &ended, &[(3_000, &one), (6_000, &two)]);
}

pub(super) fn a_late_sample_parts_a_growth(case: &mut Case) {
    put_all(case, &counter(&[(0, 100.0), (20_000, 300.0), (30_000, 310.0)]));
    compact(case);
    put_all(case, &counter(&[(10_000, 100.0)]));
    for packed in [false, true] {
        if packed {
            compact(case);
        }
        let ended = steps(case, "rate", "disk.reads", "10s", None);
        expect_points(
            case,
            &ended,
            &[(10_000, "0 0 0 1"), (20_000, "20 20 20 1"), (30_000, "1 1 1 1")],
        );
    }
}

pub(super) fn nothing_is_infinite(case: &mut Case) {
    const MAX: f64 = f64::MAX;
    let peak = f64::from(f32::MAX);
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
        ) + &of("g", "gauge", &[(0, 1.7e308), (1000, 1.7e308), (2000, -1.0)])),
    );
    // -1e308 and -1.5e308, as whoever began anew; then more than there are numbers for, and 5.
    let ended = steps(case, "rate", "c", "1s", None);
    let mean = |second: i64, value: f64, mean: f64| {
        let value = value.clamp(-peak, peak);
        (second * 1000, format!("{value} {value} {mean} 1"))
    };
    let expected = [
        mean(1, -1e308, -MAX),
        mean(2, -1.5e308, -MAX),
        mean(3, MAX, MAX),
        mean(4, 5.0, 5.0),
    ];
    let expected: Vec<(i64, &str)> = expected
        .iter()
        .map(|(after, rest)| (*after, rest.as_str()))
        .collect();
    expect_points(case, &ended, &expected);
    let ended = steps(case, "range", "g", "1h", None);
    expect_points(case, &ended, &[(0, &format!("-1 {} {} 3", 1.7e308, MAX / 3.0))]);
}
